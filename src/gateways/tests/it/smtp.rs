//! Mail through a real SMTP server (`SMTP_SINK`: the command of `tests/smtp/sink.py`).

use crate::{
    outside::{Program, given},
    shop::loopback,
};
use domain::{
    id::JobId,
    mail::{Mail, Mailer},
};
use gateways::{SmtpConfig, SmtpMailer};
use serde_json::Value;

fn mail(text: &str, html: Option<&str>) -> Mail {
    Mail {
        to: "kim@example.net".into(),
        subject: "Your pass for “Friday session” – €12".into(),
        text: text.into(),
        html: html.map(str::to_owned),
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

    // A line with a single point ends a mail on the wire, unless it is doubled on the way.
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
