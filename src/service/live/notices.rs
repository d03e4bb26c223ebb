//! What many people are told about a show, or about new posts, by mail. Who they are is listed when the job runs; whether each of
//! them gets it is decided again when it is sent, because a mail may wait for hours.

use crate::{
    ServiceError, ServiceResult, Services,
    access::spaces,
    live::{
        posted::{self, NewPosts},
        reminders::{Announced, announced},
    },
    people::mails,
};
use domain::{
    access::{
        admit::{Admission, Door, Reason, admit},
        ban::BanKind,
    },
    catalogue::offer::{Pass, PriceKind, Space},
    id::{AccountId, ExperienceId, SpaceId, StreamId},
    live::{
        calendar,
        jobs::Tell,
        notices::Notice,
        stream::{EndReason, Stream, StreamState},
    },
    mail::MailKind,
    time::Millis,
};
use store::{AccessFacts, Entrant};

/// Why a person is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// A pass of theirs opens it.
    Holder,
    Reminded,
    Follower,
}

/// A mail to one person.
#[derive(Debug)]
pub struct Letter {
    pub email: String,
    pub news: News,
    pub why: Why,
    /// The kind by which it can be stopped; `None` if the person has to get it.
    pub kind: Option<MailKind>,
}

#[derive(Debug)]
pub enum News {
    /// `from`: what the cheapest pass costs that opens it, for whoever has none.
    Live {
        show: Announced,
        from: Option<PriceKind>,
    },
    Moved {
        show: Announced,
        from: Option<Millis>,
    },
    Cancelled {
        show: Announced,
    },
    Planned {
        space: Space,
        shows: Vec<Stream>,
    },
    Posted {
        space: Space,
        news: NewPosts,
    },
}

/// Enqueues a mail to each person whom the notice concerns, if it is still true.
pub async fn spread(services: &Services, notice: Notice) -> ServiceResult<()> {
    let holds = match notice {
        Notice::Planned { space, until } => !planned(services, space, until).await?.is_empty(),
        Notice::Posted { space, until } => !posted::published(services, space, until, None).await?.is_empty(),
        Notice::Live { stream, .. } | Notice::Moved { stream, .. } | Notice::Cancelled { stream, .. } => {
            match services.store.streams().by_id(stream).await.map_err(ServiceError::from) {
                Err(ServiceError::NotFound) => false,
                found => is_true(services, &notice, &found?),
            }
        }
    };
    if holds {
        services.store.notices().spread(notice, services.now()).await?;
    }
    Ok(())
}

/// The shows that a space has planned until then; none if nobody else can see it.
async fn planned(services: &Services, space: SpaceId, until: Millis) -> ServiceResult<Vec<Stream>> {
    match services.store.spaces().by_id(space).await?.published_at {
        Some(_) => Ok(services.store.notices().planned(space, until, services.now()).await?),
        None => Ok(Vec::new()),
    }
}

/// Whether what is told of a stream is still so.
fn is_true(services: &Services, notice: &Notice, stream: &Stream) -> bool {
    match notice {
        Notice::Live { .. } => stream.state.on_air(),
        Notice::Moved { from, .. } => {
            let waits = matches!(stream.state, StreamState::Scheduled | StreamState::Rehearsal);
            let coming = stream.scheduled_at.is_none() || calendar::is_coming(stream, services.now());
            waits && coming && stream.scheduled_at != *from
        }
        Notice::Cancelled { .. } => stream.end_reason == Some(EndReason::Cancelled),
        Notice::Planned { .. } | Notice::Posted { .. } => false,
    }
}

/// What to write to a person; `None` if they are not told: it is no longer true, they do not want it, are banned, may not
/// enter, or are in the team.
pub async fn letter(services: &Services, job: &Tell) -> ServiceResult<Option<Letter>> {
    let found = match job.notice {
        Notice::Planned { space, until } => of_plans(services, job.account, space, until).await,
        Notice::Posted { space, until } => posted::letter(services, job.account, space, until).await,
        Notice::Live { stream, .. } | Notice::Moved { stream, .. } | Notice::Cancelled { stream, .. } => {
            of_show(services, job, stream).await
        }
    };
    match found {
        // It was deleted, or can no longer be seen.
        Err(ServiceError::NotFound) => Ok(None),
        found => found,
    }
}

