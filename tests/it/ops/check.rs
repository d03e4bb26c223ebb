//! `backstage check`: one line for each setting and service, and an error exit code if any fails.

use crate::support::{child::command, free_address};
use anyhow::Result;
use std::{fs::Permissions, os::unix::fs::PermissionsExt};

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
    let port = free_address()?.port();
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

#[tokio::test(flavor = "multi_thread")]
async fn every_setting_that_cannot_be_used_is_told_in_one_run() -> Result<()> {
    let data = tempfile::tempdir()?;
    let dir = data.path().to_str().unwrap_or_default();
    let set = [
        ("BACKSTAGE_LISTEN", "nowhere"),
        ("BACKSTAGE_LIMIT_IDLE", "soon"),
        ("BACKSTAGE_LIMIT_BODY_RATE", ""),
        ("BACKSTAGE_LOG", "loud"),
        ("BACKSTAGE_PUBLIC_URL", "example.org"),
        ("BACKSTAGE_SECRET", "sesame"),
        ("SMTP_URL", "mail.example.org"),
        ("MAIL_FROM", "nobody"),
    ];
    let bad = set.iter().map(|(name, _)| *name).filter(|name| *name != "BACKSTAGE_LIMIT_BODY_RATE");
    let told = command(&["check", "--data", dir], &set).await?;
    assert_eq!(told.code, Some(1), "{}", told.said);
    for name in bad.clone() {
        let found = lines(&told.said, &format!("FAIL  settings: {name} "));
        assert_eq!(found.len(), 1, "{name}: {}", told.said);
    }
    assert_eq!(lines(&told.said, "FAIL  settings: ").len(), set.len() - 1, "{}", told.said);
    for name in ["clock", "database", "open files"] {
        assert_eq!(lines(&told.said, &format!("ok    {name}: ")).len(), 1, "{name}: {}", told.said);
    }
    assert!(!told.said.contains("sesame"), "{}", told.said);
    let serve = command(&["serve", "--data", dir], &set).await?;
    assert_eq!(serve.code, Some(1), "{}", serve.said);
    for name in bad {
        assert_eq!(
            lines(&serve.complained, &format!("backstage: {name} ")).len(),
            1,
            "{name}: {}",
            serve.said
        );
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_command_fails_with_one_sentence_that_says_what_to_do() -> Result<()> {
    // The log would warn of a directory that others can read.
    let data = tempfile::Builder::new().permissions(Permissions::from_mode(0o700)).tempdir()?;
    let dir = data.path().to_str().unwrap_or_default();
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let listen = taken.local_addr()?.to_string();
    let table: [(&[&str], &str); 10] = [
        (&["jobs", "list", "--data", dir], "there is no database at "),
        (&["jobs", "list"], "say where the data is: set --data"),
        (&["jobs", "revive", "zzz", "--data", dir], "<ID> is “zzz”, which cannot be used"),
        (&["prune", "--data", dir], "there is no database at "),
        (&["audit", "verify", "--data", dir], "has no secret of the server; set BACKSTAGE_SECRET"),
        (&["backup", "/nowhere/one.tar", "--data", dir], "there is no database at "),
        (
            &["restore", "/nowhere/one.tar", "--data", dir],
            "cannot open /nowhere/one.tar: No such file or directory; check the path",
        ),
        (
            &["operator", "add", "nobody", "--data", dir],
            "“nobody” cannot be used: An e-mail address looks like",
        ),
        (
            &["stand-in", "--webhook-secret", "whsec_0123456789", "--data", dir, "--listen", &listen],
            "Address already in use; stop the program that listens there",
        ),
        (
            &["serve", "--local", "--data", dir, "--listen", &listen],
            "(BACKSTAGE_LISTEN): Address already in use; stop the program",
        ),
    ];
    for (args, words) in table {
        let told = command(args, &[]).await?;
        assert_eq!(told.code, Some(1), "{args:?}: {}", told.said);
        assert_eq!(told.complained.lines().count(), 1, "{args:?}: {}", told.complained);
        assert!(
            told.complained.starts_with("backstage: ") && told.complained.contains(words),
            "{args:?}: {}",
            told.complained
        );
        for debug in ["Error", "os error", "Os {", "panicked"] {
            assert!(!told.complained.contains(debug), "{args:?}: {}", told.complained);
        }
    }
    assert_eq!(command(&["jobs", "fly"], &[]).await?.code, Some(2), "the command line makes no sense");
    assert_eq!(command(&["--help"], &[]).await?.code, Some(0));
    Ok(())
}
