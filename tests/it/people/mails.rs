//! Which mail comes is decided when it is sent; what concerns money always comes.

use crate::support::{TestServer, shop::Order};
use anyhow::{Context, Result};
use domain::{clock::Clock, live::jobs::RemindAll, mail::MailKind, time::Span};
use service::people::mails;

const ANN: &str = "ann@example.org";

#[tokio::test(flavor = "multi_thread")]
async fn a_kind_that_is_off_is_not_sent_even_if_it_was_queued_before() -> Result<()> {
    let server = TestServer::open().await?;
    let (ann, stream) = (server.holder(ANN).await?, server.scheduled().0);
    let account = server.account(ANN).await?;
    let at = server.app.clock.now() + Span::days(3);
    let written = at.timestamp().strftime("%Y-%m-%dT%H:%M").to_string();
    let form = [("title", "Choosing the ten"), ("scheduled_at", written.as_str())];
    let path = format!("/account/streams/{stream}/schedule");
    assert_eq!(server.person("host").post(&path, &form).await?.status, 303);
    let at = server.app.store.streams().by_id(stream).await?.scheduled_at.context("a time")?;
    let remind = format!("/streams/{stream}/reminder");
    assert_eq!(ann.post(&remind, &[("wanted", "true")]).await?.status, 303);

    // A day before, the mail comes; it names the end of such mail.
    let [day, hour] = RemindAll::each(stream, at);
    server.advance_to(day.due()).await?;
    server.mail_is_out().await?;
    assert_eq!(server.mails(ANN, "In a day:").await?, 1);
    let text = server.mail_texts(ANN, "In a day:").await?.remove(0);
    let stop = text.lines().find(|line| line.contains("/unsubscribe/")).context("a link")?.to_owned();
    assert!(stop.contains("-reminders-"), "{stop}");

    // Off, the reminder stays asked for and no mail comes. Asking again switches it on.
    assert_eq!(ann.post("/account/mails", &[("live", "true")]).await?.status, 303);
    assert!(server.app.store.reminders().has(stream, account).await?);
    server.advance_to(hour.due()).await?;
    server.mail_is_out().await?;
    assert_eq!(server.mails(ANN, "Soon:").await?, 0);
    assert_eq!(ann.post(&remind, &[("wanted", "true")]).await?.status, 303);
    assert!(mails::wants(&server.app.services, account, MailKind::Reminders).await?);
    assert!(
        !mails::wants(&server.app.services, account, MailKind::Planned).await?,
        "the others stay as they are"
    );

    // With everything off and the link used, receipts and codes still come.
    let path = format!("/unsubscribe/{}", stop.rsplit('/').next().context("a token")?);
    assert_eq!(server.anybody().post(&path, &[("List-Unsubscribe", "One-Click")]).await?.status, 200);
    assert!(!server.app.store.reminders().has(stream, account).await?);
    assert_eq!(ann.post("/account/mails", &[]).await?.status, 303);
    assert!(server.app.store.preferences().wanted(account).await?.is_empty());
    let order = Order::open(ann).await?;
    order.press(&order.pay_page().await?, "pay").await?;
    server.anybody().sign_in(ANN).await?;
    server.mailed(ANN, "Your pass:", 1).await?;
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_stops_one_kind_for_one_person_and_cannot_be_made_up() -> Result<()> {
    let server = TestServer::open().await?;
    let (anybody, ann) = (server.anybody(), server.anybody());
    ann.sign_in(ANN).await?;
    let account = server.account(ANN).await?;
    let other = server.account("sam@demo.example").await?;
    let path = |link: String| {
        link.rsplit('/').next().map(|token| format!("/unsubscribe/{token}")).unwrap_or_default()
    };
    let link = path(server.app.stop_link(account, MailKind::Live));
    for forged in [
        link.replace("-live-", "-planned-"),
        link.replace(&account.to_string(), &other.to_string()),
        link.replace("-live-", "-"),
        format!("{link}0"),
        format!("/unsubscribe/{account}-live-"),
        format!("/unsubscribe/{account}"),
    ] {
        assert_eq!(anybody.get(&forged).await?.status, 404, "{forged}");
        assert_eq!(anybody.post(&forged, &[]).await?.status, 404, "{forged}");
    }
    assert_eq!(server.app.store.preferences().wanted(account).await?, MailKind::ALL);
    // Programs open links before people do.
    assert_eq!(anybody.get(&link).await?.status, 200);
    assert_eq!(server.app.store.preferences().wanted(account).await?, MailKind::ALL);
    for _ in 0..2 {
        assert_eq!(anybody.post(&link, &[("List-Unsubscribe", "One-Click")]).await?.status, 200);
    }
    let left = server.app.store.preferences().wanted(account).await?;
    assert_eq!(left, [MailKind::Planned, MailKind::Reminders, MailKind::Changes, MailKind::Posts]);
    assert_eq!(server.app.store.preferences().wanted(other).await?, MailKind::ALL);
    server.close().await
}
