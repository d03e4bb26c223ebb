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
pub enum NoticeReason {
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
    pub why: NoticeReason,
    /// The kind by which it can be stopped; `None` if the person has to get it.
    pub kind: Option<MailKind>,
}

#[derive(Debug)]
pub enum News {
    /// `lowest_price`: of the passes that open it, for whoever has none.
    Live {
        show: Announced,
        lowest_price: Option<PriceKind>,
    },
    Moved {
        show: Announced,
        from: Option<Millis>,
    },
    /// `gift_ends`: its pass was a gift, whose buyer gets the money back.
    Cancelled {
        show: Announced,
        gift_ends: bool,
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
        Notice::Posted { space, until } => !posted::published(services, space, until).await?.is_empty(),
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
    let (news, why) = (News::Planned { space, shows }, NoticeReason::Follower);
    Ok(Some(Letter { email, news, why, kind: Some(kind) }))
}

async fn of_show(services: &Services, job: &Tell, stream: StreamId) -> ServiceResult<Option<Letter>> {
    let Tell { notice, account } = *job;
    let show = announced(services, account, stream).await?;
    if !is_true(services, &notice, &show.stream) {
        return Ok(None);
    }
    let (cancelled, refunds) = (matches!(notice, Notice::Cancelled { .. }), services.store.show_refunds());
    // Whoever gets their money back is told of both in one mail.
    if cancelled && refunds.concerns(stream, account).await? {
        return Ok(None);
    }
    let gift_ends = cancelled && refunds.ends_gift(stream, account).await?;
    let now = services.now();
    let facts = services
        .store
        .access()
        .of_experience(Some(Entrant::absent(account)), show.stream.experience, now)
        .await?;
    let admission = admit(&facts.as_facts(), Door::Enter, now);
    let why = why(services, &notice, &show.stream, account, &admission).await?;
    // The pass may have ended before the mail.
    let held = gift_ends && admission.reason == Reason::NeedsPass;
    let Some(why) = why.or(held.then_some(NoticeReason::Holder)) else { return Ok(None) };
    let kind = notice.kind();
    let must_know =
        kind != MailKind::Live && (gift_ends || has_paid(services, account, &facts, &admission).await?);
    let kind = (!must_know).then_some(kind);
    if let Some(kind) = kind
        && !mails::wants(services, account, kind).await?
    {
        return Ok(None);
    }
    let lowest_price = if has_a_way_in(&admission) {
        None
    } else {
        lowest_price(services, &facts.place.passes, facts.place.experience.id)
    };
    let news = match notice {
        // Nobody is invited to a door that they cannot open.
        Notice::Live { .. } if !has_a_way_in(&admission) && lowest_price.is_none() => return Ok(None),
        Notice::Live { .. } => News::Live { show, lowest_price },
        Notice::Moved { from, .. } => News::Moved { show, from },
        Notice::Cancelled { .. } => News::Cancelled { show, gift_ends },
        Notice::Planned { .. } | Notice::Posted { .. } => return Ok(None),
    };
    let email = services.store.accounts().by_id(account).await?.email;
    Ok(Some(Letter { email, news, why, kind }))
}

/// Whoever holds a pass has one also where the passphrase is asked for, too.
fn has_a_way_in(admission: &Admission) -> bool {
    admission.admitted() || admission.reason == Reason::NeedsPassphrase
}

/// Why this person is told; `None` if the notice does not concern them, or they are kept out.
async fn why(
    services: &Services,
    notice: &Notice,
    stream: &Stream,
    account: AccountId,
    admission: &Admission,
) -> ServiceResult<Option<NoticeReason>> {
    let concerned = has_a_way_in(admission) || admission.reason == Reason::NeedsPass;
    if !concerned || admission.reason == Reason::Team {
        return Ok(None);
    }
    if admission.grant.is_some() || admission.reason == Reason::NeedsPassphrase {
        return Ok(Some(NoticeReason::Holder));
    }
    if services.store.reminders().has(stream.id, account).await? {
        return Ok(Some(NoticeReason::Reminded));
    }
    let follows = notice.concerns_followers() && services.store.follows().has(stream.space, account).await?;
    Ok(follows.then_some(NoticeReason::Follower))
}

/// Whether the grant by which a person enters was paid for, or is paid for again and again.
async fn has_paid(
    services: &Services,
    account: AccountId,
    facts: &AccessFacts,
    admission: &Admission,
) -> ServiceResult<bool> {
    let mut grants = facts.standing.grants.iter();
    let Some(grant) = grants.find(|grant| Some(grant.id) == admission.grant) else { return Ok(false) };
    if grant.purchase.is_some() {
        return Ok(true);
    }
    let subscriptions = services.store.subscriptions().of_account(account).await?;
    Ok(subscriptions.iter().any(|one| one.grant == Some(grant.id)))
}

/// The lowest price of the passes on offer that open the experience.
pub(super) fn lowest_price(
    services: &Services,
    passes: &[Pass],
    experience: ExperienceId,
) -> Option<PriceKind> {
    let open = passes.iter().filter(|pass| pass.is_listed() && pass.opens(experience));
    let payable = open.map(|pass| pass.price.kind).filter(|kind| services.sells(*kind));
    payable.min_by_key(|kind| kind.minor())
}
