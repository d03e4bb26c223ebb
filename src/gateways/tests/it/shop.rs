//! A shop for one test: the stand-in and the shop's webhook endpoint on loopback, our client between them, and an
//! adjustable clock.

use axum::{Router, extract::State, http::HeaderMap, http::StatusCode, routing::post};
use domain::{
    amount::{Currency, Money},
    id::{CheckoutId, PurchaseId},
    money::payments::{PaymentRequest, Payments, ProviderSession, WebhookEvent},
    secret::SharedSecret,
    time::Millis,
};
use gateways::{StripeConfig, StripePayments};
use serde_json::Value;
use stand_in::{Config, StandIn};
use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc, Once,
        atomic::{AtomicBool, AtomicI64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    sync::{Mutex, mpsc, oneshot},
    task::JoinHandle,
};

pub const SECRET: &str = "whsec_of_the_shop";

/// A webhook as it arrived.
#[derive(Clone, Debug)]
pub struct Hook {
    pub payload: String,
    pub signature: String,
}

pub struct Shop {
    pub payments: StripePayments,
    pub http: reqwest::Client,
    /// The stand-in's address.
    pub site: String,
    /// Whether the shop's endpoint answers 503.
    pub down: Arc<AtomicBool>,
    dir: TempDir,
    /// Milliseconds by which the stand-in's clock is ahead.
    ahead: Arc<AtomicI64>,
    hooks: Mutex<mpsc::UnboundedReceiver<Hook>>,
    door: SocketAddr,
    serving: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

#[derive(Clone)]
struct Door {
    down: Arc<AtomicBool>,
    sender: mpsc::UnboundedSender<Hook>,
}

async fn door(State(door): State<Door>, headers: HeaderMap, payload: String) -> StatusCode {
    if door.down.load(Ordering::SeqCst) {
        return StatusCode::SERVICE_UNAVAILABLE;
    }
    let signature = headers["stripe-signature"].to_str().expect("ascii").to_owned();
    door.sender.send(Hook { payload, signature }).expect("the test listens");
    StatusCode::OK
}

pub async fn loopback() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a port")
}

pub fn real_now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    i64::try_from(since.as_millis()).expect("in range")
}

pub fn http() -> reqwest::Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| drop(rustls::crypto::ring::default_provider().install_default()));
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .expect("a client")
}

pub fn payments(site: &str) -> StripePayments {
    payments_with("sk_test_ofTheShop0123", site)
}

pub fn payments_with(key: &str, site: &str) -> StripePayments {
    StripePayments::new(config(key, site)).expect("usable settings")
}

/// With less patience than usual.
pub fn payments_within(site: &str, timeout: Duration) -> StripePayments {
    StripePayments::with_timeout(config("sk_test_ofTheShop0123", site), timeout).expect("usable settings")
}

fn config(key: &str, site: &str) -> StripeConfig {
    StripeConfig {
        secret_key: SharedSecret::parse(key).expect("a long key"),
        webhook_secret: SharedSecret::parse(SECRET).expect("a long secret"),
        api_base: Some(site.to_owned()),
    }
}

impl Shop {
    pub async fn open() -> Self {
        let (sender, hooks) = mpsc::unbounded_channel();
        let down = Arc::new(AtomicBool::new(false));
        let state = Door { down: down.clone(), sender };
        let listener = loopback().await;
        let address = listener.local_addr().expect("bound");
        let app = Router::new().route("/webhooks/stripe", post(door)).with_state(state);
        tokio::spawn(async move { axum::serve(listener, app).await });
        let mut shop = Self {
            payments: payments("http://127.0.0.1:1"),
            http: http(),
            site: String::new(),
            down,
            dir: tempfile::tempdir().expect("a directory"),
            ahead: Arc::default(),
            hooks: Mutex::new(hooks),
            door: address,
            serving: None,
        };
        shop.start().await;
        shop
    }

    async fn start(&mut self) {
        let listener = loopback().await;
        self.site = format!("http://{}", listener.local_addr().expect("bound"));
        self.payments = payments(&self.site);
        let stand_in = self.stand_in(self.dir.path());
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(async move {
            let stopped = async move { drop(stopped.await) };
            stand_in::serve(listener, stand_in, stopped).await.expect("served");
        });
        self.serving = Some((stop, serving));
    }

    /// A stand-in on a directory, with this shop's clock and webhook endpoint.
    pub fn stand_in(&self, dir: &Path) -> StandIn {
        let ahead = self.ahead.clone();
        StandIn::open(Config {
            dir: dir.to_owned(),
            webhook_url: format!("http://{}/webhooks/stripe", self.door),
            webhook_secret: SECRET.into(),
            public_url: self.site.clone(),
            chaos: true,
            now: Arc::new(move || real_now() + ahead.load(Ordering::SeqCst)),
        })
        .expect("opened")
    }

