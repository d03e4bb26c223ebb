//! What is sold, made through the creator's pages as everybody makes it; and what the three sides say about it at the end.

use super::{
    processes::Bank,
    truth::{Sides, TakenPayment},
};
use crate::wire::{
    doors::Target,
    http::{Client, Request, encode},
    rooms::{Creator, between},
};
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use tokio::task::JoinSet;

/// Buyers' pages that are read at once.
const AT_ONCE: usize = 50;
/// Pages of orders; more than any run has.
const MOST_PAGES: usize = 1_000;

/// A pass with a stock, a queue and a code, by the ids that the service gave them.
pub struct SaleCounter {
    target: Arc<Target>,
    pub space: String,
    pub pass: String,
    /// The pass's address.
    pub path: String,
    pub code: String,
    title: String,
}

/// What is made, in minor units of euros.
pub struct Offer {
    pub seats: usize,
    pub price: i64,
    pub percent: i64,
    pub code_uses: usize,
}

impl SaleCounter {
    /// `space`: the address of the host's space; `name` identifies the run.
    pub async fn set_up(target: Arc<Target>, space: &str, name: &str, offer: &Offer) -> Result<Self> {
        let mut host = Creator { client: Client::new(target.at), cookie: &target.host };
        let account = host.page("/account").await?;
        let id = between(&account, "/account/spaces/", |c| c.is_ascii_alphanumeric()).context("no space")?;
        let (base, title) = (format!("/account/spaces/{id}"), format!("Onsale {name}"));
        let form = format!("title={}&slug={name}-show", encode(&title));
        let show = host.post(&format!("{base}/experiences"), &form).await?;
        let show = show.trim_start_matches("/account/experiences/");
        let Offer { seats, price, percent, code_uses } = offer;
        let price = format!("{}.{:02}", price / 100, price % 100);
        let form = format!(
            "title={}&slug={name}&kind=once&amount={price}&currency=eur&stock={seats}&waitlist=queue\
             &includes={show}",
            encode(&title)
        );
        host.post(&format!("{base}/access_passes"), &form).await?;
        let passes = host.page(&format!("{base}/access_passes")).await?;
        let pass = pass_of(&passes, &title).context("the pass is not in the list")?;
        let code = format!("LOAD{}", name.to_uppercase());
        let form = format!("code={code}&percent={percent}&most={code_uses}&passes={pass}");
        host.post(&format!("{base}/promo_codes"), &form).await?;
        let (space, path) = (id.to_owned(), format!("{}/{name}", space.trim_end_matches('/')));
        Ok(Self { space, pass, path, code, title, target: Arc::clone(&target) })
    }

    /// Reads all three sides; what the open pages show is added by the caller.
    pub async fn read(&self, bank: &Bank, people: &[String]) -> Result<Sides> {
        let mut host = Creator { client: Client::new(self.target.at), cookie: &self.target.host };
        let base = format!("/account/spaces/{}", self.space);
        let passes = host.page(&format!("{base}/access_passes")).await?;
        let codes = host.page(&format!("{base}/promo_codes")).await?;
        let orders = orders(&mut host, &format!("{base}/orders")).await?.len();
        let state = bank.read("/stand-in/state.json").await?;
        Ok(Sides {
            holders: self.holders(people).await?,
            left: Vec::new(),
            left_at_seller: left_of(&passes, &self.title),
            orders,
            code_uses: uses_of(&codes, &self.code),
            ledger: self.ledger().await?,
            balance: balance(&bank.read("/v1/balance").await?),
            payments: payments(&state)?,
            refunds: list(&state, "refunds")?.len(),
        })
    }

    /// Buyers whose own page shows the pass, by their numbers.
    async fn holders(&self, people: &[String]) -> Result<BTreeSet<usize>> {
        let mut holders = BTreeSet::new();
        for (chunk, some) in people.chunks(AT_ONCE).enumerate() {
            let mut pages = JoinSet::new();
            for (n, cookie) in some.iter().enumerate() {
                let (at, cookie, title) = (self.target.at, cookie.clone(), self.title.clone());
                pages.spawn(async move {
                    let mut client = Client::new(at);
                    let answer = client.send(Request::get("/account/purchases/fragment", &cookie)).await?;
                    ensure!(answer.status == 200, "a buyer's own passes answered {}", answer.status);
                    let page = String::from_utf8(answer.body)?;
                    // The payments follow the passes, with orders from which nothing came.
                    let passes = page.split("\"#payments\"").next().unwrap_or_default();
                    anyhow::Ok(passes.contains(&title).then_some(chunk * AT_ONCE + n))
                });
            }
            while let Some(found) = pages.join_next().await {
                holders.extend(found??);
            }
        }
        Ok(holders)
    }

    /// The sums of the ledger's accounts in the currency of the sale.
    async fn ledger(&self) -> Result<BTreeMap<String, i64>> {
        let mut client = Client::new(self.target.at);
        let answer = client.send(Request::get("/ops/money.json", &self.target.operator)).await?;
        ensure!(answer.status == 200, "/ops/money.json answered {}", answer.status);
        let told: Value = serde_json::from_slice(&answer.body).context("/ops/money.json is not JSON")?;
        let euros = list(&told, "accounts")?.iter().filter(|one| one["currency"] == "eur");
        let sum = |one: &Value| Some((one["account"].as_str()?.to_owned(), one["amount"].as_i64()?));
        euros.map(|one| sum(one).context("an account without a sum")).collect()
    }
}

