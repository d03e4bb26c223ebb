//! An extractor for the network address that a request counts for.

use crate::{
    app::App,
    limits::{ClientAddress, client_address},
};
use axum::{
    extract::FromRequestParts,
    http::{Extensions, HeaderMap, request::Parts},
};
use std::{
    convert::Infallible,
    net::{IpAddr, Ipv4Addr},
};

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(of_request(app, &parts.extensions, &parts.headers))
    }
}

/// For layers, which have no extractors. Requests without a known peer all share one address.
pub fn of_request(app: &App, extensions: &Extensions, headers: &HeaderMap) -> ClientAddress {
    let peer = extensions.get::<fanout::Peer>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    client_address(peer, headers, &app.settings.trusted_proxies)
}
