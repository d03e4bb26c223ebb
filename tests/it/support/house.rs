//! The service in this process, on a port of its own, with a demo house in a directory of its own.

use super::Browser;
use anyhow::Result;
use serde_json::Value;
use server::{Service, app::App, config::Settings, demo};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::{sync::oneshot, task::JoinHandle};

pub struct TestHouse {
    pub app: App,
    /// What `demo --json` prints.
    pub doors: Value,
    pub url: String,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<Result<()>>,
    _data: tempfile::TempDir,
}

impl TestHouse {
    /// The demo house with chaos and a clock that can be moved.
    pub async fn open() -> Result<Self> {
        let data = tempfile::tempdir()?;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let settings =
            Settings { chaos: true, test_clock: true, ..Settings::local(listen, Some(data.path().into())) };
        let service: Service = server::build(&settings).await?;
        let app = service.app.clone();
        let house = demo::open(&service).await?;
        let doors = house.doors(&app, data.path()).await?;
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(server::serve(service, async move {
            let _ = stopped.await;
        }));
        Ok(Self { url: app.public_url.clone(), app, doors, stop: Some(stop), server, _data: data })
    }

    /// A browser of one of the demo house's people: host, viewer, stranger, operator.
    pub fn person(&self, who: &str) -> Browser {
        Browser::with_cookie(&self.url, self.doors["cookies"][who].as_str().unwrap_or_default())
    }

    pub fn anybody(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// A door by its name in the JSON.
    pub fn door(&self, name: &str) -> &str {
        self.doors[name].as_str().unwrap_or_default()
    }

    /// Somebody new, signed in by a mailed code, who holds a pass of Maya's by its slug.
    pub async fn holder(&self, email: &str) -> Result<Browser> {
        let browser = self.anybody();
        browser.sign_in(email).await?;
        browser.post("/maya/lobby/purchase", &[]).await?;
        Ok(browser)
    }

    /// Stops as on TERM, and waits until everything is down.
    pub async fn close(mut self) -> Result<()> {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        (&mut self.server).await?
    }
}
