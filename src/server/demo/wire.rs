//! Requests of the demo's people, over HTTP like anybody's.

use crate::app::App;
use anyhow::{Result, ensure};
use axum::{
    body::Bytes,
    http::{Request, Response, StatusCode, header, request::Builder},
};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

type Body = Full<Bytes>;
/// The body of an answer.
pub type Incoming = axum::body::Body;

/// A client that its clones share.
#[derive(Clone)]
pub struct Wire {
    http: Client<HttpConnector, Body>,
    /// Where the service listens.
    base: String,
}

impl Wire {
    pub fn new(app: &App) -> Self {
        let http = Client::builder(TokioExecutor::new()).build_http();
        Self { http, base: app.public_url.to_string() }
    }

    /// Posts a form to an address outside the service, whose answer leads on.
    pub async fn press(&self, url: &str, form: &str) -> Result<()> {
        let request = posts(Request::post(url)).body(Body::from(form.to_owned()))?;
        let status = self.send(request).await?;
        ensure!(status.is_success() || status.is_redirection(), "{url}: {status}");
        Ok(())
    }

    /// Posts a form as the person with this cookie.
    pub async fn post(&self, path: &str, cookie: &str, form: String) -> Result<StatusCode> {
        let request = posts(Request::post(format!("{}{path}", self.base))).header(header::COOKIE, cookie);
        self.send(request.body(Body::from(form))?).await
    }

    /// Opens what the person with this cookie may read; the rest of it arrives by and by.
    pub async fn open(&self, path: &str, cookie: &str) -> Result<Response<Incoming>> {
        let request = Request::get(format!("{}{path}", self.base)).header(header::COOKIE, cookie);
        let answer = self.http.request(request.body(Body::default())?).await?;
        Ok(answer.map(Incoming::new))
    }

    async fn send(&self, request: Request<Body>) -> Result<StatusCode> {
        let answer = self.http.request(request).await?;
        let status = answer.status();
        // Read to its end, so that the connection can be used again.
        answer.into_body().collect().await?;
        Ok(status)
    }
}

fn posts(request: Builder) -> Builder {
    request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
}
