//! What one person is told about new posts of a space by mail. Whoever may read them gets their first words; whoever follows the
//! space gets the titles that its page shows to everybody.

use super::notices::{Letter, News, Why, cheapest};
use crate::{ServiceResult, Services, access::spaces, people::mails};
use domain::{
    access::admit::{Admission, Door, Reason, admit},
    catalogue::{
        content::posts,
        offer::{Experience, PriceKind},
    },
    id::{AccountId, ExperienceId, PostId, SpaceId},
    mail::MailKind,
    ops::suspension::Subject,
    time::Millis,
};
use std::collections::{BTreeMap, BTreeSet};
use store::{AccessFacts, Entrant, Posted};

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
    /// What the person may not read needs a pass; inside, what the cheapest one costs that is on offer.
    pub needs: Option<Option<PriceKind>>,
}

/// An experience as its door shows it to one person.
struct Sight {
    facts: AccessFacts,
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

    fn experience(&self) -> &Experience {
        &self.facts.place.experience
    }
}

/// What the space has published in the period that ended then; nothing if nobody else can see the space.
pub(super) async fn published(
    services: &Services,
    space: SpaceId,
    until: Millis,
) -> ServiceResult<Vec<Posted>> {
    match services.store.spaces().by_id(space).await?.published_at {
        Some(_) => Ok(services.store.notices().posted(space, until).await?),
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
    let mut posts = published(services, space, until).await?;
    posts.retain(|post| post.author != account);
    if posts.is_empty() || !mails::wants(services, account, kind).await? {
        return Ok(None);
    }
    if services.store.suspensions().of(Subject::Account(account)).await?.is_some() {
        return Ok(None);
    }
    let follows = services.store.follows().has(space, account).await?;
    let sights = look(services, account, &posts).await?;
    posts.retain(|post| sights.get(&post.experience).is_some_and(|sight| sight.is_told(follows)));
    if posts.is_empty() {
        return Ok(None);
    }
    let reads = posts.iter().any(|post| sights.get(&post.experience).is_some_and(Sight::is_open));
    let why = if reads { Why::Holder } else { Why::Follower };
    let news = News::Posted {
        space: spaces::visible(services, account, space).await?,
        news: describe(services, &posts, &sights).await?,
    };
    let email = services.store.accounts().by_id(account).await?.email;
    Ok(Some(Letter { email, news, why, kind: Some(kind) }))
}

/// The experiences of these posts, as this person finds them now.
async fn look(
    services: &Services,
    account: AccountId,
    posts: &[Posted],
) -> ServiceResult<BTreeMap<ExperienceId, Sight>> {
    let now = services.now();
    let mut sights = BTreeMap::new();
    let experiences: BTreeSet<ExperienceId> = posts.iter().map(|post| post.experience).collect();
    for id in experiences {
        let facts = services.store.access().of_experience(Some(Entrant::absent(account)), id, now).await?;
        let admission = admit(&facts.as_facts(), Door::Enter, now);
        sights.insert(id, Sight { facts, admission });
    }
    Ok(sights)
}

async fn describe(
    services: &Services,
    posts: &[Posted],
    sights: &BTreeMap<ExperienceId, Sight>,
) -> ServiceResult<NewPosts> {
    let opening = match posts {
        [one] if sights.get(&one.experience).is_some_and(Sight::is_open) => {
            Some(posts::opening(&services.store.posts().by_id(one.id).await?.body))
        }
        _ => None,
    };
    let told = posts.iter().filter_map(|post| Some((post, sights.get(&post.experience)?)));
    let shut = told.clone().filter(|(_, sight)| !sight.is_open());
    let needs = shut.map(|(_, sight)| cheapest(services, &sight.facts)).reduce(cheaper);
    let posts = told.map(|(post, sight)| NewPost {
        id: post.id,
        experience: post.experience,
        title: post.title.clone(),
        within: sight.experience().title.clone(),
    });
    Ok(NewPosts { posts: posts.collect(), opening: opening.filter(|words| !words.is_empty()), needs })
}

/// The lower one of two prices, as far as there is one.
fn cheaper(a: Option<PriceKind>, b: Option<PriceKind>) -> Option<PriceKind> {
    a.into_iter().chain(b).min_by_key(|kind| kind.minor())
}
