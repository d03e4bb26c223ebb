//! What people report to the operators, and what becomes of it.

use crate::{
    ServiceError, ServiceResult, Services,
    access::spaces,
    live::{clips, reminders},
    sender, unbounded_act,
};
use domain::{
    access::admit::{Door, Reason, admit},
    catalogue::slug::page_path,
    id::*,
    ops::reports::{Kind, ReportDecision, ReportReason},
    people::account::Account,
    time::Millis,
};
use store::{Act, Entrant, FiledReport, Report};

/// Something that can be reported, for whoever may see it.
#[derive(Clone, Debug)]
pub struct Reportable {
    pub kind: Kind,
    pub subject: String,
    /// How it is called.
    pub title: String,
    /// Where it is found.
    pub path: String,
    pub space: Option<SpaceId>,
    pub person: Option<AccountId>,
    pub stream: Option<StreamId>,
    /// Where the line was written.
    pub room: Option<RoomId>,
    /// The number and the words of the line that is reported.
    pub line: Option<(i64, String)>,
}

impl Reportable {
    /// It alone, without where it was found.
    fn of(kind: Kind, subject: impl ToString, title: String, path: String) -> Self {
        let subject = subject.to_string();
        Self { kind, subject, title, path, space: None, person: None, stream: None, room: None, line: None }
    }
}

/// What `by` wants to report. What they may not see does not exist for them.
pub async fn find(services: &Services, by: AccountId, kind: Kind, id: &str) -> ServiceResult<Reportable> {
    match kind {
        Kind::Space | Kind::Picture => space(services, by, kind, parsed(id)?).await,
        Kind::Show => show(services, by, parsed(id)?).await,
        Kind::Clip => clip(services, by, parsed(id)?).await,
        Kind::Post => post(services, by, parsed(id)?).await,
        Kind::Person => person(services, parsed(id)?).await,
        Kind::Letter => Err(ServiceError::NotFound),
    }
}

fn parsed<T: std::str::FromStr>(id: &str) -> ServiceResult<T> {
    id.parse().map_err(|_| ServiceError::NotFound)
}

async fn space(services: &Services, by: AccountId, kind: Kind, id: SpaceId) -> ServiceResult<Reportable> {
    let space = spaces::visible(services, by, id).await?;
    let path = format!("/{}", space.slug);
    Ok(Reportable { space: Some(id), ..Reportable::of(kind, id, space.name, path) })
}

async fn show(services: &Services, by: AccountId, id: StreamId) -> ServiceResult<Reportable> {
    let reminders::Announced { stream, space, experience } = reminders::announced(services, by, id).await?;
    let path = page_path(&space.slug, &experience.slug);
    let show = Reportable::of(Kind::Show, id, stream.title, path);
    Ok(Reportable { space: Some(space.id), stream: Some(id), ..show })
}

/// A clip that `by` may watch.
async fn clip(services: &Services, by: AccountId, id: ClipId) -> ServiceResult<Reportable> {
    let (clip, now) = (services.store.clips().by_id(id).await?, services.now());
    let room = services.store.streams().room_of(clip.stream).await?;
    let who = Some(Entrant::new(by, sender::has_passkey()));
    let facts = services.store.access().of_room(who, room, now).await?;
    let admission = admit(&facts.as_facts(), Door::Enter, now);
    if !admission.admitted() || admission.reason == Reason::Preview {
        return Err(ServiceError::NotFound);
    }
    clips::recording_of(services, clip.stream, admission.role.moderates()).await?;
    let path = format!("/streams/{}/clips/{id}", clip.stream);
    let (space, person, stream) = (Some(clip.space), Some(clip.maker), Some(clip.stream));
    Ok(Reportable { space, person, stream, ..Reportable::of(Kind::Clip, id, clip.title, path) })
}

/// A post that `by` may read.
async fn post(services: &Services, by: AccountId, id: PostId) -> ServiceResult<Reportable> {
    let (post, now) = (services.store.posts().by_id(id).await?, services.now());
    let who = Some(Entrant::new(by, sender::has_passkey()));
    let facts = services.store.access().of_experience(who, post.experience, now).await?;
    if post.published_at.is_none() || !admit(&facts.as_facts(), Door::Enter, now).admitted() {
        return Err(ServiceError::NotFound);
    }
    let path = format!("/experiences/{}/posts/{id}", post.experience);
    Ok(Reportable { space: Some(post.space), ..Reportable::of(Kind::Post, id, post.title, path) })
}

async fn person(services: &Services, id: AccountId) -> ServiceResult<Reportable> {
    let Account { name, username, .. } = services.store.accounts().by_id(id).await?;
    let person = Reportable::of(Kind::Person, id, name, format!("/@{username}"));
    Ok(Reportable { person: Some(id), ..person })
}

