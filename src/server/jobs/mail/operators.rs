//! Mail about what operators decide, and letters to them.

use super::{RunJob, send};
use crate::app::App;
use anyhow::Result;
use domain::{
    id::JobId,
    ops::{
        jobs::{SendLetter, SendReportAnswer, SendSuspensionNotice, SendTakenDown},
        reports::ReportDecision,
    },
};
use service::ops::{
    pictures,
    reports::{self, Answer},
    suspensions::{self, Concerned, Notice},
};
use views::{
    mail::{
        self,
        operators::{Letter, ReportAnswer, Suspended, To},
    },
    ops::reports::taking_down,
};

impl RunJob for SendReportAnswer {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(Answer { filed, email }) = reports::answer(&app.services, self.report).await? else {
            return Ok(());
        };
        let write = || {
            let answer = ReportAnswer {
                kind: filed.report.kind,
                about: filed.name(),
                written: &filed.report.words,
                acted: filed.report.decision == Some(ReportDecision::Acted),
                answer: filed.report.answer.as_deref().unwrap_or_default(),
                contact: &app.url("/contact"),
            };
            mail::operators::report_answer(&email, &answer)
        };
        send(app, id, &email, write).await
    }
}

impl RunJob for SendLetter {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let found = reports::letter(&app.services, self.report, self.operator).await?;
        let Some(Answer { filed, email }) = found else { return Ok(()) };
        let write = || {
            let letter = Letter {
                topic: filed.report.reason,
                from: filed.report.email.as_deref().unwrap_or_default(),
                username: filed.reporter.as_deref(),
                words: &filed.report.words,
                url: &app.url(&format!("/ops/reports/{}", filed.report.id)),
            };
            mail::operators::letter(&email, &letter)
        };
        send(app, id, &email, write).await
    }
}

impl RunJob for SendSuspensionNotice {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(notice) = suspensions::notice(&app.services, &self).await? else { return Ok(()) };
        let Notice { suspension, concerned, email } = notice;
        let (to, space) = match &concerned {
            Concerned::Person => (To::Person, ""),
            Concerned::Team(space) => (To::Team, space.as_str()),
            Concerned::Holder(space) => (To::Holder, space.as_str()),
        };
        let notice = Suspended {
            to,
            space,
            reason: &suspension.reason,
            lifted: self.lifted,
            contact: &app.url("/contact"),
        };
        send(app, id, &email, || mail::operators::suspension(&email, &notice)).await
    }
}

impl RunJob for SendTakenDown {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let (email, contact) = (pictures::told(&app.services, &self).await?, app.url("/contact"));
        send(app, id, &email, || {
            taking_down::taken_down(&email, &self.picture, &self.space, &self.reason, &contact)
        })
        .await
    }
}
