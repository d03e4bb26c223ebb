//! The account of a seller at the provider: whether money can be sent to them.

/// A seller's account as the provider reports it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SellerFacts {
    pub id: String,
    /// Our id of the team.
    pub reference: Option<String>,
    /// The owner has gone through the provider's page once.
    pub submitted: bool,
    /// It gets transfers, and its money may go to the bank.
    pub transfers: bool,
    pub payouts: bool,
    /// What the provider asks for, in its codes.
    pub due: Vec<String>,
    /// Why the provider has disabled something, in its code.
    pub disabled: Option<String>,
}

/// What a seller sees of it. A team without an account has none of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SellerState {
    /// The owner has not entered everything.
    Started,
    /// The provider checks what was entered.
    Checking,
    /// The provider asks for more.
    NeedsInformation,
    Enabled,
    /// The provider has closed it; nothing that the owner enters helps.
    Restricted,
}

impl SellerState {
    pub const ALL: [Self; 5] =
        [Self::Started, Self::Checking, Self::NeedsInformation, Self::Enabled, Self::Restricted];
    pub const fn code(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Checking => "checking",
            Self::NeedsInformation => "needs_information",
            Self::Enabled => "enabled",
            Self::Restricted => "restricted",
        }
    }
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Reasons of the provider that the owner, or time, can change. All others close an account.
const OPEN_REASONS: [&str; 4] = [
    "requirements.past_due",
    "requirements.pending_verification",
    "under_review",
    "action_required.requested_capabilities",
];

impl SellerFacts {
    /// Fails closed: money is sent only to an account that gets transfers and pays out.
    pub fn state(&self) -> SellerState {
        let closed = self.disabled.as_deref().is_some_and(|why| !OPEN_REASONS.contains(&why));
        if closed {
            SellerState::Restricted
        } else if self.transfers && self.payouts {
            SellerState::Enabled
        } else if !self.submitted {
            SellerState::Started
        } else if !self.due.is_empty() {
            SellerState::NeedsInformation
        } else {
            SellerState::Checking
        }
    }
}

/// What sellers are told that the provider asks for: its many codes in the few groups that people know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MissingPart {
    Bank,
    Identity,
    Person,
    Business,
    Terms,
    Other,
}

impl MissingPart {
    fn of(code: &str) -> Self {
        if code.contains("verification") {
            return Self::Identity;
        }
        let first = code.split(['.', '_']).next().unwrap_or_default();
        match first {
            "external" => Self::Bank,
            "tos" => Self::Terms,
            "individual" | "person" | "representative" | "owners" | "directors" => Self::Person,
            "business" | "company" => Self::Business,
            _ => Self::Other,
        }
    }

    /// The groups of some codes, each once.
    pub fn of_all<'a>(codes: impl IntoIterator<Item = &'a str>) -> Vec<Self> {
        let mut parts: Vec<Self> = codes.into_iter().map(Self::of).collect();
        parts.sort_unstable();
        parts.dedup();
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(flags: [bool; 3], due: &[&str], disabled: Option<&str>) -> SellerFacts {
        let [submitted, transfers, payouts] = flags;
        SellerFacts {
            id: "acct_1".into(),
            reference: None,
            submitted,
            transfers,
            payouts,
            due: due.iter().map(|&code| code.to_owned()).collect(),
            disabled: disabled.map(str::to_owned),
        }
    }

    #[test]
    fn each_account_has_a_state() {
        use SellerState::*;
        let (bank, document) = (["external_account"], ["individual.verification.document"]);
        for (flags, due, disabled, want) in [
            ([false, false, false], &bank[..], Some("requirements.past_due"), Started),
            ([false, false, false], &[], None, Started),
            ([true, false, false], &[], Some("requirements.pending_verification"), Checking),
            ([true, false, false], &[], Some("under_review"), Checking),
            ([true, true, false], &[], None, Checking),
            ([true, false, false], &bank, Some("requirements.past_due"), NeedsInformation),
            ([true, true, false], &document, Some("requirements.past_due"), NeedsInformation),
            ([true, true, true], &[], None, Enabled),
            // It is asked for something that has time.
            ([true, true, true], &document, None, Enabled),
            ([true, false, false], &[], Some("rejected.fraud"), Restricted),
            ([true, true, true], &[], Some("platform_paused"), Restricted),
            ([true, true, true], &[], Some("a reason of next year"), Restricted),
        ] {
            assert_eq!(facts(flags, due, disabled).state(), want, "{flags:?} {due:?} {disabled:?}");
        }
        for state in SellerState::ALL {
            assert_eq!(SellerState::from_code(state.code()), Some(state));
        }
    }

    #[test]
    fn the_codes_of_the_provider_are_told_in_groups() {
        use MissingPart::*;
        for (codes, want) in [
            (&["tos_acceptance.date", "external_account", "tos_acceptance.ip"][..], &[Bank, Terms][..]),
            (&["individual.dob.day", "individual.first_name", "company.tax_id"], &[Person, Business]),
            (&["individual.verification.document", "person_1.verification.document"], &[Identity]),
            (&["settings.of.next.year"], &[Other]),
            (&[], &[]),
        ] {
            assert_eq!(MissingPart::of_all(codes.iter().copied()), want, "{codes:?}");
        }
    }
}