/// The author of a line in a room that the caller was admitted to.
pub async fn author_of(
    services: &Services,
    (space, stream, room): (SpaceId, Option<StreamId>, RoomId),
    seq: u64,
    path: String,
) -> ServiceResult<Reportable> {
    let entry = services.store.journal().line(room, seq).await?;
    let line = entry.line().ok_or(ServiceError::NotFound)?;
    Ok(Reportable {
        space: Some(space),
        person: Some(line.author),
        stream,
        room: Some(room),
        line: Some((i64::try_from(seq).unwrap_or(i64::MAX), line.body.clone())),
        ..Reportable::of(Kind::Person, line.author, line.name.clone(), path)
    })
}

/// Reports it. Returns false if `by` has an open report about the same.
///
/// # Errors
/// `TooMany` reports of the account or its network.
pub async fn report(
    services: &Services,
    by: AccountId,
    about: &Reportable,
    reason: ReportReason,
    words: String,
) -> ServiceResult<bool> {
    let now = services.now();
    services.limits.report(by, now)?;
    let report = undecided(ReportId::new(), about, Some(by), (reason, words), now);
    let mut tx = services.store.begin().await?;
    let new = tx.file_report(&report).await?;
    if new {
        let detail = format!("{}: {}", about.kind.code(), reason.code());
        tx.commit_audited(services.act(by, "report.make", &report.subject, detail)?, &[], now).await?;
    }
    Ok(new)
}

/// Writes a letter to the operators. `by`: who is signed in, if somebody is. `email`: where they answer to.
///
/// # Errors
/// `TooMany` letters of the network, or of all together.
pub async fn write(
    services: &Services,
    by: Option<AccountId>,
    email: String,
    topic: ReportReason,
    words: String,
) -> ServiceResult<()> {
    let (id, now) = (ReportId::new(), services.now());
    services.limits.write_letter(by.is_some(), now)?;
    let about = Reportable::of(Kind::Letter, id, String::new(), String::new());
    let letter = Report { email: Some(email), ..undecided(id, &about, by, (topic, words), now) };
    let mut tx = services.store.begin().await?;
    tx.file_report(&letter).await?;
    let (action, target) = ("report.write".into(), id.to_string());
    tx.commit_audited(Act { actor: by, action, target, detail: topic.code().into() }, &[], now).await?;
    Ok(())
}

fn undecided(
    id: ReportId,
    about: &Reportable,
    reporter: Option<AccountId>,
    (reason, words): (ReportReason, String),
    created_at: Millis,
) -> Report {
    let Reportable { kind, space, person, stream, room, .. } = *about;
    let line = about.line.as_ref().map(|line| line.0);
    Report {
        id,
        kind,
        subject: about.subject.clone(),
        space,
        person,
        stream,
        room,
        line,
        reporter,
        email: None,
        reason,
        words,
        created_at,
        decided_at: None,
        decision: None,
        answer: None,
    }
}

/// Decides a report, and with it all others that are open about the same. Their reporters get a mail. Returns their number.
/// `Conflict("decided")` if there is none left. The caller is an operator.
pub async fn decide(
    services: &Services,
    by: AccountId,
    report: ReportId,
    decision: ReportDecision,
    answer: &str,
) -> ServiceResult<usize> {
    let now = services.now();
    let FiledReport { report, .. } = services.store.reports().by_id(report).await?;
    let mut tx = services.store.begin().await?;
    let decided = tx.decide_reports((report.kind, &report.subject), by, (decision, answer), now).await?;
    if decided == 0 {
        return Err(ServiceError::Conflict("decided"));
    }
    let detail = format!("{}: {}, {decided} answered", report.kind.code(), decision.code());
    tx.commit_audited(unbounded_act(by, "report.decide", &report.subject, detail), &[], now).await?;
    Ok(decided)
}

/// A decided report, and where its answer goes.
pub struct Answer {
    pub filed: FiledReport,
    pub email: String,
}

/// `None` if nobody waits for an answer.
pub async fn answer(services: &Services, id: ReportId) -> ServiceResult<Option<Answer>> {
    let filed = services.store.reports().by_id(id).await?;
    if filed.report.decision.is_none() {
        return Ok(None);
    }
    let email = match (&filed.report.email, filed.report.reporter) {
        (Some(email), _) => email.clone(),
        (None, Some(reporter)) => services.store.accounts().by_id(reporter).await?.email,
        (None, None) => return Ok(None),
    };
    Ok(Some(Answer { filed, email }))
}

/// A letter, and the address of an operator who gets it.
pub async fn letter(services: &Services, id: ReportId, operator: AccountId) -> ServiceResult<Option<Answer>> {
    let account = services.store.accounts().by_id(operator).await?;
    let filed = services.store.reports().by_id(id).await?;
    Ok(account.operator.then_some(Answer { filed, email: account.email }))
}
