//! Follow-up jobs about people.

use crate::{
    id::AccountId,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// Takes the name of a deleted account out of the journals, where each line carries the name of its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForgetName {
    pub account: AccountId,
}

impl Job for ForgetName {
    const NAME: &'static str = "forget_name";
    const LANE: Lane = Lane::Upkeep;
}
