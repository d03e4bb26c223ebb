//! The team's list of who waits for a pass: decisions one by one or many at once, and the list as a file.

use crate::{
    app::App,
    web::{
        catalogue::manage::{edited, own_space},
        csv,
        error::{WebError, WebResult},
        extract::{Path, Query},
        flash, form_pairs,
        people::session::SignedIn,
    },
};
use axum::{
    body::{Body, Bytes},
    extract::State,
    response::IntoResponse,
};
use domain::{
    access::may::{Action, may},
    error::StoreError,
    id::{PassId, WaitlistEntryId},
    money::asking::AskedQuestion,
    people::export::csv_line,
    time::Millis,
    waitlist::entry::{EntryState, MOST_DECIDED, WaitlistDecision},
};
use futures_util::stream;
use serde::Deserialize;
use service::waitlist;
use store::{Happened, Listed};
use views::{
    t,
    waitlist::desk::{self as pages, ListPage, Past, WaitlistRow, path},
};

/// Entries of one page, and of one reading for the file.
const ROWS: usize = 200;

#[derive(Deserialize)]
pub struct WaitlistQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    after: String,
}

type Cursor = (Millis, WaitlistEntryId);

/// Where a page begins: `MILLIS-ENTRY`, or empty for the first one.
fn cursor(text: &str) -> WebResult<Option<Cursor>> {
    if text.is_empty() {
        return Ok(None);
    }
    let place = text.split_once('-').and_then(|(since, id)| Some((since.parse().ok()?, id.parse().ok()?)));
    let (since, id) = place.ok_or_else(WebError::not_found)?;
    Ok(Some((Millis(since), id)))
}

pub async fn list(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PassId>,
    Query(choice): Query<WaitlistQuery>,
) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    let (space, role) = edited(&app, &me, pass.space).await?;
    let addresses = may(role, Action::SeeAddresses);
    let (after, chosen) = (cursor(&choice.after)?, EntryState::from_code(&choice.state));
    let lists = app.store.waitlists();
    let mut found = lists.list(id, chosen, after, ROWS + 1).await?;
    let more = found.len() > ROWS;
    found.truncate(ROWS);
    let ids: Vec<WaitlistEntryId> = found.iter().map(|one| one.id).collect();
    let (counts, history) = (lists.counts(id).await?, lists.history(&ids).await?);
    let rows: Vec<WaitlistRow> = found.iter().map(|one| row(one, history.get(&one.id), addresses)).collect();
    let next = found.last().filter(|_| more).map(|last| format!("{}-{}", last.since.0, last.id));
    let page = ListPage {
        space: &space,
        pass: &pass,
        counts: &counts,
        chosen,
        rows: &rows,
        further: after.is_some(),
        next: next.as_deref(),
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &path(id)), &page).into_response())
}

fn row<'a>(one: &'a Listed, history: Option<&'a Vec<Happened>>, addresses: bool) -> WaitlistRow<'a> {
    let Listed { id, name, username, email, state, pays, answers, .. } = one;
    let email = addresses.then_some(email.as_str());
    let past = history.into_iter().flatten();
    let history = past.map(|p| Past { at: p.at, step: p.step, by: p.by.as_deref() }).collect();
    WaitlistRow { id: *id, name, username, email, state: *state, pays: *pays, answers, history }
}

/// What was sent with a decision: the entries that were chosen, or all that the page showed.
fn read(form: &[u8]) -> (Option<WaitlistDecision>, Vec<WaitlistEntryId>) {
    let (mut decision, mut chosen, mut shown) = (String::new(), Vec::new(), Vec::new());
    for (key, value) in form_pairs(form, 2 * MOST_DECIDED + 8) {
        match key.as_str() {
            "decision" => decision = value,
            "entry" => chosen.extend(value.parse::<WaitlistEntryId>()),
            "shown" => shown.extend(value.parse::<WaitlistEntryId>()),
            _ => {}
        }
    }
    let (decision, mut entries) = match decision.as_str() {
        "approve_all" => (Some(WaitlistDecision::Approve), shown),
        code => (WaitlistDecision::from_code(code), chosen),
    };
    entries.truncate(MOST_DECIDED);
    (decision, entries)
}

pub async fn decide(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>, form: Bytes) -> WebResult {
    own_space(&app, &me, app.store.passes().by_id(id).await?.space).await?;
    let (decision, entries) = read(&form);
    let decision = decision.ok_or_else(|| WebError::field("decision", t!("waitlist-decision-wrong")))?;
    if entries.is_empty() {
        return Err(WebError::field("entry", t!("waitlist-choose")));
    }
    let words = match waitlist::decide(&app.services, me.0.account.id, id, &entries, decision).await? {
        0 => t!("waitlist-decided-none").into_owned(),
        count => t!("waitlist-decided-count", count = count),
    };
    Ok(flash::redirect(&app, &path(id), &words))
}

/// `GET …/waitlist.csv`: read and sent in pieces. No cell is a formula.
pub async fn csv(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    let (_, role) = edited(&app, &me, pass.space).await?;
    let addresses = may(role, Action::SeeAddresses);
    let asked = pass.asked;
    let columns = ["state", "since", "name"].into_iter().chain(addresses.then_some("email"));
    let head = csv_line(columns.chain(asked.iter().map(|one| one.words.as_str())));
    let lines = stream::try_unfold(Some((head, None)), move |next: Option<(String, Option<Cursor>)>| {
        let (app, asked) = (app.clone(), asked.clone());
        async move {
            let Some((mut text, after)) = next else { return Ok::<_, StoreError>(None) };
            let rows = app.store.waitlists().list(id, None, after, ROWS).await?;
            for row in &rows {
                text.push_str(&line(row, &asked, addresses));
            }
            let next = rows.last().filter(|_| rows.len() == ROWS);
            Ok(Some((text, next.map(|last| (String::new(), Some((last.since, last.id)))))))
        }
    });
    Ok(csv::file("waitlist", Body::from_stream(lines)))
}

/// The answers stand in the columns of the questions that the pass asks now.
fn line(row: &Listed, asked: &[AskedQuestion], addresses: bool) -> String {
    let since = row.since.timestamp().to_string();
    let answer = |question: &AskedQuestion| {
        let found = row.answers.iter().find(|one| one.question == question.words);
        found.map_or("", |one| one.answer.as_str())
    };
    let email = addresses.then_some(row.email.as_str());
    let cells = [row.state.code(), &since, &row.name].into_iter().chain(email);
    csv_line(cells.chain(asked.iter().map(answer)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_about_what_was_chosen_or_about_all_that_was_shown() {
        let (one, other) = (WaitlistEntryId::new(), WaitlistEntryId::new());
        let form = |decision: &str| {
            read(format!("decision={decision}&shown={one}&shown={other}&entry={one}&entry=none").as_bytes())
        };
        assert_eq!(form("approve"), (Some(WaitlistDecision::Approve), vec![one]));
        assert_eq!(form("reject"), (Some(WaitlistDecision::Reject), vec![one]));
        assert_eq!(form("approve_all"), (Some(WaitlistDecision::Approve), vec![one, other]));
        assert_eq!(form("reject_all"), (None, vec![one]));
        assert_eq!(read(b""), (None, vec![]));
    }

    #[test]
    fn a_page_begins_where_the_link_says() {
        let id = WaitlistEntryId::new();
        assert_eq!(cursor("").ok(), Some(None));
        assert_eq!(cursor(&format!("17-{id}")).ok(), Some(Some((Millis(17), id))));
        assert!(cursor("17").is_err() && cursor("x-y").is_err());
    }
}
