//! How a pass is sold beside its price: how many there are, from when until when, to whom it is shown, and how long it is good.

use crate::time::{Millis, Span};

/// The largest stock. Whoever sells more sells without one.
pub const MOST_STOCK: i64 = 1_000_000;
/// The longest time in days for which a pass can be good.
pub const MOST_DAYS: i64 = 3_660;

/// From when and until when something is sold; `opens_at` is inclusive, `closes_at` exclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Window {
    pub opens_at: Option<Millis>,
    pub closes_at: Option<Millis>,
}

impl Window {
    pub fn has_opened(self, now: Millis) -> bool {
        self.opens_at.is_none_or(|at| at <= now)
    }

    pub fn has_closed(self, now: Millis) -> bool {
        self.closes_at.is_some_and(|at| at <= now)
    }

    pub fn is_open(self, now: Millis) -> bool {
        self.has_opened(now) && !self.has_closed(now)
    }

    /// When it next opens or closes.
    pub fn next_change(self, now: Millis) -> Option<Millis> {
        self.opens_at.into_iter().chain(self.closes_at).filter(|at| *at > now).min()
    }
}

/// How long a pass is good for whoever gets it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Lasting {
    #[default]
    Forever,
    /// From when it was taken or paid.
    Days(i64),
    Until(Millis),
}

impl Lasting {
    /// From the columns for a span in milliseconds and for the moment, of which one is empty.
    pub fn from_columns(millis: Option<i64>, until: Option<Millis>) -> Self {
        Self::of(millis.map(|millis| millis / Span::days(1).0), until)
    }

    /// From a number of days or a moment.
    pub fn of(days: Option<i64>, until: Option<Millis>) -> Self {
        match (days, until) {
            (_, Some(until)) => Self::Until(until),
            (Some(days), None) => Self::Days(days),
            (None, None) => Self::Forever,
        }
    }

    pub const fn days(self) -> Option<i64> {
        match self {
            Self::Days(days) => Some(days),
            Self::Forever | Self::Until(_) => None,
        }
    }

    /// The days in milliseconds, as they are stored.
    pub fn millis(self) -> Option<i64> {
        self.days().map(|days| Span::days(days).0)
    }

    pub const fn until(self) -> Option<Millis> {
        match self {
            Self::Until(at) => Some(at),
            Self::Forever | Self::Days(_) => None,
        }
    }

    /// When the pass ends for somebody who gets it at `now`; exclusive.
    pub fn ends_at(self, now: Millis) -> Option<Millis> {
        match self {
            Self::Forever => None,
            Self::Days(days) => Some(now + Span::days(days)),
            Self::Until(at) => Some(at),
        }
    }

    /// Whether somebody who gets the pass at `now` could not use it any more.
    pub fn is_over(self, now: Millis) -> bool {
        self.ends_at(now).is_some_and(|end| end <= now)
    }
}

/// Who gets a pass.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Waitlist {
    /// Whoever wants it.
    #[default]
    Off,
    /// Whom the team approves: people apply.
    Apply,
    /// Whoever wants it; when it is sold out, people stand in line.
    Queue,
}

impl Waitlist {
    pub const ALL: [Self; 3] = [Self::Off, Self::Apply, Self::Queue];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Apply => "apply",
            Self::Queue => "queue",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|waitlist| waitlist.code() == code)
    }
}

/// What a creator sets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selling {
    /// How many people may hold the pass at once. `None`: any number.
    pub stock: Option<i64>,
    pub window: Window,
    /// Only its own link leads to it.
    pub hidden: bool,
    pub lasting: Lasting,
    pub waitlist: Waitlist,
}

/// Whether a pass that is on offer is sold at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Availability {
    /// `left`: how many there still are, if that is limited.
    Open {
        left: Option<i64>,
    },
    SoldOut,
    /// It opens by itself.
    OpensAt(Millis),
    Closed,
}

impl Availability {
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Open { .. })
    }
}

impl Selling {
    /// Nobody buys what would be over when it begins.
    pub fn window(&self) -> Window {
        let ends = self.window.closes_at.into_iter().chain(self.lasting.until());
        Window { closes_at: ends.min(), ..self.window }
    }

