//! A person's browser without JavaScript: cookies, forms, no redirects followed unless asked.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header, redirect};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// One browser; a clone is the same one.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    base: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
}

/// An answer, read to its end.
pub struct Reply {
    pub status: StatusCode,
    pub headers: header::HeaderMap,
    pub text: String,
}

impl Reply {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|v| v.to_str().ok()).unwrap_or_default()
    }
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }
}

impl Browser {
    pub fn new(base: &str) -> Self {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .read_timeout(Duration::from_secs(30))
            .build()
            .expect("a client without TLS of its own");
        Self { client, base: base.into(), cookies: Arc::default() }
    }

    /// With a whole `Cookie` header, as `demo --json` prints them.
    pub fn with_cookie(base: &str, cookie: &str) -> Self {
        let browser = Self::new(base);
        browser.keep(cookie);
        browser
    }

    fn keep(&self, pair: &str) {
        let mut cookies = self.cookies.lock().expect("cookies");
        if let Some((name, value)) = pair.split(';').next().and_then(|p| p.split_once('=')) {
            if pair.contains("Max-Age=0") {
                cookies.remove(name.trim());
            } else {
                cookies.insert(name.trim().into(), value.trim().into());
            }
        }
    }

    /// The `Cookie` header that this browser sends.
    pub fn cookie(&self) -> String {
        let cookies = self.cookies.lock().expect("cookies");
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// A request with this browser's cookies; `path` may be a whole address.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_string() } else { format!("{}{path}", self.base) };
        self.client.request(method, url).header(header::COOKIE, self.cookie())
    }

    pub async fn send(&self, request: RequestBuilder) -> Result<Reply> {
        let response = request.send().await?;
        self.read(response).await
    }

    async fn read(&self, response: Response) -> Result<Reply> {
        let (status, headers) = (response.status(), response.headers().clone());
        for cookie in headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str()?);
        }
        Ok(Reply { status, headers, text: response.text().await? })
    }

    pub async fn get(&self, path: &str) -> Result<Reply> {
        self.send(self.request(Method::GET, path).header(header::ACCEPT, "text/html")).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        self.send(self.request(Method::POST, path).form(fields)).await
    }

    /// Posts and follows to the page that it leads to.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        let answer = self.post(path, fields).await?;
        ensure!(answer.status == StatusCode::SEE_OTHER, "{path}: {} {}", answer.status, answer.text);
        self.get(answer.location()).await
    }

    /// Signs in by the code in the local mailbox.
    pub async fn sign_in(&self, email: &str) -> Result<()> {
        let asked = self.post("/sign-in", &[("email", email)]).await?;
        ensure!(asked.status == StatusCode::SEE_OTHER, "asking for a code: {} {}", asked.status, asked.text);
        let code = self.code_for(email).await?;
        let entered = self.post("/sign-in/code", &[("code", &code)]).await?;
        ensure!(
            entered.status == StatusCode::SEE_OTHER,
            "entering the code: {} {}",
            entered.status,
            entered.text
        );
        Ok(())
    }

    /// The newest code that was mailed to an address.
    pub async fn code_for(&self, email: &str) -> Result<String> {
        for _ in 0..100 {
            let mails = self
                .send(self.request(Method::GET, "/dev/mailbox").header(header::ACCEPT, "application/json"))
                .await?
                .json();
            let newest = mails.as_array().into_iter().flatten().find(|m| m["to"] == email);
            if let Some(subject) = newest.and_then(|m| m["subject"].as_str()) {
                let code: String = subject.chars().take(6).collect();
                if code.bytes().all(|b| b.is_ascii_digit()) {
                    return Ok(code);
                }
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        None.context("no code was mailed within five seconds")
    }
}
