//! Mail that many people get about a show, or about new posts.

use super::send;
use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    catalogue::{offer::Space, slug::page_path, zone::Zone},
    id::{AccountId, JobId},
    live::jobs::Tell,
    mail::Mail,
    time::Millis,
};
use service::live::{
    notices::{Letter, News, NoticeReason, letter},
    posted::NewPosts,
    reminders::Announced,
};
use store::NAMED;
use views::{
    catalogue::content::posts,
    mail::{
        notices::{self, Plan, Reason, Recipient, Show},
        posts::{NewPost, Posts, posted},
    },
    words::dates,
};

impl RunJob for Tell {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(letter) = letter(&app.services, &self).await? else { return Ok(()) };
        send(app, id, &letter.email, || write(app, self.account, &letter)).await
    }
}

fn write(app: &App, account: AccountId, letter: &Letter) -> Mail {
    let Letter { email, news, why, kind } = letter;
    let stop = kind.map(|kind| app.stop_link(account, kind));
    let reason = match why {
        NoticeReason::Holder => Reason::Holder,
        NoticeReason::Reminded => Reason::Reminded,
        NoticeReason::Follower => Reason::Follower,
    };
    let to = Recipient { to: email, reason, stop: stop.as_deref() };
    match news {
        News::Live { show, lowest_price } => {
            let url = door(app, show);
            notices::live(&to, &named(show, &url), *lowest_price)
        }
        News::Moved { show, from } => {
            let url = door(app, show);
            let [before, now] =
                [*from, show.stream.scheduled_at].map(|at| at.map(|at| local(&show.space, at)));
            notices::moved(&to, &named(show, &url), before.as_deref(), now.as_deref())
        }
        News::Cancelled { show, gift_ends } => {
            let url = app.url(&format!("/{}", show.space.slug));
            let when = show.stream.scheduled_at.map(|at| local(&show.space, at));
            notices::cancelled(&to, &named(show, &url), when.as_deref(), *gift_ends)
        }
        News::Planned { space, shows } => {
            let plan = |stream: &domain::live::stream::Stream| {
                let when = local(space, stream.scheduled_at?);
                Some(Plan { title: stream.title.clone(), when })
            };
            let plans: Vec<Plan> = shows.iter().take(NAMED).filter_map(plan).collect();
            let url = app.url(&format!("/{}", space.slug));
            notices::planned(&to, &space.name, &url, &plans, shows.len() > NAMED)
        }
        News::Posted { space, news } => of_posts(app, &to, space, news),
    }
}

fn of_posts(app: &App, to: &Recipient<'_>, space: &Space, news: &NewPosts) -> Mail {
    let named = news.posts.iter().take(NAMED);
    let links: Vec<String> =
        named.clone().map(|post| app.url(&posts::path_of(post.experience, post.id))).collect();
    let told = named.zip(&links).map(|(post, url)| NewPost { title: &post.title, within: &post.within, url });
    let told: Vec<NewPost<'_>> = told.collect();
    let url = app.url(&format!("/{}", space.slug));
    let page = Posts {
        space: &space.name,
        url: &url,
        posts: &told,
        more: news.posts.len() > NAMED,
        opening: news.opening.as_deref(),
        needs: news.needs,
    };
    posted(to, &page)
}

fn named<'a>(show: &'a Announced, url: &'a str) -> Show<'a> {
    Show { title: &show.stream.title, space: &show.space.name, url }
}

/// The link to where it takes place.
fn door(app: &App, show: &Announced) -> String {
    app.url(&page_path(&show.space.slug, &show.experience.slug))
}

/// A moment in the zone of the space, with the zone, in the language of the mail.
pub fn local(space: &Space, at: Millis) -> String {
    dates::in_zone(at, space.zone.as_ref().unwrap_or(&Zone::UTC))
}
