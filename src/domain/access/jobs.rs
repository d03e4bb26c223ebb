//! Follow-up jobs about access.

use crate::{
    access::ban::Ban,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// Repeats the eject that follows a ban's commit, in case the process was killed in between.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnforceBan {
    pub ban: Ban,
}

impl Job for EnforceBan {
    const NAME: &'static str = "enforce_ban";
    const LANE: Lane = Lane::Doors;
}
