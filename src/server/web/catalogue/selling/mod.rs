//! Reads the part of a pass's form that says how the pass is sold beside its price.

pub mod chosen;
pub mod plans;

use domain::{
    catalogue::{
        schedule::{self, ScheduleError},
        zone::Zone,
    },
    money::selling::{Lasting, MOST_DAYS, MOST_STOCK, Selling, Waitlist, Window},
    time::Millis,
};
use views::{
    catalogue::selling::SellingDraft,
    form::{Errors, FieldError},
    t,
};

/// What the fields are read by.
pub struct SellingReader<'a> {
    /// What the form showed, for a saved pass.
    pub kept: Selling,
    /// That of the space.
    pub zone: Option<&'a Zone>,
    pub now: Millis,
}

impl SellingReader<'_> {
    /// `None` if something is wrong, which `errors` then say.
    pub fn read(&self, draft: &SellingDraft, errors: &mut Errors) -> Option<Selling> {
        let Selling { window, lasting, .. } = self.kept;
        let number = whole(&draft.stock, MOST_STOCK).ok_or_else(|| t!("catalogue-selling-stock-wrong"));
        let stock = errors.check("stock", number);
        let opens_at = errors.check("sales_open_at", self.moment(&draft.opens, window.opens_at));
        let closes_at = errors.check("sales_close_at", self.moment(&draft.closes, window.closes_at));
        let days = whole(&draft.days, MOST_DAYS).ok_or_else(|| t!("catalogue-selling-days-wrong"));
        let days = errors.check("access_days", days);
        let until = errors.check("access_until", self.moment(&draft.until, lasting.until()));
        let waitlist = match draft.waitlist.as_str() {
            "" => Some(Waitlist::Off),
            code => Waitlist::from_code(code),
        };
        let waitlist = errors.check("waitlist", waitlist.ok_or_else(|| t!("waitlist-selling-wrong")));
        let (stock, window) = (stock?, Window { opens_at: opens_at?, closes_at: closes_at? });
        let (days, until, waitlist) = (days?, until?, waitlist?);
        if window.opens_at.zip(window.closes_at).is_some_and(|(opens, closes)| closes <= opens) {
            errors.push(FieldError::new("sales_close_at", t!("catalogue-selling-order")));
            return None;
        }
        if days.is_some() && until.is_some() {
            errors.push(FieldError::new("access_until", t!("catalogue-selling-both")));
            return None;
        }
        let lasting = Lasting::of(days, until);
        Some(Selling { stock, window, hidden: draft.hidden, lasting, waitlist })
    }

    fn moment(&self, typed: &str, kept: Option<Millis>) -> Result<Option<Millis>, ScheduleError> {
        let zone = self.zone.cloned().unwrap_or(Zone::UTC);
        Ok(schedule::reread(typed, &zone, kept, self.now)?.map(|planned| planned.at))
    }
}

/// A number from one; nothing typed is no number. `None` for anything else.
pub fn whole(typed: &str, most: i64) -> Option<Option<i64>> {
    match typed.trim() {
        "" => Some(None),
        typed if typed.bytes().all(|byte| byte.is_ascii_digit()) => {
            typed.parse().ok().filter(|n| (1..=most).contains(n)).map(Some)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_767_384_840_000);

    fn read(draft: &SellingDraft) -> Result<Selling, Vec<&'static str>> {
        let mut errors = Errors::of("pass");
        let reading = SellingReader { kept: Selling::default(), zone: None, now: NOW };
        let found = reading.read(draft, &mut errors);
        found.ok_or_else(|| errors.iter().map(|error| error.field).collect())
    }

    #[test]
    fn numbers_are_whole_and_at_least_one() {
        for (typed, want) in [
            ("", Some(None)),
            (" ", Some(None)),
            ("1", Some(Some(1))),
            (" 100 ", Some(Some(100))),
            ("0", None),
            ("101", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("many", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(whole(typed, 100), want, "{typed:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_its_field() {
        let empty = SellingDraft::default();
        assert_eq!(read(&empty), Ok(Selling::default()));
        let (sooner, later) = ("2026-02-01T20:00".to_owned(), "2026-03-01T20:00".to_owned());
        for (draft, field) in [
            (SellingDraft { stock: "few".into(), ..empty.clone() }, "stock"),
            (SellingDraft { opens: "soon".into(), ..empty.clone() }, "sales_open_at"),
            (SellingDraft { closes: "2020-01-01T20:00".into(), ..empty.clone() }, "sales_close_at"),
            (
                SellingDraft { opens: later.clone(), closes: sooner.clone(), ..empty.clone() },
                "sales_close_at",
            ),
            (SellingDraft { waitlist: "maybe".into(), ..empty.clone() }, "waitlist"),
            (SellingDraft { days: "0".into(), ..empty.clone() }, "access_days"),
            (SellingDraft { days: "7".into(), until: later.clone(), ..empty.clone() }, "access_until"),
        ] {
            assert_eq!(read(&draft), Err(vec![field]), "{draft:?}");
        }
        let all = SellingDraft {
            stock: "3".into(),
            opens: sooner,
            closes: later,
            hidden: true,
            days: "7".into(),
            waitlist: "queue".into(),
            ..empty
        };
        let selling = read(&all).expect("nothing is wrong");
        assert_eq!(selling.waitlist, Waitlist::Queue);
        assert_eq!((selling.stock, selling.hidden, selling.lasting), (Some(3), true, Lasting::Days(7)));
        let written = SellingDraft::of(&selling, None);
        assert_eq!((&written.opens, &written.closes), (&all.opens, &all.closes));
    }
}
