//! What each role of a team may do. One table for pages, API, command line and chat commands.

use crate::people::account::TeamRole;

/// An action of team members on their space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Close the space or transfer its ownership.
    CloseSpace,
    /// Invite, remove and change members.
    ManageTeam,
    /// Orders, refunds, payouts.
    ManageMoney,
    /// The e-mail addresses of those who hold or held a pass, or wait for one.
    SeeAddresses,
    /// Say to whom the team's money goes: the account at the payment provider.
    GetPaid,
    /// Statistics of streams and sales.
    SeeAnalytics,
    /// The space's texts, look and publication.
    EditSpace,
    /// Experiences, passes and their prices, scheduled streams.
    EditOffer,
    /// The studio, publishing, the state of a stream.
    Host,
    /// Remove lines, ban, mute, room modes.
    Moderate,
}

/// Whatever is not in the table is refused.
pub const fn may(role: TeamRole, action: Action) -> bool {
    use Action::*;
    match role {
        TeamRole::Owner => true,
        TeamRole::Admin => !matches!(action, CloseSpace | GetPaid),
        TeamRole::Editor => matches!(action, SeeAnalytics | EditSpace | EditOffer | Host | Moderate),
        TeamRole::Moderator => matches!(action, Moderate),
        TeamRole::Analyst => matches!(action, SeeAnalytics),
    }
}

/// Whether a member may give this role to somebody, or take it from them: nobody decides about roles above their own.
pub fn may_give(by: TeamRole, role: TeamRole) -> bool {
    may(by, Action::ManageTeam) && role <= by
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_may_do_what_the_table_says() {
        use Action::*;
        // owner, admin, editor, moderator, analyst
        let table = [
            (CloseSpace, [true, false, false, false, false]),
            (ManageTeam, [true, true, false, false, false]),
            (ManageMoney, [true, true, false, false, false]),
            (SeeAddresses, [true, true, false, false, false]),
            (GetPaid, [true, false, false, false, false]),
            (SeeAnalytics, [true, true, true, false, true]),
            (EditSpace, [true, true, true, false, false]),
            (EditOffer, [true, true, true, false, false]),
            (Host, [true, true, true, false, false]),
            (Moderate, [true, true, true, true, false]),
        ];
        let roles =
            [TeamRole::Owner, TeamRole::Admin, TeamRole::Editor, TeamRole::Moderator, TeamRole::Analyst];
        for (action, expected) in table {
            for (role, expected) in roles.into_iter().zip(expected) {
                assert_eq!(may(role, action), expected, "{role:?} {action:?}");
            }
        }
    }

    #[test]
    fn nobody_gives_or_takes_a_role_above_their_own() {
        use TeamRole::*;
        // owner, admin, editor, moderator, analyst
        let table = [
            (Owner, [true, true, true, true, true]),
            (Admin, [false, true, true, true, true]),
            (Editor, [false; 5]),
            (Moderator, [false; 5]),
            (Analyst, [false; 5]),
        ];
        for (by, expected) in table {
            for (role, expected) in [Owner, Admin, Editor, Moderator, Analyst].into_iter().zip(expected) {
                assert_eq!(may_give(by, role), expected, "{by:?} {role:?}");
            }
        }
    }
}
