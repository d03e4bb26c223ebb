//! The people of a space: the list with its search, the list as a file, and one person's story.

use crate::{
    app::App,
    web::{
        begins_after,
        catalogue::manage::edited,
        csv,
        error::WebResult,
        extract::{Path, Query},
        people::session::SignedIn,
    },
};
use axum::{body::Body, extract::State, response::IntoResponse};
use domain::{
    access::may::{Action, may},
    amount::Money,
    audience::members::MemberSearch,
    clock::Clock,
    error::StoreError,
    id::{AccountId, SpaceId},
    people::{account::TeamRole, export::csv_line},
    time::Millis,
};
use futures_util::stream;
use serde::Deserialize;
use service::audience::members::{self, PersonStory};
use std::collections::HashMap;
use store::{HeldPass, MemberActivity, PersonOrder, SpaceMember};
use views::audience::{
    members::{self as pages, HeldRow, MembersPage, PassChoice, SpaceMemberRow},
    person::{self, BanRow, PersonOrderRow, PersonPage, PlanRow, WaitRow},
};

/// Rows of one page, and of one reading for the file.
const PAGE: usize = 50;
const ROWS: usize = 200;

#[derive(Deserialize)]
pub struct MemberQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    pass: String,
    #[serde(default)]
    state: String,
    /// The last person of the page before.
    #[serde(default)]
    after: String,
}

impl MemberQuery {
    /// What this role may search, and whether it sees addresses.
    fn search(&self, role: TeamRole) -> (bool, MemberSearch) {
        let addresses = may(role, Action::SeeAddresses);
        let search = MemberSearch::read(&self.q, &self.pass, &self.state);
        (addresses, MemberSearch { names_only: !addresses, ..search })
    }
}

type MemberCursor = (Millis, AccountId);

fn place(text: &str) -> Option<MemberCursor> {
    let (since, account) = text.split_once('-')?;
    Some((Millis(since.parse().ok()?), account.parse().ok()?))
}

/// Some people with what they hold and did.
struct SomeMembers {
    found: Vec<SpaceMember>,
    held: HashMap<AccountId, Vec<HeldPass>>,
    activity: HashMap<AccountId, MemberActivity>,
}

impl SomeMembers {
    async fn some(
        app: &App,
        space: SpaceId,
        search: &MemberSearch,
        after: Option<MemberCursor>,
        limit: usize,
    ) -> Result<Self, StoreError> {
        let members = app.store.members();
        let found = members.list(space, search, app.clock.now(), after, limit).await?;
        let people: Vec<AccountId> = found.iter().map(|one| one.account.id).collect();
        let (held, activity) = (members.held(space, &people).await?, members.activity(space, &people).await?);
        Ok(Self { found, held, activity })
    }

    fn held(&self, one: &SpaceMember) -> &[HeldPass] {
        self.held.get(&one.account.id).map_or(&[], Vec::as_slice)
    }

    fn activity(&self, one: &SpaceMember) -> MemberActivity {
        self.activity.get(&one.account.id).copied().unwrap_or_default()
    }

    fn row<'a>(&'a self, one: &'a SpaceMember, now: Millis) -> SpaceMemberRow<'a> {
        let did = self.activity(one);
        SpaceMemberRow {
            account: &one.account,
            gone: one.gone,
            banned: one.banned,
            since: one.since,
            held: self.held(one).iter().map(|pass| held_row(pass, now)).collect(),
            seen: did.seen,
            watched: did.watched,
            orders: did.orders,
        }
    }
}

fn held_row(pass: &HeldPass, now: Millis) -> HeldRow<'_> {
    HeldRow {
        title: &pass.title,
        holds: pass.holds_at(now),
        until: pass.revoked_at.or(pass.closed_at).or(pass.expires_at),
        source: pass.source,
        answers: &pass.answers,
    }
}

pub async fn list(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Query(asked): Query<MemberQuery>,
) -> WebResult {
    let (space, role) = edited(&app, &me, id).await?;
    let after = begins_after(&asked.after, place)?;
    let (addresses, search) = asked.search(role);
    let now = app.clock.now();
    let facets = app.store.members().facets(id, now).await?;
    let mut read = SomeMembers::some(&app, id, &search, after, PAGE + 1).await?;
    let more = read.found.len() > PAGE;
    read.found.truncate(PAGE);
    let next = read.found.last().filter(|_| more).map(|last| format!("{}-{}", last.since.0, last.account.id));
    let rows: Vec<SpaceMemberRow> = read.found.iter().map(|one| read.row(one, now)).collect();
    let passes: Vec<PassChoice> = facets
        .iter()
        .map(|one| PassChoice { pass: one.pass, title: &one.title, people: one.people })
        .collect();
    let (holders, members) = facets.first().map_or((0, 0), |one| (one.holders, one.members));
    let page = MembersPage {
        space: &space,
        addresses,
        holders: holders.unsigned_abs(),
        members: members.unsigned_abs(),
        passes: &passes,
        search: &search,
        words: asked.q.trim(),
        rows: &rows,
        further: after.is_some(),
        next: next.as_deref(),
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &page).into_response())
}

const COLUMNS: [&str; 11] = [
    "name",
    "username",
    "email",
    "member_since",
    "passes",
    "sources",
    "until",
    "banned",
    "last_watched",
    "minutes_watched",
    "orders",
];

