//! Behind an nginx with TLS: host-only cookies and HSTS. The browser is curl, which enforces the rules of `Secure` and
//! `__Host-`.

use super::behind_nginx::Nginx;
use crate::support::{TestServer, eventually, free_address};
use anyhow::{Context, Result, ensure};
use std::path::Path;
use tokio::process::Command;

/// A self-signed certificate for `localhost`.
async fn certificate(files: &Path) -> Result<()> {
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "2",
        ])
        .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"])
        .args(["-keyout", "key.pem", "-out", "certificate.pem"])
        .current_dir(files)
        .output()
        .await?;
    ensure!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Ok(())
}

/// A browser that stores its cookies in a file.
struct Curl<'a> {
    files: &'a Path,
    origin: &'a str,
}

struct Answer {
    status: u16,
    head: Vec<String>,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.head.iter().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }

    fn cookies(&self) -> Vec<&str> {
        self.head.iter().filter_map(|line| line.strip_prefix("set-cookie: ")).collect()
    }
}

impl Curl<'_> {
    async fn send(&self, path: &str, options: &[&str]) -> Result<Answer> {
        let url = format!("{}{path}", self.origin);
        let answer = Command::new("curl")
            .args(["-sS", "-i", "--http1.1", "--cacert", "certificate.pem", "-b", "jar", "-c", "jar"])
            .args(options)
            .arg(url)
            .current_dir(self.files)
            .output()
            .await?;
        ensure!(answer.status.success(), "{path}: {}", String::from_utf8_lossy(&answer.stderr));
        let text = String::from_utf8_lossy(&answer.stdout).into_owned();
        let (head, body) = text.split_once("\r\n\r\n").context("a head")?;
        let status = head.split(' ').nth(1).context("a status")?.parse()?;
        let head = head.lines().map(|line| match line.split_once(": ") {
            Some((name, value)) => format!("{}: {value}", name.to_ascii_lowercase()),
            None => line.to_owned(),
        });
        Ok(Answer { status, head: head.collect(), body: body.to_owned() })
    }

    async fn post(&self, path: &str, form: &str) -> Result<Answer> {
        let origin = format!("Origin: {}", self.origin);
        self.send(path, &["-H", &origin, "--data", form]).await
    }
}

fn check(answer: &Answer, names: &[&str]) {
    let cookies = answer.cookies();
    let found: Vec<&str> = cookies.iter().filter_map(|cookie| cookie.split('=').next()).collect();
    assert_eq!((answer.status, found.as_slice()), (303, names), "{}", answer.body);
    for cookie in cookies {
        let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
        for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(attributes.contains(&attribute), "{attribute}: {cookie}");
        }
        assert!(!attributes.iter().any(|a| a.starts_with("Domain")), "{cookie}");
    }
}

async fn mailed_code(browser: &Curl<'_>) -> Result<String> {
    eventually("no mail came", async || {
        let mailbox = browser.send("/dev/mailbox", &["-H", "Accept: application/json"]).await?;
        let mails: serde_json::Value = serde_json::from_str(&mailbox.body)?;
        let subject = mails[0]["subject"].as_str();
        anyhow::Ok(subject.map(|subject| subject.split(' ').next().unwrap_or_default().to_owned()))
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs nginx, openssl and curl, which tests/run installs"]
async fn over_https_every_cookie_is_bound_to_the_host() -> Result<()> {
    let files = tempfile::tempdir()?;
    certificate(files.path()).await?;
    let port = free_address()?.port();
    let origin = format!("https://localhost:{port}");
    let server = TestServer::with_settings(|settings| settings.public_url = Some(origin.clone())).await?;
    let nginx = Nginx::with_tls(&server, port, files.path()).await?;
    let browser = Curl { files: files.path(), origin: &origin };

    let home = browser.send("/", &[]).await?;
    let hsts = home.header("strict-transport-security").context("HSTS")?;
    let age: u64 = hsts.strip_prefix("max-age=").context("an age")?.parse()?;
    assert!(home.status == 200 && age >= 31_536_000, "{hsts}");
    assert!(home.cookies().is_empty(), "a visitor gets no cookies");

    let asked = browser.post("/sign-in", "email=ann%40example.org").await?;
    check(&asked, &["__Host-backstage-asking", "__Host-backstage-code"]);
    let code = mailed_code(&browser).await?;
    let entered = browser.post("/sign-in/code", &format!("code={code}")).await?;
    check(
        &entered,
        &["__Host-backstage", "__Host-backstage-code", "__Host-backstage-known", "__Host-backstage-language"],
    );
    assert_eq!(
        browser.send("/account", &[]).await?.status,
        200,
        "the browser keeps the session and sends it"
    );
    let out = browser.post("/sign-out", "").await?;
    check(&out, &["__Host-backstage-flash", "__Host-backstage"]);
    assert_eq!(browser.send("/account", &[]).await?.status, 401);
    drop(nginx);
    server.close().await
}