    /// `left`: of the stock.
    pub fn sale(&self, left: Option<i64>, now: Millis) -> Availability {
        let window = self.window();
        match window.opens_at {
            _ if window.has_closed(now) => Availability::Closed,
            Some(at) if at > now => Availability::OpensAt(at),
            _ if left.is_some_and(|left| left <= 0) => Availability::SoldOut,
            _ => Availability::Open { left },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_000_000);
    const SOON: Millis = Millis(1_000_001);

    #[test]
    fn a_pass_is_sold_while_its_window_is_open_and_some_are_left() {
        let always = Window::default();
        let opens = |at| Window { opens_at: Some(at), ..always };
        let closes = |at| Window { closes_at: Some(at), ..always };
        let until = Lasting::Until;
        for (window, lasting, left, want) in [
            (always, Lasting::Forever, None, Availability::Open { left: None }),
            (always, Lasting::Forever, Some(3), Availability::Open { left: Some(3) }),
            (always, Lasting::Forever, Some(0), Availability::SoldOut),
            (always, Lasting::Forever, Some(-2), Availability::SoldOut),
            (opens(SOON), Lasting::Forever, None, Availability::OpensAt(SOON)),
            (opens(SOON), Lasting::Forever, Some(0), Availability::OpensAt(SOON)),
            (opens(NOW), Lasting::Forever, None, Availability::Open { left: None }),
            (closes(SOON), Lasting::Forever, Some(1), Availability::Open { left: Some(1) }),
            (closes(NOW), Lasting::Forever, Some(0), Availability::Closed),
            (always, Lasting::Days(1), None, Availability::Open { left: None }),
            (always, until(SOON), None, Availability::Open { left: None }),
            (always, until(NOW), None, Availability::Closed),
            (closes(SOON), until(NOW), None, Availability::Closed),
        ] {
            let selling = Selling { stock: left.map(|_| 9), window, lasting, ..Selling::default() };
            assert_eq!(selling.sale(left, NOW), want, "{selling:?} {left:?}");
            let open = matches!(want, Availability::Open { .. } | Availability::SoldOut);
            assert_eq!(selling.window().is_open(NOW), open);
        }
    }

    #[test]
    fn only_what_is_on_sale_now_can_be_bought() {
        for (availability, open) in [
            (Availability::Open { left: None }, true),
            (Availability::Open { left: Some(1) }, true),
            (Availability::SoldOut, false),
            (Availability::OpensAt(SOON), false),
            (Availability::Closed, false),
        ] {
            assert_eq!(availability.is_open(), open, "{availability:?}");
        }
    }

    #[test]
    fn a_window_changes_when_it_opens_and_when_it_closes() {
        let window = Window { opens_at: Some(Millis(10)), closes_at: Some(Millis(20)) };
        for (now, open, next) in
            [(9, false, Some(10)), (10, true, Some(20)), (19, true, Some(20)), (20, false, None)]
        {
            let now = Millis(now);
            assert_eq!((window.is_open(now), window.next_change(now)), (open, next.map(Millis)), "{now:?}");
        }
        assert_eq!(Window::default().next_change(NOW), None);
    }

    #[test]
    fn what_lasts_some_days_ends_at_that_second() {
        let week = Lasting::of(Some(7), None);
        assert_eq!(week.ends_at(NOW), Some(NOW + Span::days(7)));
        assert_eq!(Lasting::of(None, Some(SOON)).ends_at(NOW), Some(SOON));
        assert_eq!(Lasting::of(None, None).ends_at(NOW), None);
        for lasting in [Lasting::Forever, Lasting::Days(3), Lasting::Until(SOON)] {
            assert_eq!(Lasting::of(lasting.days(), lasting.until()), lasting);
            assert_eq!(Lasting::from_columns(lasting.millis(), lasting.until()), lasting);
            assert!(!lasting.is_over(NOW));
        }
        assert!(Lasting::Until(NOW).is_over(NOW));
    }
}
