//! Mail over SMTP.

use domain::{
    clock::BoxFuture,
    id::JobId,
    mail::{Mail, MailError, Mailer},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{
        Mailbox, MultiPart,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::{self, AsyncSmtpTransportBuilder},
};
use std::time::Duration;
use tokio::time::timeout;
use url::Url;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// From connecting to the server's last reply about one mail.
const SEND_TIMEOUT: Duration = Duration::from_secs(20);

#[derive(Debug, thiserror::Error)]
pub enum SmtpConfigError {
    #[error("SMTP_URL is no address of a mail server, like smtps://user:password@mail.example.org: {0}")]
    Url(String),
    #[error("SMTP_URL names a user without a password, who could not sign in")]
    Password,
    #[error("MAIL_FROM is no address, like Backstage Pass <pass@example.org>: {0}")]
    From(#[from] lettre::address::AddressError),
}

/// A mail server and our sender address.
pub struct SmtpConfig {
    transport: AsyncSmtpTransportBuilder,
    from: Mailbox,
}

impl SmtpConfig {
    /// Reads `smtp://user:password@host:587?tls=required`, `smtps://…`, or plain `smtp://127.0.0.1:25`, and the sender
    /// (`Backstage Pass <pass@example.org>`).
    ///
    /// # Errors
    /// What is invalid about each of them. No message contains the password.
    pub fn parse(url: &str, from: &str) -> Result<Self, Vec<SmtpConfigError>> {
        match (transport(url), from.parse::<Mailbox>().map_err(SmtpConfigError::From)) {
            (Ok(transport), Ok(from)) => Ok(Self { transport, from }),
            (transport, from) => Err(transport.err().into_iter().chain(from.err()).collect()),
        }
    }
}

fn transport(url: &str) -> Result<AsyncSmtpTransportBuilder, SmtpConfigError> {
    let parsed = Url::parse(url).map_err(|error| SmtpConfigError::Url(error.to_string()))?;
    if !matches!(parsed.scheme(), "smtp" | "smtps") {
        return Err(SmtpConfigError::Url("it begins with smtp:// or smtps://".into()));
    }
    // Without a password lettre would send without signing in.
    if !parsed.username().is_empty() && parsed.password().is_none_or(str::is_empty) {
        return Err(SmtpConfigError::Password);
    }
    AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
        .map_err(|error| SmtpConfigError::Url(error.to_string()))
}

pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// Does not connect yet.
    ///
    /// Each mail uses its own connection. lettre's pool reuses a connection even if its send was abandoned; the late
    /// reply to that mail would then count as the reply to the next one, whose text could go to the wrong person.
    pub fn new(config: SmtpConfig) -> Self {
        Self { transport: config.transport.timeout(Some(CONNECT_TIMEOUT)).build(), from: config.from }
    }

    /// Checks that the server can be reached and accepts mail.
    ///
    /// # Errors
    /// What the server or the network replied instead.
    pub async fn check(&self) -> Result<(), MailError> {
        match within(self.transport.test_connection()).await? {
            true => Ok(()),
            false => Err(MailError::Away("the server did not agree to a NOOP".to_owned())),
        }
    }

    async fn deliver(&self, key: JobId, mail: Mail) -> Result<(), MailError> {
        let message = message(&self.from, key, mail)?;
        within(self.transport.send(message)).await.map(drop)
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, key: JobId, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(self.deliver(key, mail))
    }
}

const UNSUBSCRIBE: HeaderName = HeaderName::new_from_ascii_str("List-Unsubscribe");
const ONE_CLICK: HeaderName = HeaderName::new_from_ascii_str("List-Unsubscribe-Post");

/// The job's id becomes the Message-ID: mail programs show two messages with the same id as one.
fn message(from: &Mailbox, key: JobId, mail: Mail) -> Result<Message, MailError> {
    let builder = Message::builder()
        .from(from.clone())
        .to(mail.to.parse().map_err(unwritable)?)
        .subject(mail.subject)
        .message_id(Some(format!("<{key}@{}>", from.email.domain())));
    let builder = match mail.unsubscribe {
        Some(url) => builder
            .raw_header(HeaderValue::new(UNSUBSCRIBE, format!("<{url}>")))
            .raw_header(HeaderValue::new(ONE_CLICK, "List-Unsubscribe=One-Click".to_owned())),
        None => builder,
    };
    match mail.html {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(mail.text, html)),
        None => builder.header(ContentType::TEXT_PLAIN).body(mail.text),
    }
    .map_err(unwritable)
}

