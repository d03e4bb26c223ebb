//! Why somebody can see what is in a space, for its team: the decision of the doors, explained by itself.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::{
        admit::{Admission, Door, Facts, admit},
        entry::Lock,
        explain::{Explanation, explain},
        grant::Grant,
        may::Action,
    },
    catalogue::offer::{Experience, ExperienceKind, Pass, Space},
    id::{AccountId, ExperienceId, GrantId, SpaceId},
    live::stream::{Stream, StreamState},
    ops::suspension::Subject,
    people::account::Account,
    time::Millis,
};
use store::Standing;

/// A person before everything in a space.
#[derive(Clone, Debug)]
pub struct AccessOverview {
    pub space: Space,
    pub account: Account,
    /// In the order of the space.
    pub places: Vec<Place>,
    /// All passes of the space, and all grants that the person ever had there, the newest first.
    pub passes: Vec<Pass>,
    pub grants: Vec<Grant>,
    /// Which of these they subscribe to, or did.
    pub subscribed: Vec<GrantId>,
    pub now: Millis,
}

#[derive(Clone, Debug)]
pub struct Place {
    pub experience: Experience,
    pub enter: Explanation,
    /// Whether they may write there, if it has a chat.
    pub post: Option<Admission>,
    /// Whether they see and hear what is on air, if it has shows.
    pub play: Option<Admission>,
}

/// Explains each door of a space for one person.
///
/// # Errors
/// `NotFound` for an account that has and had nothing to do with the space: nobody learns of the accounts of others.
pub async fn why(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    account: AccountId,
) -> ServiceResult<AccessOverview> {
    let space = services.authorise(by, space, Action::Moderate).await?;
    let (store, now) = (&services.store, services.now());
    let standing = store.access().standing(space.id, account, now).await?;
    if standing == Standing::default() {
        return Err(ServiceError::NotFound);
    }
    let world = World {
        suspended: store.suspensions().of(Subject::Space(space.id)).await?.is_some(),
        passes: store.passes().list(space.id).await?,
        locks: store.entries().locks(space.id).await?,
        streams: store.streams().not_ended(space.id).await?,
        standing,
        now,
    };
    let experiences = store.experiences().list(space.id).await?;
    let places = experiences.into_iter().map(|experience| world.place(&space, account, experience)).collect();
    let mut grants = world.standing.grants.to_vec();
    grants.reverse();
    let subscriptions = store.subscriptions().of_account(account).await?;
    Ok(AccessOverview {
        account: store.accounts().by_id(account).await?,
        space,
        places,
        passes: world.passes,
        grants,
        subscribed: subscriptions.into_iter().filter_map(|one| one.grant).collect(),
        now,
    })
}

/// What the decisions have in common.
struct World {
    suspended: bool,
    passes: Vec<Pass>,
    locks: Vec<Lock>,
    /// Those that have not ended.
    streams: Vec<Stream>,
    standing: Standing,
    now: Millis,
}

impl World {
    fn place(&self, space: &Space, account: AccountId, experience: Experience) -> Place {
        let shown = self.shown(experience.id);
        let facts = Facts {
            account: Some(account),
            team: self.standing.team,
            // No session asks. Entering, writing and watching need none that began with a passkey.
            owes_passkey: self.standing.passkeys,
            published: space.published_at.is_some(),
            suspended: self.suspended,
            experience: experience.id,
            kind: experience.kind,
            passes: &self.passes,
            grants: &self.standing.grants,
            bans: &self.standing.bans,
            locks: &self.locks,
            permits: &self.standing.permits,
            session: None,
            limits: &[],
            seats: &[],
            show: shown.map(|stream| stream.id),
            stream: shown.map(|stream| stream.state),
        };
        let decide = |door| admit(&facts, door, self.now);
        let enter = explain(&facts, Door::Enter, self.now);
        let inside = enter.admission.admitted();
        Place {
            enter,
            post: (inside && experience.kind.has_chat()).then(|| decide(Door::Post)),
            play: (inside && experience.kind == ExperienceKind::Show).then(|| decide(Door::Play)),
            experience,
        }
    }

    /// The stream that the experience shows now: what is on air comes first.
    fn shown(&self, experience: ExperienceId) -> Option<&Stream> {
        let of_it = self.streams.iter().filter(|stream| stream.experience == experience);
        of_it.min_by_key(|stream| match stream.state {
            StreamState::Live | StreamState::Interrupted => 0,
            StreamState::Rehearsal => 1,
            StreamState::Scheduled => 2,
            StreamState::Ended => 3,
        })
    }
}