async fn of_plans(
    services: &Services,
    account: AccountId,
    space: SpaceId,
    until: Millis,
) -> ServiceResult<Option<Letter>> {
    let kind = MailKind::Planned;
    let shows = planned(services, space, until).await?;
    let follows = services.store.follows().has(space, account).await?;
    if shows.is_empty() || !follows || !mails::wants(services, account, kind).await? {
        return Ok(None);
    }
    let standing = services.store.access().standing(space, account, services.now()).await?;
    if standing.team.is_some() || standing.bans.iter().any(|ban| ban.kind == BanKind::Ban) {
        return Ok(None);
    }
    let space = spaces::visible(services, account, space).await?;
    let email = services.store.accounts().by_id(account).await?.email;
    Ok(Some(Letter { email, news: News::Planned { space, shows }, why: Why::Follower, kind: Some(kind) }))
}

async fn of_show(services: &Services, job: &Tell, stream: StreamId) -> ServiceResult<Option<Letter>> {
    let Tell { notice, account } = *job;
    let show = announced(services, account, stream).await?;
    if !is_true(services, &notice, &show.stream) {
        return Ok(None);
    }
    let now = services.now();
    let facts = services
        .store
        .access()
        .of_experience(Some(Entrant::absent(account)), show.stream.experience, now)
        .await?;
    let admission = admit(&facts.as_facts(), Door::Enter, now);
    let Some(why) = why(services, &notice, &show.stream, account, &admission).await? else { return Ok(None) };
    let kind = Some(notice.kind()).filter(|kind| *kind == MailKind::Live || !has_paid(&facts, &admission));
    if let Some(kind) = kind
        && !mails::wants(services, account, kind).await?
    {
        return Ok(None);
    }
    let from = if admission.admitted() {
        None
    } else {
        cheapest(services, &facts.place.passes, facts.place.experience.id)
    };
    let news = match notice {
        // Nobody is invited to a door that they cannot open.
        Notice::Live { .. } if !admission.admitted() && from.is_none() => return Ok(None),
        Notice::Live { .. } => News::Live { show, from },
        Notice::Moved { from, .. } => News::Moved { show, from },
        Notice::Cancelled { .. } => News::Cancelled { show },
        Notice::Planned { .. } | Notice::Posted { .. } => return Ok(None),
    };
    let email = services.store.accounts().by_id(account).await?.email;
    Ok(Some(Letter { email, news, why, kind }))
}

/// Why this person is told; `None` if the notice does not concern them, or they are kept out.
async fn why(
    services: &Services,
    notice: &Notice,
    stream: &Stream,
    account: AccountId,
    admission: &Admission,
) -> ServiceResult<Option<Why>> {
    let admitted = admission.admitted();
    if (admitted && admission.reason == Reason::Team) || !(admitted || admission.reason == Reason::NeedsPass)
    {
        return Ok(None);
    }
    if admitted {
        return Ok(Some(Why::Holder));
    }
    if services.store.reminders().has(stream.id, account).await? {
        return Ok(Some(Why::Reminded));
    }
    let follows = notice.concerns_followers() && services.store.follows().has(stream.space, account).await?;
    Ok(follows.then_some(Why::Follower))
}

/// Whether the grant by which a person enters was paid for.
fn has_paid(facts: &AccessFacts, admission: &Admission) -> bool {
    let grants = &facts.standing.grants;
    grants.iter().any(|grant| Some(grant.id) == admission.grant && grant.purchase.is_some())
}

/// The lowest price of the passes on offer that open the experience.
pub(super) fn cheapest(services: &Services, passes: &[Pass], experience: ExperienceId) -> Option<PriceKind> {
    let open = passes.iter().filter(|pass| pass.is_offered() && pass.opens(experience));
    let payable = open
        .map(|pass| pass.price.kind)
        .filter(|kind| *kind == PriceKind::Free || services.payments.is_some());
    payable.min_by_key(|kind| kind.minor())
}
