//! Why somebody may or may not pass a door: the steps that [`super::admit`] itself took, in its order.

use crate::{
    access::admit::{Admission, Door, Facts, decide},
    time::Millis,
};

/// A rule of the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Rule {
    /// On the team of the space.
    Team,
    /// The space is public.
    Public,
    /// Signed in.
    Account,
    /// Not banned.
    Ban,
    /// Came by a link that invites.
    Invite,
    /// Knows the passphrase.
    Passphrase,
    /// A pass that opens it.
    Pass,
    /// A pass that opens it is not paused.
    Paused,
    /// Watches the first minutes for free.
    Preview,
    /// It is one of the devices on which the pass may be used.
    Device,
    /// What the state of the show, or the kind of the experience, allows.
    Open,
    /// Not muted.
    Mute,
}

/// What a rule said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It is not why they get in, and does not keep them out: the next rule was asked.
    Lacks,
    /// It does not keep them out: the next rule was asked.
    Holds,
    /// By this they get in, as far as the rules after it do not keep them out.
    Opens,
    /// This keeps them out.
    Refuses,
}

impl Outcome {
    pub(super) fn of(admission: &Admission) -> Self {
        if admission.admitted() { Self::Opens } else { Self::Refuses }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RuleStep {
    pub rule: Rule,
    pub outcome: Outcome,
}

/// A decision, and how it came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    pub admission: Admission,
    /// The rules that were asked, in their order; the last ones decided.
    pub steps: Vec<RuleStep>,
}

/// Decides as [`super::admit::admit`] does, by the same function.
pub fn explain(facts: &Facts<'_>, door: Door, now: Millis) -> Explanation {
    let mut steps = Vec::new();
    let admission = decide(facts, door, now, &mut |rule, outcome| steps.push(RuleStep { rule, outcome }));
    Explanation { admission, steps }
}
