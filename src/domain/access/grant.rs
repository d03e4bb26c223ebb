//! The row that gives a person access.

use crate::{id::*, time::Millis};

/// The row that gives a person access. It is revoked, never deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    pub id: GrantId,
    pub account: AccountId,
    pub pass: PassId,
    pub space: SpaceId,
    pub purchase: Option<PurchaseId>,
    pub starts_at: Millis,
    pub expires_at: Option<Millis>,
    /// Set while a bank decides about a dispute of its payment.
    pub suspended_at: Option<Millis>,
    pub revoked_at: Option<Millis>,
}

/// How somebody got a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantSource {
    Purchase,
    /// Taken for nothing.
    Free,
    /// Given by the team.
    Comp,
    /// As long as it is paid for.
    Subscription,
}

impl GrantSource {
    pub const ALL: [Self; 4] = [Self::Purchase, Self::Free, Self::Comp, Self::Subscription];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Purchase => "purchase",
            Self::Free => "free",
            Self::Comp => "comp",
            Self::Subscription => "subscription",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.code() == code)
    }
}

impl Grant {
    /// In force at `now`. `expires_at` is exclusive.
    pub fn holds_at(&self, now: Millis) -> bool {
        self.suspended_at.is_none() && self.lasts_at(now)
    }

    /// In force at `now`, ignoring a suspension.
    pub fn lasts_at(&self, now: Millis) -> bool {
        self.revoked_at.is_none() && self.starts_at <= now && self.expires_at.is_none_or(|end| now < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_in_force_from_its_start_up_to_its_end() {
        let grant = Grant {
            id: GrantId::new(),
            account: AccountId::new(),
            pass: PassId::new(),
            space: SpaceId::new(),
            purchase: None,
            starts_at: Millis(10),
            expires_at: Some(Millis(20)),
            suspended_at: None,
            revoked_at: None,
        };
        let suspended = Grant { suspended_at: Some(Millis(12)), ..grant.clone() };
        let revoked = Grant { revoked_at: Some(Millis(12)), ..suspended.clone() };
        let endless = Grant { expires_at: None, ..grant.clone() };
        // (in force, and in force if no bank were deciding about it)
        for (now, of_grant, of_suspended, of_endless) in [
            (9, (false, false), (false, false), (false, false)),
            (10, (true, true), (false, true), (true, true)),
            (19, (true, true), (false, true), (true, true)),
            (20, (false, false), (false, false), (true, true)),
        ] {
            let now = Millis(now);
            let of = |grant: &Grant| (grant.holds_at(now), grant.lasts_at(now));
            assert_eq!(
                (of(&grant), of(&suspended), of(&endless)),
                (of_grant, of_suspended, of_endless),
                "{now:?}"
            );
            assert_eq!(of(&revoked), (false, false), "{now:?}");
        }
    }
}
