//! What a person is to the passes of a space: which action a page offers them, if any. Who enters is decided by
//! [`super::admit`] alone.

use crate::{
    access::{ban::KeptOut, grant::Grant},
    catalogue::offer::Pass,
    id::ExperienceId,
    time::Millis,
};

/// How a person relates to a pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// May take or buy it.
    Buyer,
    /// Holds it.
    Holder,
    /// Holds other passes that together open everything that this one opens.
    Covered,
    /// Is on the space's team and has access anyway.
    Team,
    /// Is banned from the space: may neither get it nor use it.
    Banned,
}

/// A person, or a visitor who is not signed in, before the passes of a space.
#[derive(Clone, Copy, Debug)]
pub struct Customer<'a> {
    /// Is on the space's team.
    pub team: bool,
    pub kept_out: Option<KeptOut>,
    /// The passes of the space, including withdrawn ones.
    pub passes: &'a [Pass],
    /// The person's grants in the space.
    pub grants: &'a [Grant],
    pub now: Millis,
}

impl Customer<'_> {
    pub fn relation(&self, pass: &Pass) -> Relation {
        if self.team {
            Relation::Team
        } else if self.kept_out.is_some() {
            Relation::Banned
        } else if self.holds(pass) {
            Relation::Holder
        } else if !pass.includes.is_empty() && pass.includes.iter().all(|e| self.opens(*e)) {
            Relation::Covered
        } else {
            Relation::Buyer
        }
    }

    /// Whether they hold the pass, also while a ban keeps them out.
    pub fn holds(&self, pass: &Pass) -> bool {
        self.grants.iter().any(|grant| grant.pass == pass.id && grant.lasts_at(self.now))
    }

    /// Whether their passes open an experience to them.
    pub fn opens(&self, experience: ExperienceId) -> bool {
        let opens = |grant: &Grant| {
            self.passes.iter().any(|p| p.id == grant.pass && p.opens_since(experience, grant.starts_at))
        };
        self.kept_out.is_none() && self.grants.iter().any(|grant| grant.holds_at(self.now) && opens(grant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        access::ban::NEVER,
        catalogue::offer::{Price, PriceKind},
        id::*,
        money::selling::Selling,
    };
    use uuid::Uuid;

    const NOW: Millis = Millis(1_000);

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn pass(n: u128, includes: &[u128]) -> Pass {
        Pass {
            id: PassId(id(n)),
            space: SpaceId(id(1)),
            slug: String::new(),
            title: String::new(),
            about: String::new(),
            price: Price { id: PriceId(id(n)), kind: PriceKind::Free },
            position: 0,
            includes: includes.iter().map(|e| ExperienceId(id(*e))).collect(),
            included_until: Vec::new(),
            withdrawn_at: None,
            selling: Selling::default(),
            asked: Vec::new(),
            left: None,
        }
    }

    #[test]
    fn a_pass_opens_for_some_what_it_includes_and_what_it_included() {
        let mut pass = pass(1, &[3, 2]);
        pass.included_until = [4, 3].map(|e| (ExperienceId(id(e)), NOW)).to_vec();
        assert_eq!(pass.opens_for_some(), [2, 3, 4].map(|e| ExperienceId(id(e))));
    }

    fn grant(pass: &Pass) -> Grant {
        Grant {
            id: GrantId(id(50)),
            account: AccountId(id(2)),
            pass: pass.id,
            space: pass.space,
            purchase: None,
            starts_at: Millis(0),
            expires_at: None,
            suspended_at: None,
            revoked_at: None,
        }
    }

    /// By what the person holds: to the large pass, to the small one within it, and to one that opens nothing.
    #[test]
    fn a_page_offers_what_the_table_says() {
        use Relation::*;
        let passes = [pass(10, &[20, 21]), pass(11, &[20]), pass(12, &[])];
        let (large, small) = (grant(&passes[0]), grant(&passes[1]));
        let suspended = Grant { suspended_at: Some(NOW), ..large.clone() };
        let revoked = Grant { revoked_at: Some(NOW), ..large.clone() };
        let banned = KeptOut::by(Some(NEVER), NOW);
        let ended = KeptOut::by(Some(NOW), NOW);
        let table = [
            (false, None, vec![], [Buyer, Buyer, Buyer]),
            (false, None, vec![large.clone()], [Holder, Covered, Buyer]),
            (false, None, vec![small], [Buyer, Holder, Buyer]),
            (false, None, vec![suspended], [Holder, Buyer, Buyer]),
            (false, None, vec![revoked], [Buyer, Buyer, Buyer]),
            (false, banned, vec![], [Banned, Banned, Banned]),
            (false, banned, vec![large.clone()], [Banned, Banned, Banned]),
            (false, ended, vec![large.clone()], [Holder, Covered, Buyer]),
            (true, None, vec![], [Team, Team, Team]),
            (true, banned, vec![large], [Team, Team, Team]),
        ];
        for (team, kept_out, grants, expected) in table {
            let customer = Customer { team, kept_out, passes: &passes, grants: &grants, now: NOW };
            assert_eq!([0, 1, 2].map(|n: usize| customer.relation(&passes[n])), expected, "{customer:?}");
        }
    }

    #[test]
    fn who_is_kept_out_holds_passes_that_open_nothing() {
        let passes = [pass(10, &[20])];
        let grants = [grant(&passes[0])];
        let inside = Customer { team: false, kept_out: None, passes: &passes, grants: &grants, now: NOW };
        let outside = Customer { kept_out: Some(KeptOut { until: None }), ..inside };
        let show = ExperienceId(id(20));
        assert_eq!((inside.holds(&passes[0]), inside.opens(show)), (true, true));
        assert_eq!((outside.holds(&passes[0]), outside.opens(show)), (true, false));
    }

    #[test]
    fn a_ban_keeps_out_until_its_end() {
        let until = |end| KeptOut::by(end, NOW).map(|kept_out| kept_out.until);
        assert_eq!(until(None), None);
        assert_eq!(until(Some(NOW)), None);
        assert_eq!(until(Some(Millis(1_001))), Some(Some(Millis(1_001))));
        assert_eq!(until(Some(NEVER)), Some(None));
    }
}