    /// Stops the stand-in and starts another one with the same state at another address.
    pub async fn restart(&mut self) {
        let (stop, serving) = self.serving.take().expect("serving");
        stop.send(()).expect("still there");
        // First closes the connections that the tests' client keeps open.
        self.http = http();
        serving.await.expect("ended");
        self.start().await;
    }

    pub fn advance(&self, by: Duration) {
        self.ahead.fetch_add(i64::try_from(by.as_millis()).expect("in range"), Ordering::SeqCst);
    }

    pub fn journal(&self) -> std::path::PathBuf {
        self.dir.path().join("stand-in.jsonl")
    }

    /// A request for €12, open for 31 minutes by the stand-in's clock.
    pub fn request(&self, key: &str) -> PaymentRequest {
        PaymentRequest {
            checkout: CheckoutId::new(),
            purchase: PurchaseId::new(),
            title: "Front row".into(),
            amount: Money { minor: 1200, currency: Currency::Eur },
            email: "kim@example.org".into(),
            success_url: "http://127.0.0.1:9/bought?s={CHECKOUT_SESSION_ID}".into(),
            cancel_url: "http://127.0.0.1:9/left".into(),
            expires_at: Millis(real_now() + self.ahead.load(Ordering::SeqCst) + 31 * 60_000),
            idempotency_key: key.into(),
            plan: None,
            card: None,
            own_page: false,
        }
    }

    pub async fn session(&self, key: &str) -> ProviderSession {
        self.payments.open(self.request(key)).await.expect("opened")
    }

    pub async fn fetch(&self, id: &str) -> ProviderSession {
        self.payments.fetch(id.to_owned()).await.expect("fetched")
    }

    /// Presses a button of the pay page; returns where it redirects to.
    pub async fn press(&self, id: &str, verb: &str) -> String {
        let answer = self.http.post(format!("{}/pay/{id}/{verb}", self.site)).send().await.expect("answered");
        assert_eq!(answer.status(), 303, "{verb}");
        answer.headers()["location"].to_str().expect("ascii").to_owned()
    }

    /// Sends a card on the pay page; returns where it redirects to.
    pub async fn pay_with(&self, id: &str, card: &str) -> String {
        let answer = self.post(&format!("/pay/{id}/pay"), &format!("card={card}")).await;
        assert_eq!(answer.status(), 303, "{card}");
        answer.headers()["location"].to_str().expect("ascii").to_owned()
    }

    /// Moves the clock of the stand-in's billing on.
    pub async fn wait(&self, days: i64) {
        let moved = self.post("/stand-in/clock", &format!("advance={}", days * 24 * 3600)).await;
        assert_eq!(moved.status(), 200);
    }

    /// Posts a form to a page of the stand-in.
    pub async fn post(&self, path: &str, form: &str) -> reqwest::Response {
        let request = self.http.post(format!("{}{path}", self.site));
        let request = request.header("content-type", "application/x-www-form-urlencoded");
        request.body(form.to_owned()).send().await.expect("answered")
    }

    /// Applies an act of a bank or of the shop's staff to a session's payment.
    pub async fn act(&self, session: &str, act: &str) -> u16 {
        let url = format!("{}/stand-in/acts", self.site);
        let request = self.http.post(url).header("content-type", "application/x-www-form-urlencoded");
        let form = format!("session={session}&act={act}");
        request.body(form).send().await.expect("answered").status().as_u16()
    }

    pub async fn control(&self, form: &str) {
        let url = format!("{}/stand-in/control", self.site);
        let form = form.to_owned();
        let request =
            self.http.post(url).header("content-type", "application/x-www-form-urlencoded").body(form);
        assert_eq!(request.send().await.expect("answered").status(), 200);
    }

    /// The content of the stand-in's status page.
    pub async fn state(&self) -> Value {
        get_json(&self.http, &format!("{}/stand-in/state.json", self.site)).await
    }

    /// The next webhook, within twenty seconds.
    pub async fn hook(&self) -> Hook {
        self.hook_within(Duration::from_secs(20)).await.expect("a webhook in time")
    }

    pub async fn hook_within(&self, time: Duration) -> Option<Hook> {
        let mut hooks = self.hooks.lock().await;
        tokio::time::timeout(time, hooks.recv()).await.ok().flatten()
    }

    pub fn verified(&self, hook: &Hook) -> WebhookEvent {
        self.payments.verify(&hook.payload, &hook.signature).expect("well signed")
    }
}

pub async fn get_json(http: &reqwest::Client, url: &str) -> Value {
    http.get(url)
        .bearer_auth("sk_test_ofTheShop0123")
        .send()
        .await
        .expect("answered")
        .json()
        .await
        .expect("JSON")
}