fn unwritable(error: impl ToString) -> MailError {
    MailError::Refused(error.to_string())
}

/// lettre limits only the time to connect.
async fn within<T>(asked: impl Future<Output = Result<T, smtp::Error>>) -> Result<T, MailError> {
    match timeout(SEND_TIMEOUT, asked).await {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) if error.is_permanent() => Err(MailError::Refused(error.to_string())),
        Ok(Err(error)) => Err(MailError::Away(error.to_string())),
        Err(_) => Err(MailError::Away(format!("the server took longer than {SEND_TIMEOUT:?}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_id_of_its_job_and_both_forms() {
        let (key, from) = (JobId::new(), "Backstage Pass <pass@example.org>".parse().unwrap());
        let mail = |html: Option<&str>| Mail {
            to: "kim@example.net".into(),
            subject: "Your code\r\nBcc: all@example.net".into(),
            text: "123456".into(),
            html: html.map(str::to_owned),
            unsubscribe: None,
        };
        let both =
            String::from_utf8(message(&from, key, mail(Some("<p>123456"))).unwrap().formatted()).unwrap();
        assert!(both.contains(&format!("Message-ID: <{key}@example.org>\r\n")), "{both}");
        assert!(both.contains("text/plain") && both.contains("text/html"), "{both}");
        assert!(!both.contains("\r\nBcc:"), "{both}");
        let plain = String::from_utf8(message(&from, key, mail(None)).unwrap().formatted()).unwrap();
        assert!(plain.contains("text/plain") && !plain.contains("multipart"), "{plain}");
        assert!(!plain.contains("List-Unsubscribe"), "{plain}");
        let url = format!("https://backstage.example/unsubscribe/{}", "0".repeat(97));
        let stoppable = Mail { unsubscribe: Some(url.clone()), ..mail(None) };
        let text = String::from_utf8(message(&from, key, stoppable).unwrap().formatted()).unwrap();
        let unfolded = text.replace("\r\n ", " ");
        assert!(unfolded.contains(&format!("List-Unsubscribe: <{url}>\r\n")), "{text}");
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        let parse = |url, from| {
            let errors = SmtpConfig::parse(url, from).err()?;
            Some(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        };
        let from = "Backstage Pass <a@example.org>";
        for url in [
            "smtp://127.0.0.1:25",
            "smtps://u:p@mail.example.org",
            "smtp://u:p@mail.example.org:587?tls=required",
        ] {
            assert_eq!(parse(url, from), None, "{url}");
        }
        for (url, from, names) in [
            ("http://example.org", from, "SMTP_URL"),
            ("mail.example.org", from, "SMTP_URL"),
            ("smtp://", from, "SMTP_URL"),
            ("smtp://u:sesame@mail.example.org?tls=perhaps", from, "SMTP_URL"),
            ("smtp://user@mail.example.org", from, "password"),
            ("smtp://user:@mail.example.org", from, "password"),
            ("smtp://127.0.0.1:25", "nobody", "MAIL_FROM"),
            ("smtp://127.0.0.1:25", "a@b@c", "MAIL_FROM"),
        ] {
            let line = parse(url, from).unwrap_or_else(|| panic!("{url} {from} is accepted"));
            assert!(line.contains(names) && !line.contains("sesame"), "{url} {from}: {line}");
        }
        let both = parse("mail.example.org", "nobody").expect("two faults");
        assert!(both.contains("SMTP_URL") && both.contains("MAIL_FROM"), "{both}");
    }
}
