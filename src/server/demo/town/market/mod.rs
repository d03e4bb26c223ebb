//! How the town sells beside the plain ticket: by the month, in instalments, for what the buyer likes, in small numbers, to applicants,
//! in a window of time, by its own link alone, cheaper by a code, and as a gift.

mod goods;

use super::{
    found::Founded,
    seeds::{Ticket, address},
    settled::Settled,
};
use crate::app::App;
use anyhow::{Context, Result};
use domain::{
    clock::Clock,
    id::{PassId, QuestionId},
    money::{
        asking::{AskKind, AskedQuestion},
        promo::Off,
        selling::{Lasting, Selling, Waitlist, Window},
    },
    time::{Millis, Span},
    waitlist::entry::WaitlistDecision,
};
use service::{
    access::comps,
    catalogue::passes,
    money::{
        asking,
        promos::{self, NewPromo},
        subscriptions,
    },
    waitlist,
};

/// A pass that is sold in a way of its own.
pub struct Special {
    pub days_ago: i64,
    pub space: &'static str,
    pub ticket: Ticket,
    pub terms: SpecialTerms,
    pub questions: &'static [SpecialQuestion],
}

/// Days are counted from the present; those before it are negative.
#[derive(Clone, Copy)]
pub struct SpecialTerms {
    pub stock: Option<i64>,
    pub hidden: bool,
    pub opens_in: Option<i64>,
    pub closes_in: Option<i64>,
    pub lasts: Option<i64>,
    pub waitlist: Waitlist,
}

pub struct SpecialQuestion {
    pub kind: AskKind,
    pub words: &'static str,
    pub required: bool,
    /// Of a choice.
    pub options: &'static [&'static str],
}

/// A code that makes the passes of a space cheaper.
pub struct PrintedCode {
    pub days_ago: i64,
    pub space: &'static str,
    pub code: &'static str,
    pub percent: i64,
    pub uses: i64,
}

/// A pass that its team gives away.
pub struct Gift {
    pub days_ago: i64,
    pub space: &'static str,
    pub pass: &'static str,
    /// The name in the address; whoever lives in the town takes it at once.
    pub to: &'static str,
}

/// Somebody who applies or stands in line, and what became of it.
pub struct Waiting {
    pub days_ago: i64,
    pub who: &'static str,
    pub space: &'static str,
    pub pass: &'static str,
    pub answers: &'static [&'static str],
    /// So many days ago.
    pub decided: Option<(i64, WaitlistDecision)>,
}

