//! Whether open pages showed how many were left, in time. A page that was asked for anew is the measure of the pages that are open;
//! the orders that buyers surely had are the measure of both.

use super::truth::Tale;
use serde::Serialize;

/// How late an open page may be while the service is up, and how long after it is up again; microseconds.
const PROMPT_US: u64 = 1_000_000;
const AGAIN_US: u64 = 3_000_000;

/// How many were left, by an answer that was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Glance {
    pub asked_us: u64,
    pub answered_us: u64,
    pub left: i64,
}

/// How many were left, from this moment on an open page.
#[derive(Clone, Copy, Debug)]
pub struct Sight {
    pub at_us: u64,
    pub left: i64,
}

/// The service was killed, and was ready again.
#[derive(Clone, Copy, Debug)]
pub struct Outage {
    pub from_us: u64,
    pub back_us: u64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StockVerdict {
    /// Comparisons of an open page with an answer that stayed the same for a second.
    pub compared: u64,
    /// Of those, pages that did not show it within the second.
    pub stale: u64,
    /// Answers and pages that offered more than was left after orders of more than a second before.
    pub oversold: u64,
}

impl StockVerdict {
    pub const fn is_good(&self) -> bool {
        self.compared > 0 && self.stale == 0 && self.oversold == 0
    }
}

/// `pages`: what each open page showed, in its order.
pub fn judge(
    stock: usize,
    glances: &[Glance],
    pages: &[Vec<Sight>],
    tales: &[Tale],
    outages: &[Outage],
) -> StockVerdict {
    let mut verdict = StockVerdict::default();
    for glance in glances {
        let end_us = glance.answered_us + PROMPT_US;
        if outages.iter().any(|out| glance.asked_us < out.back_us + AGAIN_US && end_us > out.from_us) {
            continue;
        }
        // What is asked for may be as old as the question; what is open, as old as a second.
        let at_most = left(stock, tales, glance.asked_us, glance.answered_us);
        verdict.oversold += u64::from(glance.left > at_most);
        let most = left(stock, tales, glance.answered_us, glance.answered_us);
        for page in pages {
            let shown = before(page, glance.answered_us).map(|sight| sight.left);
            verdict.oversold += u64::from(shown.is_some_and(|left| left > most));
        }
        if !is_lasting(glances, glance, end_us) {
            continue;
        }
        for page in pages {
            verdict.compared += 1;
            let first = before(page, glance.asked_us);
            let later = page.iter().filter(|sight| (glance.asked_us..=end_us).contains(&sight.at_us));
            let is_shown = first.into_iter().chain(later).any(|sight| sight.left == glance.left);
            verdict.stale += u64::from(!is_shown);
        }
    }
    verdict
}

/// What can be left at most, after buyers who had a seat a second before `from_us` and did not begin to give it up until `until_us`.
fn left(stock: usize, tales: &[Tale], from_us: u64, until_us: u64) -> i64 {
    let has = |tale: &&Tale| {
        tale.held_us.is_some_and(|held| held + PROMPT_US <= from_us)
            && tale.freed_us.is_none_or(|freed| freed > until_us)
    };
    let held = tales.iter().filter(has).count();
    i64::try_from(stock.saturating_sub(held)).unwrap_or(i64::MAX)
}

/// What the page showed at this moment.
fn before(page: &[Sight], at_us: u64) -> Option<&Sight> {
    page.iter().take_while(|sight| sight.at_us <= at_us).last()
}

/// Whether all answers up to `end_us` say the same, and one beyond it is known.
fn is_lasting(glances: &[Glance], glance: &Glance, end_us: u64) -> bool {
    let mut meanwhile =
        glances.iter().filter(|other| other.asked_us <= end_us && other.answered_us >= glance.asked_us);
    meanwhile.all(|other| other.left == glance.left)
        && glances.last().is_some_and(|last| last.asked_us >= end_us)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000;

    /// An answer each 100 ms for five seconds; `left` by the number of the answer.
    fn glances(left: impl Fn(u64) -> i64) -> Vec<Glance> {
        (0..50)
            .map(|n| Glance { asked_us: n * 100 * MS, answered_us: (n * 100 + 10) * MS, left: left(n) })
            .collect()
    }

    fn page(shown: &[(u64, i64)]) -> Vec<Sight> {
        shown.iter().map(|(ms, left)| Sight { at_us: ms * MS, left: *left }).collect()
    }

    fn holder(held_ms: u64, freed_ms: Option<u64>) -> Tale {
        Tale { held_us: Some(held_ms * MS), freed_us: freed_ms.map(|ms| ms * MS), ..Tale::default() }
    }

    #[test]
    fn a_page_has_a_second() {
        // Two are left until 2 s, then one.
        let answers = glances(|n| if n < 20 { 2 } else { 1 });
        let judged = |shown: &[(u64, i64)]| judge(2, &answers, &[page(shown)], &[], &[]);
        let prompt = judged(&[(0, 2), (2_050, 1)]);
        assert!(prompt.is_good() && prompt.compared > 20, "{prompt:?}");
        assert!(judged(&[(0, 2), (2_900, 1)]).is_good());
        let late = judged(&[(0, 2), (3_400, 1)]);
        assert!(late.stale > 0 && late.oversold == 0, "{late:?}");
        assert!(judged(&[(0, 2)]).stale > late.stale, "never");
        assert!(judged(&[]).stale > 0, "a page that shows nothing");
        assert!(!judge(2, &answers, &[], &[], &[]).is_good(), "nothing was compared");
    }

    #[test]
    fn what_changes_all_the_time_is_not_compared() {
        let verdict = judge(50, &glances(|n| 50 - n as i64), &[page(&[(0, 50)])], &[], &[]);
        assert_eq!((verdict.compared, verdict.stale), (0, 0));
    }

    #[test]
    fn a_page_may_be_away_with_its_service_and_three_seconds_more() {
        let answers = glances(|_| 1);
        let outage = |back_ms: u64| Outage { from_us: 0, back_us: back_ms * MS };
        let judged = |back_ms| judge(2, &answers, &[page(&[(0, 2), (3_900, 1)])], &[], &[outage(back_ms)]);
        assert!(judged(500).is_good(), "{:?}", judged(500));
        assert!(judge(2, &answers, &[page(&[(0, 2)])], &[], &[outage(200)]).stale > 0);
    }

    #[test]
    fn more_than_is_left_is_found_wherever_it_is_offered() {
        let answers = glances(|_| 1);
        let pages = [page(&[(0, 1)])];
        assert_eq!(judge(2, &answers, &pages, &[holder(0, None)], &[]).oversold, 0);
        let both = [holder(0, None), holder(500, None)];
        // From 1.5 s on both seats are surely held: each answer and each page is wrong.
        let wrong = judge(2, &answers, &pages, &both, &[]);
        assert_eq!(wrong.oversold % 2, 0);
        assert!(wrong.oversold > 50, "{wrong:?}");
        let freed = [holder(0, None), holder(500, Some(1_000))];
        assert_eq!(judge(2, &answers, &pages, &freed, &[]).oversold, 0);
        let page_alone = judge(2, &glances(|_| 0), &pages, &both, &[]);
        assert!(page_alone.oversold > 0 && page_alone.stale > 0, "{page_alone:?}");
    }
}
