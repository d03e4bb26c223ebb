//! The figures of a space, as a page and as a file, and those of one show.

use crate::{
    app::App,
    web::{
        csv,
        error::WebResult,
        extract::{Path, Query},
        people::session::SignedIn,
    },
};
use axum::{extract::State, response::IntoResponse};
use domain::{
    audience::figures::{CountedDay, money, range},
    id::{SpaceId, StreamId},
    people::export::csv_line,
};
use serde::Deserialize;
use service::audience::figures;
use views::audience::{
    figures::{self as pages, FiguresPage, ShowRow},
    show::{self, ShowPage},
};

#[derive(Deserialize)]
pub struct FiguresQuery {
    #[serde(default)]
    days: String,
}

pub async fn page(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Query(asked): Query<FiguresQuery>,
) -> WebResult {
    let range = range(&asked.days);
    let found = figures::of_space(&app.services, me.0.account.id, id, range).await?;
    let shows: Vec<ShowRow> = found
        .shows
        .iter()
        .map(|one| ShowRow {
            stream: one.id,
            title: &one.title,
            at: one.started_at,
            people: one.people,
            peak: one.peak,
            watched: one.watched,
        })
        .collect();
    let page = FiguresPage {
        space: &found.space,
        range,
        days: &found.days,
        today: &found.today,
        sources: &found.sources,
        shows: &shows,
        cohorts: &found.cohorts,
    };
    Ok(pages::page(&app.shell(Some(&me.0.account), &pages::path(id)), &page).into_response())
}

/// `GET …/figures.csv`: a line for each counted day. Amounts are in minor units, a column for each currency.
pub async fn csv(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Query(asked): Query<FiguresQuery>,
) -> WebResult {
    let days = figures::days(&app.services, me.0.account.id, id, range(&asked.days)).await?;
    Ok(csv::file("figures", file(&days)))
}

fn file(days: &[CountedDay]) -> String {
    let currencies: Vec<_> = money(days).into_iter().map(|one| one.currency).collect();
    let mut head: Vec<String> = [
        "day",
        "visitors",
        "pass_visitors",
        "orders_begun",
        "paid",
        "new_members",
        "new_subscriptions",
        "ended_subscriptions",
        "viewers",
        "minutes_watched",
        "members",
        "passes",
    ]
    .map(String::from)
    .into();
    for currency in &currencies {
        head.extend(["sold", "refunded", "fees", "own"].map(|what| format!("{what}_{}", currency.code())));
    }
    let mut text = csv_line(head.iter().map(String::as_str));
    for day in days {
        let f = &day.figures;
        let counts = [
            f.visitors,
            f.lookers,
            f.begun,
            f.paid,
            f.joined,
            f.subscribed,
            f.unsubscribed,
            f.viewers,
            f.watched.0 / 60_000,
            f.members,
            f.passes,
        ];
        let mut cells = vec![day.day.to_string()];
        cells.extend(counts.map(|count| count.to_string()));
        for currency in &currencies {
            let found = day.money.iter().find(|one| one.currency == *currency);
            let amounts = found.map_or([0; 4], |one| [one.sold, one.refunded, one.fees, one.own]);
            cells.extend(amounts.map(|amount| amount.to_string()));
        }
        // A number is no formula, also a negative one.
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    text
}

/// `GET /account/streams/{id}/figures`.
pub async fn show(State(app): State<App>, me: SignedIn, Path(id): Path<StreamId>) -> WebResult {
    let found = figures::of_show(&app.services, me.0.account.id, id).await?;
    let page = ShowPage {
        space: &found.space,
        stream: id,
        title: &found.show.title,
        at: found.show.started_at,
        people: found.show.people,
        peak: found.show.peak,
        watched: found.show.watched,
        curve: &found.people,
        lines: found.report.lines,
        income: &found.report.income,
        drops: found.report.drops,
    };
    Ok(show::page(&app.shell(Some(&me.0.account), &show::path(id)), &page).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::{
        amount::Currency,
        audience::figures::{DayFigures, DayMoney},
        time::Millis,
    };

    #[test]
    fn each_currency_has_its_columns_on_each_day() {
        let money = DayMoney { currency: Currency::Eur, sold: 1200, refunded: 0, fees: 120, own: -5 };
        let first = CountedDay {
            day: "2026-11-28".parse().expect("a day"),
            bounds: Millis(0)..Millis(1),
            figures: DayFigures { visitors: 3, ..DayFigures::default() },
            money: vec![money],
        };
        let second = CountedDay { day: first.day.plus(1), money: Vec::new(), ..first.clone() };
        let text = file(&[first, second]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].ends_with(",passes,sold_eur,refunded_eur,fees_eur,own_eur"), "{}", lines[0]);
        assert_eq!(lines[1], "2026-11-28,3,0,0,0,0,0,0,0,0,0,0,1200,0,120,-5");
        assert_eq!(lines[2], "2026-11-29,3,0,0,0,0,0,0,0,0,0,0,0,0,0,0");
    }
}
