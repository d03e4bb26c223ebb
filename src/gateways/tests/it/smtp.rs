//! Mail through a real SMTP server (`SMTP_SINK`: the command of `tests/smtp/sink.py`).

use crate::{
    outside::{Program, given},
    shop::loopback,
};
use domain::{
    id::JobId,
    mail::{Mail, MailError, Mailer},
};
use gateways::{SmtpConfig, SmtpMailer};
use serde_json::Value;
use std::time::Duration;

fn mail(text: &str, html: Option<&str>) -> Mail {
    Mail {
        to: "kim@example.net".into(),
        subject: "Your pass for “Friday session” – €12".into(),
        text: text.into(),
        html: html.map(str::to_owned),
        unsubscribe: None,
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let Some(command) = given("SMTP_SINK") else { return };
    let mut sink = Program::start(&command, &[]);
    let url = format!("smtp://127.0.0.1:{}", sink.read().await);
    let mailer = SmtpMailer::new(
        SmtpConfig::parse(&url, "Backstage Pass <pass@example.org>").expect("usable settings"),
    );
    mailer.check().await.expect("reachable");

    // A line with a single period ends a mail in SMTP unless the client escapes it.
    let text = format!("Your code is 123456.\n.\nUntil later – {}\n", "a long line ".repeat(120));
    let key = JobId::new();
    for html in [None, Some("<p>Your code is <b>123456</b>.</p>"), None] {
        mailer.send(key, mail(&text, html)).await.expect("taken");
        let taken: Value = serde_json::from_str(&sink.read().await).expect("JSON");
        assert_eq!(taken["to"], serde_json::json!(["kim@example.net"]));
        assert_eq!(taken["from"], "Backstage Pass <pass@example.org>");
        assert_eq!(taken["subject"], "Your pass for “Friday session” – €12");
        assert_eq!(taken["message_id"], format!("<{key}@example.org>"));
        assert_eq!(taken["text"].as_str().expect("text").trim_end().replace("\r\n", "\n"), text.trim_end());
        assert_eq!(taken["html"].as_str().map(str::trim_end), html);
    }
}

#[tokio::test]
async fn a_server_that_is_away_takes_no_mail() {
    let gone = loopback().await.local_addr().expect("bound");
    let mailer = SmtpMailer::new(
        SmtpConfig::parse(&format!("smtp://{gone}"), "pass@example.org").expect("usable settings"),
    );
    mailer.send(JobId::new(), mail("x", None)).await.expect_err("nobody is there");
    mailer.check().await.expect_err("nobody is there");
}

/// Its late reply must not count as the reply to the next mail, whose text would go to the wrong person.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_to_a_server_that_hangs_is_given_up_and_the_next_one_is_not_touched() {
    let Some(command) = given("SMTP_SINK") else { return };
    let mut sink = Program::start(&command, &[]);
    let url = format!("smtp://127.0.0.1:{}", sink.read().await);
    let mailer = SmtpMailer::new(
        SmtpConfig::parse(&url, "Backstage Pass <pass@example.org>").expect("usable settings"),
    );
    let to = |to: &str| Mail { to: to.into(), ..mail("123456", None) };
    let begun = std::time::Instant::now();
    let (rcpt, data) = tokio::join!(
        mailer.send(JobId::new(), to("rcpt-hangs@example.net")),
        mailer.send(JobId::new(), to("data-hangs@example.net")),
    );
    for sent in [rcpt, data] {
        assert!(matches!(sent, Err(MailError::Away(_))), "{sent:?}");
    }
    assert!(begun.elapsed() < Duration::from_secs(22), "{:?}", begun.elapsed());
    mailer.send(JobId::new(), to("kim@example.net")).await.expect("taken");
    let taken: Value = serde_json::from_str(&sink.read().await).expect("JSON");
    assert_eq!(taken["to"], serde_json::json!(["kim@example.net"]));
}

/// Forms and mailer accept the same addresses.
#[test]
fn what_the_forms_take_the_mailer_can_write_to() {
    let parts = [
        "a",
        "a.b",
        "a..b",
        ".a",
        "a+b",
        "o'b",
        "x{y}",
        "a/b",
        "a=b",
        "ü",
        "\u{200b}a",
        "a b",
        "a\"b",
        "(a)",
        "-a",
    ];
    let hosts = [
        "x.org",
        "ex\u{e4}mple.org",
        "x..org",
        "-x.org",
        "x_y.org",
        "1.2.3.4",
        "[::1]",
        "x",
        "b\u{fc}cher.example",
    ];
    let mut taken = 0;
    for (local, host) in parts.iter().flat_map(|local| hosts.iter().map(move |host| (local, host))) {
        if let Ok(address) = domain::people::address::parse(&format!("{local}@{host}")) {
            taken += 1;
            let parsed: lettre::Address = address.parse().unwrap_or_else(|e| panic!("{address}: {e}"));
            assert_eq!(parsed.to_string(), address);
        }
    }
    assert!(taken > 20, "{taken}");
}
