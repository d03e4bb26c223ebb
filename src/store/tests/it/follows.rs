use crate::database::*;
use domain::{
    catalogue::embed::Sites,
    error::StoreError,
    id::*,
    live::{
        jobs::{Tell, TellAll},
        notices::{Notice, PERIOD, SETTLES, told_at},
    },
    mail::MailKind,
    time::{Millis, Span},
    work::Lane,
};
use store::{NAMED, NewStreams, SPACES_IN_A_SITEMAP};

async fn told(db: &TestDatabase, now: Millis) -> Vec<AccountId> {
    let jobs = db.store.jobs().claim(Lane::Notices, Span::secs(1), 9_999, now).await.unwrap();
    let mut people = Vec::new();
    for job in &jobs {
        people.extend(job.read::<Tell>().map(|mail| mail.account));
        assert!(db.store.jobs().done(job, now).await.unwrap());
    }
    people.sort_unstable();
    people
}

#[tokio::test]
async fn a_person_follows_so_many_spaces_and_a_notice_reaches_each_once() {
    on_each(async |db| {
        let (maya, experience, stream) = db.stage().await;
        let space = experience.space;
        let ann = db.person("ann@example.org").await;
        let follow = async |who: AccountId| db.change(async |tx| tx.follow(space, who, NOW).await).await;
        for new in [true, false] {
            assert_eq!(follow(ann.id).await.unwrap(), new);
        }
        assert!(db.store.follows().has(space, ann.id).await.unwrap());
        let list = db.store.follows().of_account(ann.id, NOW).await.unwrap();
        assert_eq!(list.iter().map(|one| (one.space.id, one.live)).collect::<Vec<_>>(), [(space, false)]);
        let unknown = db.change(async |tx| tx.follow(SpaceId::new(), ann.id, NOW).await).await;
        assert!(matches!(unknown, Err(StoreError::Conflict("follows"))), "{unknown:?}");

        // Whoever is reminded and follows is one person; who wants no such mail is none.
        let ben = db.person("ben@example.org").await;
        follow(ben.id).await.unwrap();
        let off =
            async |on| db.change(async |tx| tx.switch_mail(ben.id, MailKind::Live, on, NOW).await).await;
        assert!(off(false).await.unwrap() && !off(false).await.unwrap());
        let wanted = db.store.preferences().wanted(ben.id).await.unwrap();
        assert_eq!(wanted, [MailKind::Planned, MailKind::Reminders, MailKind::Changes, MailKind::Posts]);
        let at = NOW + Span::days(3);
        db.change(async |tx| tx.reschedule_stream(stream.id, "Friday", Some(at), NOW).await).await.unwrap();
        for who in [ann.id, maya.id] {
            assert!(db.change(async |tx| tx.remind(stream.id, who, NOW).await).await.unwrap());
        }
        let mut both = [ann.id, maya.id];
        both.sort_unstable();
        let live = Notice::Live { stream: stream.id, at: NOW };
        for want in [&both[..], &[]] {
            db.store.notices().spread(live, NOW).await.unwrap();
            assert_eq!(told(&db, NOW).await, want);
        }
        assert!(off(true).await.unwrap());
        db.store.notices().spread(live, NOW).await.unwrap();
        assert_eq!(told(&db, NOW).await, [ben.id], "a second time adds who was missing");
        assert!(db.change(async |tx| tx.unfollow(space, ann.id).await).await.unwrap());
        assert!(!db.change(async |tx| tx.unfollow(space, ann.id).await).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn what_is_planned_in_a_period_is_one_notice() {
    on_each(async |db| {
        let (_, experience, _) = db.stage().await;
        let start = told_at(NOW);
        let plan = async |title: &str, now: Millis, at: Option<Millis>| {
            let at: Vec<Millis> = at.into_iter().collect();
            let new = NewStreams { title, at: &at, count_hidden: false };
            db.change(async |tx| tx.schedule_streams(experience.id, &new, now).await).await.unwrap();
        };
        let later = |hours| Some(start + Span::hours(hours));
        plan("Before", NOW, later(30)).await;
        plan("Undated", start, None).await;
        for n in 0..=NAMED as i64 {
            plan(&format!("Show {n}"), start + Span::minutes(n), later(48 - n)).await;
        }
        let until = start + PERIOD;
        let jobs = db.store.jobs().claim(Lane::Notices, Span::secs(1), 99, until + SETTLES).await.unwrap();
        let notices: Vec<Notice> = jobs.iter().map(|job| job.read::<TellAll>().unwrap().notice).collect();
        let of = |until| Notice::Planned { space: experience.space, until };
        assert_eq!(notices, [of(start), of(until)]);
        let titles = async |until: Millis, now| {
            let found = db.store.notices().planned(experience.space, until, now).await.unwrap();
            found.into_iter().map(|stream| stream.title).collect::<Vec<_>>()
        };
        assert_eq!(titles(start, start).await, ["Before"]);
        let soonest = ["Show 5", "Show 4", "Show 3", "Show 2", "Show 1", "Show 0"];
        assert_eq!(titles(until, until).await, soonest);
        assert_eq!(titles(until, start + Span::hours(46)).await, ["Show 1", "Show 0"], "what began is over");
    })
    .await;
}

#[tokio::test]
async fn a_calendar_is_renewed_and_cards_are_allowed() {
    on_each(async |db| {
        let (maya, experience, _) = db.stage().await;
        for version in 0..3 {
            assert_eq!(db.store.preferences().calendar_version(maya.id).await.unwrap(), version);
            db.change(async |tx| tx.renew_calendar(maya.id).await).await.unwrap();
        }
        let these = Sites::these("https://example.org").unwrap();
        assert_eq!(db.store.spaces().embed_sites(experience.space).await.unwrap(), Sites::Anybody);
        for sites in [Sites::Nobody, these] {
            db.change(async |tx| tx.allow_embedding(experience.space, &sites).await).await.unwrap();
            assert_eq!(db.store.spaces().embed_sites(experience.space).await.unwrap(), sites);
        }
    })
    .await;
}

#[tokio::test]
async fn sitemaps_list_each_published_space_once() {
    on_each(async |db| {
        let mut want = Vec::new();
        for n in 0..=SPACES_IN_A_SITEMAP {
            let (_, space) = db.creator(&format!("creator{n}@example.org")).await;
            if n != 3 {
                db.publish(space.id, NOW).await.unwrap();
                want.push(format!("/{}", space.slug));
            }
        }
        let starts = db.store.spaces().sitemaps().await.unwrap();
        assert_eq!(starts.len(), 1, "one space is not published");
        let (_, last) = db.creator("last@example.org").await;
        db.publish(last.id, NOW).await.unwrap();
        want.push(format!("/{}", last.slug));
        let starts = db.store.spaces().sitemaps().await.unwrap();
        assert_eq!(starts.len(), 2);
        let mut found = Vec::new();
        for start in &starts {
            found.extend(db.store.spaces().sitemap(start).await.unwrap());
        }
        found.sort_unstable();
        want.sort_unstable();
        assert_eq!(found, want);
    })
    .await;
}
