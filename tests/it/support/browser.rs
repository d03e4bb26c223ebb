//! A browser without JavaScript: keeps cookies, submits forms, follows redirects only on request.

use crate::support::eventually;
use anyhow::{Result, ensure};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode, header, redirect};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

/// The boundary of forms with a file.
pub const BOUNDARY: &str = "----story";

/// A file of a form: its name, its type and its bytes.
pub type Attached<'a> = (&'a str, &'a str, &'a [u8]);

/// The body of a form with a file, as a browser without scripts sends it.
pub fn multipart(fields: &[(&str, &str)], (name, kind, bytes): Attached<'_>) -> Vec<u8> {
    let part = |name: &str, more: &str, value: &[u8]| {
        let head = format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"{more}\r\n\r\n");
        [head.as_bytes(), value, b"\r\n"].concat()
    };
    let mut body: Vec<u8> =
        fields.iter().flat_map(|(name, value)| part(name, "", value.as_bytes())).collect();
    body.extend(part("file", &format!("; filename=\"{name}\"\r\ncontent-type: {kind}"), bytes));
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// One browser; clones share its cookies.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    base: String,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    /// The client address that a trusted proxy in front would forward.
    address: Option<String>,
    /// Its `Accept-Language`; without one it gets English.
    language: Option<String>,
}

/// A response that was read completely.
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
        // Only the first provider in the process is installed; all are the same.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // Reading the certificates of the system takes longer than most stories, and no story needs them.
        let client = Client::builder()
            .tls_certs_only([])
            .redirect(redirect::Policy::none())
            .read_timeout(Duration::from_secs(30))
            .build()
            .expect("an HTTP client");
        Self { client, base: base.into(), cookies: Arc::default(), address: None, language: None }
    }

    /// With a whole `Cookie` header, as `demo --json` prints it.
    pub fn with_cookie(base: &str, cookie: &str) -> Self {
        let browser = Self::new(base);
        browser.keep(cookie);
        browser
    }

    /// Another person on the same machine: shares connections but not cookies.
    pub fn beside(&self, cookie: &str) -> Self {
        let other = Self { cookies: Arc::default(), ..self.clone() };
        other.keep(cookie);
        other
    }

    /// The same browser in another network, if the server trusts proxies on loopback.
    pub fn at(&self, address: &str) -> Self {
        Self { address: Some(address.into()), ..self.clone() }
    }

    /// The same browser with this `Accept-Language`.
    pub fn reading(&self, accepted: &str) -> Self {
        Self { language: Some(accepted.into()), ..self.clone() }
    }

    /// Stores one cookie in the format of `Set-Cookie`.
    pub fn keep(&self, pair: &str) {
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

    /// A request with this browser's cookies; `path` may be an absolute URL.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = if path.starts_with("http") { path.to_string() } else { format!("{}{path}", self.base) };
        let request = self.client.request(method, url).header(header::COOKIE, self.cookie());
        let request = match &self.language {
            Some(accepted) => request.header(header::ACCEPT_LANGUAGE, accepted),
            None => request,
        };
        match &self.address {
            Some(address) => request.header("x-forwarded-for", address),
            None => request,
        }
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

    /// Gets bytes. The reply has no text.
    pub async fn save(&self, path: &str, headers: &[(&str, &str)]) -> Result<(Reply, Vec<u8>)> {
        let request = self.request(Method::GET, path);
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        let response = request.send().await?;
        let (status, headers) = (response.status(), response.headers().clone());
        Ok((Reply { status, headers, text: String::new() }, response.bytes().await?.to_vec()))
    }

    /// A range of them.
    pub async fn save_part(&self, path: &str, range: &str) -> Result<(Reply, Vec<u8>)> {
        self.save(path, &[("range", range)]).await
    }

    /// What is served of a range are these bytes of the whole.
    pub async fn gets_part(
        &self,
        (path, range): (&str, &str),
        whole: &[u8],
        (from, to): (usize, usize),
    ) -> Result<()> {
        let (part, body) = self.save_part(path, range).await?;
        ensure!(part.status == 206 && body == whole[from..=to], "{range}: {}", part.status);
        ensure!(part.headers["content-range"] == format!("bytes {from}-{to}/{}", whole.len()).as_str());
        Ok(())
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        self.send(self.request(Method::POST, path).form(fields)).await
    }

    /// Posts a form with a file.
    pub async fn attach(&self, path: &str, fields: &[(&str, &str)], file: Attached<'_>) -> Result<Reply> {
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self.request(Method::POST, path).header(header::CONTENT_TYPE, kind);
        self.send(request.header(header::ACCEPT, "text/html").body(multipart(fields, file))).await
    }

    /// Posts and follows the redirect to the resulting page.
    pub async fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        let answer = self.post(path, fields).await?;
        ensure!(answer.status == StatusCode::SEE_OTHER, "{path}: {} {}", answer.status, answer.text);
        self.get(answer.location()).await
    }

    /// Follows the redirect of a page. Returns where it leads, and the status there.
    pub async fn follow_redirect(&self, path: &str) -> Result<(String, u16)> {
        let answer = self.get(path).await?;
        ensure!(answer.status.is_redirection(), "{path}: {}", answer.status);
        let there = self.get(answer.location()).await?;
        Ok((answer.location().to_owned(), there.status.as_u16()))
    }

    /// Signs in by the code in the local mailbox.
    pub async fn sign_in(&self, email: &str) -> Result<()> {
        let before = self.codes_for(email).await?.len();
        let asked = self.post("/sign-in", &[("email", email)]).await?;
        ensure!(asked.status == StatusCode::SEE_OTHER, "asking for a code: {} {}", asked.status, asked.text);
        let code = self.next_code(email, before).await?;
        let entered = self.post("/sign-in/code", &[("code", &code)]).await?;
        let (status, text) = (entered.status, entered.text);
        ensure!(status == StatusCode::SEE_OTHER, "entering the code: {status} {text}");
        self.give_name(email).await
    }

    /// Answers the question that a new account is asked: by the first part of the address, or with no name if nobody may have
    /// that one.
    async fn give_name(&self, email: &str) -> Result<()> {
        let name = email.split('@').next().unwrap_or_default();
        for answer in [("name", name), ("later", "1")] {
            let answered = self.post("/account/name", &[answer]).await?;
            if answered.status == StatusCode::SEE_OTHER {
                return Ok(());
            }
            ensure!(
                answered.status == StatusCode::UNPROCESSABLE_ENTITY,
                "{} {}",
                answered.status,
                answered.text
            );
        }
        anyhow::bail!("{email} has not been named")
    }

    /// The codes mailed to an address, newest first.
    pub async fn codes_for(&self, email: &str) -> Result<Vec<String>> {
        let request = self.request(Method::GET, "/dev/mailbox").header(header::ACCEPT, "application/json");
        let mails = self.send(request).await?.json();
        let code = |mail: &serde_json::Value| {
            let code: String = mail["subject"].as_str()?.chars().take(6).collect();
            (mail["to"] == email && code.bytes().all(|b| b.is_ascii_digit())).then_some(code)
        };
        Ok(mails.as_array().into_iter().flatten().filter_map(code).collect())
    }

    /// The newest code, once more than `before` have been mailed.
    pub async fn next_code(&self, email: &str, before: usize) -> Result<String> {
        eventually("no code was mailed", async || {
            let codes = self.codes_for(email).await?;
            Ok(if codes.len() > before { codes.into_iter().next() } else { None })
        })
        .await
    }
}
