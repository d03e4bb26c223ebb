//! A pass that a team gives to an e-mail address, for nothing. Whoever proves the address takes it.

use crate::{
    id::*,
    time::{Millis, Span},
};

/// Of one pass, those that wait to be taken and those that were.
pub const MOST_COMPS: i64 = 1_000;
/// How long it waits to be taken. Then its seat is free, and the address is forgotten.
pub const WAITS_FOR: Span = Span::days(30);

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comp {
    pub id: CompId,
    pub pass: PassId,
    pub space: SpaceId,
    /// Empty once its account was deleted, or once nobody took it in time.
    pub email: String,
    pub by: AccountId,
    pub created_at: Millis,
    pub claimed_at: Option<Millis>,
    /// What it became.
    pub grant: Option<GrantId>,
    pub revoked_at: Option<Millis>,
    /// Somebody has bought it for the address: then `by` is its buyer, and it waits for as long as it takes.
    pub purchase: Option<PurchaseId>,
}

/// Why a person cannot take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CompRefusal {
    /// It is for another address. Nothing is said about it.
    Address,
    /// It was taken, revoked, or not taken in time.
    Gone,
}

impl Comp {
    pub fn is_late(&self, now: Millis) -> bool {
        self.purchase.is_none() && now >= self.created_at + WAITS_FOR
    }

    /// Nobody has taken it, and nobody can any more, because its time was over or its account was deleted.
    pub fn has_lapsed(&self) -> bool {
        self.claimed_at.is_none() && self.email.is_empty()
    }

    /// Whether the person with this address may take it.
    pub fn claim(&self, email: &str, now: Millis) -> Result<(), CompRefusal> {
        if self.email.is_empty() || self.email != email {
            Err(CompRefusal::Address)
        } else if self.claimed_at.is_some() || self.revoked_at.is_some() || self.is_late(now) {
            Err(CompRefusal::Gone)
        } else {
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comp() -> Comp {
        Comp {
            id: CompId::new(),
            pass: PassId::new(),
            space: SpaceId::new(),
            email: "ann@example.org".into(),
            by: AccountId::new(),
            created_at: Millis(1),
            claimed_at: None,
            grant: None,
            revoked_at: None,
            purchase: None,
        }
    }

    #[test]
    fn it_lapses_when_its_address_is_forgotten_before_anybody_took_it() {
        for (email, taken, lapsed) in [
            ("ann@example.org", false, false),
            ("", false, true),
            ("ann@example.org", true, false),
            // The account of whoever took it was deleted.
            ("", true, false),
        ] {
            let comp = Comp { email: email.into(), claimed_at: taken.then_some(Millis(2)), ..comp() };
            assert_eq!(comp.has_lapsed(), lapsed, "{comp:?}");
        }
    }

    #[test]
    fn it_is_for_one_address_and_taken_once() {
        let comp = comp();
        let (at, late) = (Some(Millis(2)), Millis(1) + WAITS_FOR);
        assert_eq!(comp.claim("ann@example.org", Millis(late.0 - 1)), Ok(()));
        assert_eq!(comp.claim("ann@example.org", late), Err(CompRefusal::Gone));
        let bought = Comp { purchase: Some(PurchaseId::new()), ..comp.clone() };
        assert_eq!(bought.claim("ann@example.org", late), Ok(()), "what was paid waits");
        for (comp, email, want) in [
            (comp.clone(), "ann@example.org", Ok(())),
            (comp.clone(), "ben@example.org", Err(CompRefusal::Address)),
            (Comp { claimed_at: at, ..comp.clone() }, "ann@example.org", Err(CompRefusal::Gone)),
            (Comp { revoked_at: at, ..comp.clone() }, "ann@example.org", Err(CompRefusal::Gone)),
            (Comp { revoked_at: at, ..comp.clone() }, "ben@example.org", Err(CompRefusal::Address)),
            (Comp { email: String::new(), ..comp.clone() }, "", Err(CompRefusal::Address)),
        ] {
            assert_eq!(comp.claim(email, Millis(3)), want, "{comp:?}");
        }
    }
}
