//! What one person is told about new posts of a space by mail. Whoever may read them gets their first words; whoever follows the
//! space gets the titles that its page shows to everybody.

use super::notices::{Letter, News, NoticeReason, lowest_price};
use crate::{ServiceError, ServiceResult, Services, people::mails};
use domain::{
    access::admit::{Admission, Door, Facts, Reason, admit},
    catalogue::{
        content::posts,
        offer::{Experience, Pass, PriceKind, Space},
    },
    id::{AccountId, ExperienceId, PostId, SpaceId},
    mail::MailKind,
    ops::suspension::Subject,
    time::Millis,
};
use std::collections::{BTreeMap, BTreeSet};
use store::{Entrant, NAMED, Posted};

/// A post as one person is told of it.
#[derive(Debug)]
pub struct NewPost {
    pub id: PostId,
    pub experience: ExperienceId,
    pub title: String,
    /// The title of the experience that holds it.
    pub within: String,
}

/// New posts of a space, of which there is at least one.
#[derive(Debug)]
pub struct NewPosts {
    pub posts: Vec<NewPost>,
    /// If there is one, its first words; `None` if the person may not read it.
    pub opening: Option<String>,
    /// `None` if the person may read all of them. Else the lowest price of a pass that opens one of the others, if one is on offer.
    pub needs: Option<Option<PriceKind>>,
}

/// An experience as its door shows it to one person.
struct Sight {
    experience: Experience,
    admission: Admission,
}

impl Sight {
    fn is_open(&self) -> bool {
        self.admission.admitted() && self.admission.reason != Reason::Team
    }

    /// The titles of its posts are shown to the person, and they are told of them.
    fn is_told(&self, follows: bool) -> bool {
        self.is_open() || (follows && self.admission.reason == Reason::NeedsPass)
    }
}

/// The experiences in which something is new, as one person finds them now.
struct Sights {
    space: Space,
    seen: BTreeMap<ExperienceId, Sight>,
    /// Those of the space.
    passes: Vec<Pass>,
}

impl Sights {
    fn of(&self, post: &Posted) -> Option<&Sight> {
        self.seen.get(&post.experience)
    }
}

/// What the space has published in the period that ended then; nothing if nobody else can see the space.
pub(super) async fn published(
    services: &Services,
    space: SpaceId,
    until: Millis,
) -> ServiceResult<Vec<Posted>> {
    match services.store.spaces().by_id(space).await?.published_at {
        Some(_) => Ok(services.store.notices().posted(space, until, None).await?),
        None => Ok(Vec::new()),
    }
}

/// What to write to a person; `None` if they are not told.
pub(super) async fn letter(
    services: &Services,
    account: AccountId,
    space: SpaceId,
    until: Millis,
) -> ServiceResult<Option<Letter>> {
    let kind = MailKind::Posts;
    let mut posts = services.store.notices().posted(space, until, Some(account)).await?;
    if posts.is_empty() || !mails::wants(services, account, kind).await? {
        return Ok(None);
    }
    if services.store.suspensions().of(Subject::Account(account)).await?.is_some() {
        return Ok(None);
    }
    let follows = services.store.follows().has(space, account).await?;
    let sights = look(services, account, space, &posts).await?;
    if sights.space.published_at.is_none() {
        return Ok(None);
    }
    posts.retain(|post| sights.of(post).is_some_and(|sight| sight.is_told(follows)));
    // The mail says only that there are more.
    posts.truncate(NAMED + 1);
    if posts.is_empty() {
        return Ok(None);
    }
    let reads = posts.iter().any(|post| sights.of(post).is_some_and(Sight::is_open));
    let why = if reads { NoticeReason::Holder } else { NoticeReason::Follower };
    let Some(news) = describe(services, &posts, &sights).await? else { return Ok(None) };
    let news = News::Posted { space: sights.space, news };
    let email = services.store.accounts().by_id(account).await?.email;
    Ok(Some(Letter { email, news, why, kind: Some(kind) }))
}

/// The experiences of these posts, as this person finds them now. The space, its passes and where the person stands in it are read
/// once, in however many experiences something is new.
async fn look(
    services: &Services,
    account: AccountId,
    space: SpaceId,
    posts: &[Posted],
) -> ServiceResult<Sights> {
    let now = services.now();
    let asked: BTreeSet<ExperienceId> = posts.iter().map(|post| post.experience).collect();
    let within = services.store.experiences().list(space).await?;
    let within: Vec<Experience> = within.into_iter().filter(|one| asked.contains(&one.id)).collect();
    let first = within.first().ok_or(ServiceError::NotFound)?.id;
    let facts = services.store.access().of_experience(Some(Entrant::absent(account)), first, now).await?;
    let sight = |experience: Experience| {
        // What holds posts has no streams.
        let here =
            Facts { experience: experience.id, kind: experience.kind, stream: None, ..facts.as_facts() };
        let admission = admit(&here, Door::Enter, now);
        (experience.id, Sight { experience, admission })
    };
    let seen = within.into_iter().map(sight).collect();
    Ok(Sights { space: facts.place.space.clone(), seen, passes: facts.place.passes.clone() })
}

/// What the mail says; `None` if the only post is no longer published.
async fn describe(services: &Services, posts: &[Posted], sights: &Sights) -> ServiceResult<Option<NewPosts>> {
    let mut opening = None;
    if let [one] = posts
        && sights.of(one).is_some_and(Sight::is_open)
    {
        // It may have been withdrawn, and written on, since it was listed.
        let post = services.store.posts().by_id(one.id).await?;
        if post.published_at.is_none() {
            return Ok(None);
        }
        opening = Some(posts::opening(&post.body)).filter(|words| !words.is_empty());
    }
    let told = posts.iter().filter_map(|post| Some((post, sights.of(post)?)));
    let shut = told.clone().filter(|(_, sight)| !sight.is_open());
    let prices = shut.map(|(post, _)| lowest_price(services, &sights.passes, post.experience));
    let needs = prices.reduce(cheaper);
    let posts = told.map(|(post, sight)| NewPost {
        id: post.id,
        experience: post.experience,
        title: post.title.clone(),
        within: sight.experience.title.clone(),
    });
    Ok(Some(NewPosts { posts: posts.collect(), opening, needs }))
}

/// The lower one of two prices, as far as there is one.
fn cheaper(a: Option<PriceKind>, b: Option<PriceKind>) -> Option<PriceKind> {
    a.into_iter().chain(b).min_by_key(|kind| kind.minor())
}
