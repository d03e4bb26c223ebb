//! `backstage check`: one line for each setting and service, and an error exit code if any fails.

use crate::support::child::command;
use anyhow::Result;

fn lines<'a>(said: &'a str, begin: &str) -> Vec<&'a str> {
    said.lines().filter(|line| line.starts_with(begin)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn default_settings_pass() -> Result<()> {
    let data = tempfile::tempdir()?;
    let dir = data.path().to_str().unwrap_or_default();
    let told =
        command(&["check", "--local", "--data", dir], &[("BACKSTAGE_OPS_TOKEN", "a_token_of_many_letters")])
            .await?;
    assert!(told.ok, "{}", told.said);
    for wanted in
        ["settings", "data directory", "disk space", "time zones", "clock", "database", "open files"]
    {
        assert_eq!(lines(&told.said, &format!("ok    {wanted}: ")).len(), 1, "{wanted}: {}", told.said);
    }
    assert!(
        told.said.contains("BACKSTAGE_OPS_TOKEN: set") && !told.said.contains("many_letters"),
        "{}",
        told.said
    );
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_service_that_does_not_answer_is_named() -> Result<()> {
    let data = tempfile::tempdir()?;
    let dir = data.path().to_str().unwrap_or_default();
    // A local port that nobody listens on.
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let (smtp, stripe) = (format!("smtp://127.0.0.1:{port}"), format!("http://127.0.0.1:{port}"));
    let set = [
        ("SMTP_URL", smtp.as_str()),
        ("MAIL_FROM", "Backstage <pass@example.org>"),
        ("STRIPE_SECRET_KEY", "sk_test_0123456789abcdef"),
        ("STRIPE_WEBHOOK_SECRET", "not_the_form_of_a_secret"),
        ("STRIPE_API_BASE", stripe.as_str()),
        ("DATABASE_URL", "postgres://nobody@127.0.0.1:1/none"),
    ];
    let told = command(&["check", "--data", dir], &set).await?;
    assert!(!told.ok, "{}", told.said);
    for wanted in ["mail server", "Stripe", "Stripe's webhook secret", "database"] {
        assert_eq!(lines(&told.said, &format!("FAIL  {wanted}: ")).len(), 1, "{wanted}: {}", told.said);
    }
    assert!(!told.said.contains("0123456789abcdef"), "no secret: {}", told.said);
    let half = command(&["check", "--data", dir], &[("SMTP_URL", &smtp)]).await?;
    assert!(!half.ok && lines(&half.said, "FAIL  settings: ").len() == 1, "{}", half.said);
    Ok(())
}
