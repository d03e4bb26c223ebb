//! Mail over SMTP.

use domain::{
    clock::BoxFuture,
    id::JobId,
    mail::{Mail, MailError, Mailer},
};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, header::ContentType},
};
use std::time::Duration;

/// For each step of a delivery; servers that greet slowly on purpose stay below it.
const TIMEOUT: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum SmtpConfigError {
    #[error("SMTP_URL cannot be used: {0}")]
    Url(#[from] lettre::transport::smtp::Error),
    #[error("MAIL_FROM is no address: {0}")]
    From(#[from] lettre::address::AddressError),
}

pub struct SmtpMailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl SmtpMailer {
    /// A mailer for `smtp://user:password@host:587?tls=required`, `smtps://…`, or plain `smtp://127.0.0.1:25`, that writes
    /// as `from` (`Backstage Pass <pass@example.org>`). Nothing is sent yet. Needs a runtime: the pool has a task in it.
    ///
    /// # Errors
    /// When the address of the server or of the sender cannot be read.
    pub fn new(url: &str, from: &str) -> Result<Self, SmtpConfigError> {
        let from = from.parse()?;
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?.timeout(Some(TIMEOUT)).build();
        Ok(Self { transport, from })
    }

    /// Whether the server can be reached and would listen.
    ///
    /// # Errors
    /// What the server or the network said instead.
    pub async fn check(&self) -> Result<(), MailError> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError("the server did not agree to a NOOP".to_owned())),
            Err(error) => Err(mail_error(error)),
        }
    }

    async fn deliver(&self, key: JobId, mail: Mail) -> Result<(), MailError> {
        let message = message(&self.from, key, mail)?;
        self.transport.send(message).await.map(drop).map_err(mail_error)
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, key: JobId, mail: Mail) -> BoxFuture<'_, Result<(), MailError>> {
        Box::pin(self.deliver(key, mail))
    }
}

/// Readers' programs take two messages with one id for one message.
fn message(from: &Mailbox, key: JobId, mail: Mail) -> Result<Message, MailError> {
    let builder = Message::builder()
        .from(from.clone())
        .to(mail.to.parse().map_err(mail_error)?)
        .subject(mail.subject)
        .message_id(Some(format!("<{key}@{}>", from.email.domain())));
    match mail.html {
        Some(html) => builder.multipart(MultiPart::alternative_plain_html(mail.text, html)),
        None => builder.header(ContentType::TEXT_PLAIN).body(mail.text),
    }
    .map_err(mail_error)
}

fn mail_error(error: impl ToString) -> MailError {
    MailError(error.to_string())
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
        };
        let both =
            String::from_utf8(message(&from, key, mail(Some("<p>123456"))).unwrap().formatted()).unwrap();
        assert!(both.contains(&format!("Message-ID: <{key}@example.org>\r\n")), "{both}");
        assert!(both.contains("text/plain") && both.contains("text/html"), "{both}");
        assert!(!both.contains("\r\nBcc:"), "{both}");
        let plain = String::from_utf8(message(&from, key, mail(None)).unwrap().formatted()).unwrap();
        assert!(plain.contains("text/plain") && !plain.contains("multipart"), "{plain}");
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        assert!(matches!(
            SmtpMailer::new("http://example.org", "a@example.org"),
            Err(SmtpConfigError::Url(_))
        ));
        assert!(matches!(SmtpMailer::new("smtp://127.0.0.1:25", "nobody"), Err(SmtpConfigError::From(_))));
    }
}