/// A thing that happened on the market.
pub enum MarketStep {
    Special(&'static Special),
    Code(&'static PrintedCode),
    Gift(&'static Gift),
    Wait(&'static Waiting),
    Decide(&'static Waiting, WaitlistDecision),
}

/// All of it, with the days since it happened.
pub fn steps() -> Vec<(i64, MarketStep)> {
    let mut all = Vec::new();
    all.extend(goods::SPECIALS.iter().map(|one| (one.days_ago, MarketStep::Special(one))));
    all.extend(goods::CODES.iter().map(|one| (one.days_ago, MarketStep::Code(one))));
    all.extend(goods::GIFTS.iter().map(|one| (one.days_ago, MarketStep::Gift(one))));
    for one in &goods::WAITING {
        all.push((one.days_ago, MarketStep::Wait(one)));
        all.extend(one.decided.map(|(days_ago, decision)| (days_ago, MarketStep::Decide(one, decision))));
    }
    all
}

/// Lets it happen. `present`: the moment from which days are counted.
pub async fn take(app: &App, settled: &mut Settled, step: &MarketStep, present: Millis) -> Result<()> {
    match step {
        MarketStep::Special(special) => {
            let pass = open(app, settled, special, present).await.context(special.ticket.slug)?;
            settled.specials.push((special.space, special.ticket.slug, pass));
        }
        MarketStep::Code(code) => print(app, settled, code).await.context(code.code)?,
        MarketStep::Gift(gift) => give(app, settled, gift).await.context(gift.to)?,
        MarketStep::Wait(waiting) => wait(app, settled, waiting).await.context(waiting.who)?,
        MarketStep::Decide(waiting, decision) => {
            decide(app, settled, waiting, *decision).await.context(waiting.who)?;
        }
    }
    Ok(())
}

async fn open(app: &App, settled: &Settled, special: &Special, present: Millis) -> Result<PassId> {
    let of = founded(settled, special.space)?;
    let (services, text) = (&app.services, super::found::pass(&special.ticket, &of.rooms));
    let selling = selling(&special.terms, present);
    let pass = passes::create_sold(services, of.host, of.space, &text, &selling).await?;
    for question in special.questions {
        let asked = AskedQuestion {
            id: QuestionId::new(),
            kind: question.kind,
            words: question.words.into(),
            required: question.required,
            options: question.options.iter().copied().map(String::from).collect(),
        };
        asking::add(services, of.host, pass, asked).await.context(question.words)?;
    }
    Ok(pass)
}

fn selling(terms: &SpecialTerms, present: Millis) -> Selling {
    let at = |days: Option<i64>| days.map(|days| present + Span::days(days));
    Selling {
        stock: terms.stock,
        window: Window { opens_at: at(terms.opens_in), closes_at: at(terms.closes_in) },
        hidden: terms.hidden,
        lasting: Lasting::of(terms.lasts, None),
        waitlist: terms.waitlist,
    }
}

async fn print(app: &App, settled: &Settled, code: &PrintedCode) -> Result<()> {
    let of = founded(settled, code.space)?;
    let new = NewPromo {
        code: code.code.into(),
        off: Off::Percent(code.percent),
        everywhere: false,
        passes: Vec::new(),
        most_uses: Some(code.uses),
        window: Window::default(),
    };
    Ok(promos::add(&app.services, of.host, of.space, new).await?)
}

async fn give(app: &App, settled: &Settled, gift: &Gift) -> Result<()> {
    let (of, pass) = (founded(settled, gift.space)?, settled.pass(gift.space, gift.pass)?);
    let email = address(gift.to);
    comps::give(&app.services, of.host, pass, &email).await?;
    let Some(account) = settled.people.get(gift.to) else { return Ok(()) };
    let account = app.store.accounts().by_id(*account).await?;
    let all = app.store.comps().of_pass(pass).await?;
    let comp = all.into_iter().find(|comp| comp.email == email).context("the gift is gone")?;
    comps::claim(&app.services, &account, comp.id).await?;
    Ok(())
}

async fn wait(app: &App, settled: &Settled, waiting: &Waiting) -> Result<()> {
    let (account, ..) = settled.viewer(waiting.who)?;
    let answers: Vec<String> = waiting.answers.iter().copied().map(String::from).collect();
    let pass = settled.pass(waiting.space, waiting.pass)?;
    waitlist::join(&app.services, account, pass, &answers).await?;
    Ok(())
}

async fn decide(app: &App, settled: &Settled, waiting: &Waiting, decision: WaitlistDecision) -> Result<()> {
    let (of, pass) = (founded(settled, waiting.space)?, settled.pass(waiting.space, waiting.pass)?);
    let (account, ..) = settled.viewer(waiting.who)?;
    let entry = app.store.waitlists().of_person(pass, account).await?.context("no entry")?;
    waitlist::decide(&app.services, of.host, pass, &[entry.id], decision).await?;
    Ok(())
}

fn founded<'a>(settled: &'a Settled, space: &str) -> Result<&'a Founded> {
    settled.at(space).with_context(|| format!("no {space}"))
}

/// What the provider has charged since people subscribed. It told nobody: the service was not there yet.
pub async fn catch_up(app: &App, settled: &Settled) -> Result<()> {
    for account in settled.people.values() {
        for subscription in app.store.subscriptions().of_account(*account).await? {
            subscriptions::apply(&app.services, &subscription.provider).await?;
        }
    }
    // What was paid more than a week ago can be used by now.
    app.store.ledger().move_available(app.clock.now()).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_sell_is_on_the_market() {
        let has = |what: &dyn Fn(&Special) -> bool| goods::SPECIALS.iter().any(what);
        assert!(has(&|one| one.terms.stock.is_some()) && has(&|one| one.terms.hidden));
        assert!(has(&|one| one.terms.opens_in.is_some_and(|days| days > 0)), "it opens by itself");
        assert!(has(&|one| one.terms.closes_in.is_some_and(|days| days < 0)), "it is over");
        assert!(has(&|one| one.ticket.price.chosen().is_some()), "for what the buyer likes");
        let plans = [false, true].map(|whole| {
            has(&|one| one.ticket.price.plan().is_some_and(|plan| plan.instalments.is_some() == whole))
        });
        assert_eq!(plans, [true; 2], "by the month, and in instalments");
        for list in [Waitlist::Apply, Waitlist::Queue] {
            assert!(has(&|one| one.terms.waitlist == list), "{list:?}");
        }
        for kind in AskKind::ALL {
            assert!(has(&|one| one.questions.iter().any(|asked| asked.kind == kind)), "{kind:?}");
        }
    }

    #[test]
    fn nobody_waits_for_what_is_not_there_yet() {
        for waiting in &goods::WAITING {
            let special = goods::SPECIALS
                .iter()
                .find(|one| (one.space, one.ticket.slug) == (waiting.space, waiting.pass));
            let special = special.expect("a pass that is on the market");
            assert!(special.days_ago > waiting.days_ago, "{}", waiting.who);
            assert_eq!(special.questions.len(), waiting.answers.len(), "{}", waiting.who);
            assert!(
                waiting.decided.is_none_or(|(days_ago, _)| days_ago < waiting.days_ago),
                "{}",
                waiting.who
            );
        }
    }
}
