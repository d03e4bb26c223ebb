//! The stand-in for Stripe: inside the binary, with its own listener and state file, or a process of its own that the settings
//! name. Both reach us by signed HTTP like any other system.

use crate::{
    clock::ServiceClock,
    config::{Checked, Origin},
    data::DataDir,
    secret,
};
use anyhow::{Context, Result};
use domain::{clock::Clock, secret::SharedSecret};
use gateways::StripeConfig;
use stand_in::StandIn;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    sync::Arc,
};
use tokio::{net::TcpListener, task::JoinHandle};

/// The stand-in takes every key of a test account.
pub const STAND_IN_KEY: &str = "sk_test_stand_in";

pub struct LocalMoney {
    origin: String,
    config: StripeConfig,
    /// `None` if it runs elsewhere.
    server: Option<JoinHandle<()>>,
}

impl LocalMoney {
    /// One that the settings name: the real client talks to an address of this machine.
    fn elsewhere(config: &StripeConfig) -> Option<Self> {
        let origin = config.api_base.as_deref().and_then(|base| Origin::parse(base).ok())?;
        let is_ours = origin.is_loopback() && !origin.https();
        is_ours.then(|| Self { origin: origin.to_string(), config: config.clone(), server: None })
    }

    /// The settings that the real client needs to talk to it.
    pub fn stripe(&self) -> StripeConfig {
        self.config.clone()
    }
    pub fn origin(&self) -> &str {
        &self.origin
    }
}

impl Drop for LocalMoney {
    fn drop(&mut self) {
        if let Some(server) = &self.server {
            server.abort();
        }
    }
}

/// Starts it if the local server is allowed and no Stripe is configured. Where the settings name one of this machine, that is it.
pub async fn money(
    settings: &Checked,
    data: &DataDir,
    service: SocketAddr,
    clock: &ServiceClock,
) -> Result<Option<LocalMoney>> {
    if !settings.local {
        return Ok(None);
    }
    if let Some(stripe) = &settings.stripe {
        return Ok(LocalMoney::elsewhere(stripe));
    }
    let dir = data.path().join("stand-in");
    std::fs::create_dir_all(&dir).with_context(|| format!("cannot create {}", dir.display()))?;
    let listener = listen(&dir).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    let file = dir.join("webhook-secret");
    let webhook_secret = SharedSecret::parse(&kept(&file, || format!("whsec_{}", secret::random_token()))?)
        .with_context(|| file.display().to_string())?;
    let now = clock.clone();
    let state = format!("cannot open the stand-in's state in {}", dir.display());
    let stand_in = StandIn::open(stand_in::Config {
        dir,
        webhook_url: format!("http://{service}/webhooks/stripe"),
        webhook_secret: webhook_secret.expose().to_string(),
        public_url: origin.clone(),
        chaos: settings.chaos,
        now: Arc::new(move || now.now().0),
    })
    .context(state)?;
    let server = tokio::spawn(async move {
        if let Err(error) = stand_in::serve(listener, stand_in, std::future::pending()).await {
            tracing::error!(%error, "the stand-in Stripe has stopped");
        }
    });
    let secret_key = SharedSecret::parse(STAND_IN_KEY)?;
    let config = StripeConfig { secret_key, webhook_secret, api_base: Some(origin.clone()) };
    Ok(Some(LocalMoney { origin, config, server: Some(server) }))
}

/// Reuses the last port if it is free, so that open pay pages keep their URL.
async fn listen(dir: &Path) -> Result<TcpListener> {
    let file = dir.join("port");
    let last = std::fs::read_to_string(&file).ok().and_then(|text| text.trim().parse().ok()).unwrap_or(0);
    let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, last)).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .context("cannot listen on loopback for the stand-in Stripe")?,
    };
    let port = listener.local_addr()?.port().to_string();
    std::fs::write(&file, port).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(listener)
}

/// A value that is created once and then read from its file.
fn kept(path: &Path, make: impl FnOnce() -> String) -> Result<String> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let made = make();
            std::fs::write(path, &made).with_context(|| format!("cannot write {}", path.display()))?;
            Ok(made)
        }
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}