/// The orders in a seller's list, on all its pages.
async fn orders(host: &mut Creator<'_>, path: &str) -> Result<BTreeSet<String>> {
    let (mut found, mut next) = (BTreeSet::new(), path.to_owned());
    for _ in 0..MOST_PAGES {
        let page = host.page(&next).await?;
        let id = |rest: &str| rest.chars().take_while(|c| is_of_id(*c)).collect::<String>();
        found.extend(page.split("/account/orders/").skip(1).map(id));
        match between(&page, "after=", is_of_id) {
            Some(after) => next = format!("{path}?after={after}"),
            None => break,
        }
    }
    Ok(found)
}

/// The id of the pass with this title, in the list of passes.
fn pass_of(page: &str, title: &str) -> Option<String> {
    const LINK: &str = "/account/access_passes/";
    let before = &page[..page.find(title)?];
    let link = &before[before.rfind(LINK)?..];
    between(link, LINK, is_of_id).map(str::to_owned)
}

const fn is_of_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-'
}

/// `3 of 100 left`, in the row of this title.
fn left_of(page: &str, title: &str) -> Option<i64> {
    let row = &page[page.find(title)?..];
    let row = &row[..row.find("</li>").unwrap_or(row.len())];
    let words = &row[..row.find(" left")?];
    let begin = words.rfind('>')? + 1;
    words[begin..].split(' ').next()?.parse().ok()
}

/// `used 3 times of 10`, in the row of this code.
fn uses_of(page: &str, code: &str) -> Option<i64> {
    let row = &page[page.find(&format!(">{code}<"))?..];
    let words = between(row, "used ", |c| c != '<')?;
    match words.split(' ').next()? {
        "once" => Some(1),
        number => number.parse().ok(),
    }
}

fn list<'a>(of: &'a Value, name: &str) -> Result<&'a Vec<Value>> {
    of[name].as_array().with_context(|| format!("{name} is missing"))
}

/// What the provider keeps for us in euros, available or not.
fn balance(told: &Value) -> i64 {
    let funds = ["available", "pending"].into_iter().filter_map(|name| told[name].as_array()).flatten();
    funds.filter(|one| one["currency"] == "eur").filter_map(|one| one["amount"].as_i64()).sum()
}

/// The payments that the provider has taken, by the order that its session names.
fn payments(state: &Value) -> Result<Vec<TakenPayment>> {
    let sessions = list(state, "sessions")?;
    let order = |intent: &Value| {
        let session = sessions.iter().find(|session| session["intent"] == *intent);
        session.and_then(|session| session["reference"].as_str()).unwrap_or("none").to_owned()
    };
    let taken = list(state, "charges")?.iter().filter(|charge| charge["paid"] == true);
    let payment = |charge: &Value| {
        let minor = charge["amount"].as_i64().context("a charge without an amount")?;
        Ok(TakenPayment { order: order(&charge["intent"]), minor })
    };
    taken.map(payment).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn figures_are_cut_out_of_pages() {
        let passes = r#"<a href="/account/access_passes/01a"><b><bdi>Lobby</bdi></b></a></li>
            <li><a href="/account/access_passes/02b"><b><bdi>Onsale x</bdi></b></a> <span class="badge">€20 once</span>
            <span class="badge">13 of 100 left</span></li><li><span class="badge">2 of 9 left</span></li>"#;
        assert_eq!(pass_of(passes, "Onsale x").as_deref(), Some("02b"));
        assert_eq!(left_of(passes, "Onsale x"), Some(13));
        assert_eq!(left_of(passes, "Lobby"), None);
        let codes = "<b><bdi>LOADX</bdi></b><small>used 10 times of 10</small><bdi>LOADY</bdi><small>used once of 10</small>";
        assert_eq!((uses_of(codes, "LOADX"), uses_of(codes, "LOADY")), (Some(10), Some(1)));
        assert_eq!(uses_of(codes, "LOADZ"), None);
    }

    #[test]
    fn the_providers_state_tells_payments_by_their_orders() {
        let state = json!({
            "sessions": [{"intent": "pi_1", "reference": "a"}, {"intent": null, "reference": "b"}],
            "charges": [
                {"intent": "pi_1", "paid": true, "amount": 2000}, {"intent": "pi_1", "paid": false, "amount": 2000},
                {"intent": "pi_9", "paid": true, "amount": 1},
            ],
        });
        let payment = |order: &str, minor| TakenPayment { order: order.into(), minor };
        assert_eq!(payments(&state).expect("good"), [payment("a", 2000), payment("none", 1)]);
        assert!(payments(&json!({})).is_err());
        let told = json!({"available": [{"currency": "eur", "amount": 5}], "pending": [
            {"currency": "eur", "amount": 7}, {"currency": "usd", "amount": 100}]});
        assert_eq!(balance(&told), 12);
    }
}
