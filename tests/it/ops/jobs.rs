//! A parked job is shown to operators, and runs again when one of them revives it.

use crate::support::{TestServer, eventually, smtp::SmtpServer};
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    mail::{Mail, SendMail},
};

async fn parked(server: &TestServer, want: i64) -> Result<()> {
    let there = async || {
        let count = server.app.store.backlog().parked_count().await?;
        anyhow::Ok((count == want).then_some(()))
    };
    eventually(&format!("not {want} jobs are parked"), there).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_job_is_shown_and_revived_in_two_steps() -> Result<()> {
    let mail = SmtpServer::start().await?;
    let url = mail.url.clone();
    let server = TestServer::with_settings(|settings| {
        settings.smtp_url = Some(url);
        settings.mail_from = Some("pass@example.org".into());
    })
    .await?;
    let operator = server.person("operator");
    assert!(operator.get("/ops/jobs").await?.text.contains("Nothing is parked."));
    let to = |to: &str| SendMail {
        mail: Mail {
            to: to.into(),
            subject: "s".into(),
            text: "confidential".into(),
            html: None,
            unsubscribe: None,
        },
    };
    let now = server.app.clock.now();
    let id = server.app.store.jobs().enqueue(&to("no address"), None, now).await?.context("new")?;
    server.app.store.jobs().enqueue(&to("kim@"), None, now).await?;
    parked(&server, 2).await?;

    let page = operator.get("/ops/jobs").await?.text;
    assert!(
        page.contains("2 jobs need you.") && page.contains("send_mail") && page.contains(&id.to_string()),
        "{page}"
    );
    assert!(!page.contains("confidential") && !page.contains("kim@"), "{page}");
    let one = format!("/ops/jobs/{id}/revival");
    for who in ["host", "viewer", "stranger"] {
        assert_eq!(server.person(who).post(&one, &[]).await?.status, 404, "{who}");
    }
    let asked = operator.post(&one, &[]).await?;
    assert_eq!(asked.status, 200);
    parked(&server, 2).await?;
    let token = |page: &str| {
        page.split("name=\"confirm\" value=\"").nth(1).and_then(|t| t.split('"').next()).map(str::to_owned)
    };
    let confirm = token(&asked.text).context("a token")?;
    assert_eq!(
        operator.post("/ops/jobs/revival", &[("confirm", &confirm)]).await?.status,
        200,
        "a confirmation is valid for this job only"
    );
    assert_eq!(operator.post(&one, &[("confirm", &confirm)]).await?.status, 303);
    parked(&server, 2).await.context("it fails again, and is parked again")?;

    let all = operator.post("/ops/jobs/revival", &[]).await?;
    let confirm = token(&all.text).context("a token")?;
    assert_eq!(operator.post("/ops/jobs/revival", &[("confirm", &confirm)]).await?.status, 303);
    let audit = operator.get("/ops/audit").await?.text;
    assert!(
        audit.contains("job.revive") && audit.contains(&id.to_string()) && audit.contains("2 revived"),
        "{audit}"
    );
    server.close().await
}