/// `GET …/people.csv`: read and sent in pieces. No cell is a formula.
pub async fn csv(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Query(asked): Query<MemberQuery>,
) -> WebResult {
    let (addresses, search) = asked.search(edited(&app, &me, id).await?.1);
    let first = Some((csv_line(without_email(COLUMNS, addresses)), None));
    let lines = stream::try_unfold(first, move |next: Option<(String, Option<MemberCursor>)>| {
        let (app, search) = (app.clone(), search.clone());
        async move {
            let Some((mut text, after)) = next else { return Ok::<_, StoreError>(None) };
            let read = SomeMembers::some(&app, id, &search, after, ROWS).await?;
            for one in &read.found {
                text.push_str(&line(&read, one, addresses, app.clock.now()));
            }
            let next = read.found.last().filter(|_| read.found.len() == ROWS);
            let next = next.map(|last| (String::new(), Some((last.since, last.account.id))));
            Ok(Some((text, next)))
        }
    });
    Ok(csv::file("people", Body::from_stream(lines)))
}

/// The cells of a row, for whoever may know addresses, or for others.
fn without_email(row: [&str; COLUMNS.len()], addresses: bool) -> impl Iterator<Item = &str> {
    COLUMNS
        .into_iter()
        .zip(row)
        .filter(move |(column, _)| addresses || *column != "email")
        .map(|(_, cell)| cell)
}

fn line(read: &SomeMembers, one: &SpaceMember, addresses: bool, now: Millis) -> String {
    let (held, did) = (read.held(one), read.activity(one));
    let holds: Vec<&HeldPass> = held.iter().filter(|pass| pass.holds_at(now)).collect();
    let day = |at: Millis| at.timestamp().to_string();
    let each =
        |words: &dyn Fn(&HeldPass) -> String| holds.iter().copied().map(words).collect::<Vec<_>>().join("; ");
    let email = if one.gone { "" } else { one.account.email.as_str() };
    let (passes, sources) = (each(&|pass| pass.title.clone()), each(&|pass| pass.source.code().to_owned()));
    let until = each(&|pass| pass.expires_at.map_or_else(|| "no end".into(), day));
    let (since, seen) = (day(one.since), did.seen.map(day).unwrap_or_default());
    let (minutes, orders) = ((did.watched.0 / 60_000).to_string(), did.orders.to_string());
    let banned = if one.banned { "yes" } else { "no" };
    let row = [
        one.account.name.as_str(),
        &one.account.username,
        email,
        &since,
        &passes,
        &sources,
        &until,
        banned,
        &seen,
        &minutes,
        &orders,
    ];
    csv_line(without_email(row, addresses))
}

/// `GET …/people/{account}/story`.
pub async fn story(
    State(app): State<App>,
    me: SignedIn,
    Path((space, account)): Path<(SpaceId, AccountId)>,
) -> WebResult {
    let found = members::story(&app.services, me.0.account.id, space, account).await?;
    let shell = app.shell(Some(&me.0.account), &person::path(space, account));
    Ok(tell(&found, |page| person::page(&shell, page)).into_response())
}

/// Draws a story.
fn tell<T>(s: &PersonStory, draw: impl FnOnce(&PersonPage<'_>) -> T) -> T {
    let held: Vec<_> = s.passes.iter().map(|pass| (pass.pass, held_row(pass, s.now))).collect();
    let orders: Option<Vec<PersonOrderRow>> =
        s.orders.as_ref().map(|orders| orders.iter().map(order_row).collect());
    let plans: Vec<PlanRow> = s
        .subscriptions
        .iter()
        .map(|one| PlanRow {
            title: &one.title,
            each: s.orders.as_ref().map(|_| one.each),
            period_end: one.period_end,
            ended_at: one.ended_at,
        })
        .collect();
    let waits: Vec<WaitRow> = s
        .waits
        .iter()
        .map(|one| WaitRow { pass: one.pass, title: &one.title, state: one.state, since: one.since })
        .collect();
    let bans: Vec<BanRow> = s
        .bans
        .iter()
        .map(|one| BanRow {
            kind: one.kind,
            reason: &one.reason,
            at: one.created_at,
            until: one.until,
            lifted_at: one.lifted_at,
        })
        .collect();
    draw(&PersonPage {
        space: &s.space,
        account: &s.account,
        addresses: s.addresses,
        gone: s.known.gone,
        unwanted: s.known.off_at,
        held: &held,
        orders: orders.as_deref(),
        plans: &plans,
        waits: &waits,
        bans: &bans,
        seen: s.activity.seen,
        watched: s.activity.watched,
        now: s.now,
    })
}

fn order_row(one: &PersonOrder) -> PersonOrderRow<'_> {
    PersonOrderRow {
        id: one.id,
        number: one.number,
        title: &one.title,
        amount: one.amount,
        refunded: Money { minor: one.refunded, ..one.amount },
        at: one.paid_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_begins_where_the_link_says() {
        let id = AccountId::new();
        assert_eq!(place(&format!("17-{id}")), Some((Millis(17), id)));
        assert!(["", "17", "x-y", &format!("17{id}")].iter().all(|text| place(text).is_none()));
    }
}
