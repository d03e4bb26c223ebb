//! Follow-up jobs about waitlists.

use crate::{
    id::{AccountId, WaitlistEntryId},
    time::Millis,
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// What a mail says about an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Letter {
    Received,
    /// With the link by which the pass can be had.
    Offered,
    Rejected,
    /// The seat is offered, and the card that was to pay for it did not.
    NotCharged,
}

/// A mail to somebody who waits for a pass. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendWaitlist {
    pub account: AccountId,
    pub entry: WaitlistEntryId,
    pub letter: Letter,
    /// When the offer ends, of which it tells.
    pub until: Option<Millis>,
}

impl SendWaitlist {
    /// Under this key it is enqueued once: whoever leaves and comes back gets no second receipt, but a mail for each offer.
    pub fn key(&self) -> String {
        match (self.letter, self.until) {
            (Letter::Offered, until) => {
                format!("waitlist:{}:offered:{}", self.entry, until.map_or(0, |until| until.0))
            }
            (Letter::NotCharged, until) => {
                format!("waitlist:{}:not_charged:{}", self.entry, until.map_or(0, |until| until.0))
            }
            (Letter::Received, _) => format!("waitlist:{}:received", self.entry),
            (Letter::Rejected, _) => format!("waitlist:{}:rejected", self.entry),
        }
    }
}

impl Job for SendWaitlist {
    const NAME: &'static str = "send_waitlist";
    const LANE: Lane = Lane::Notices;

    fn expires_at(&self) -> Option<Millis> {
        self.until
    }
}

/// Charges the card of somebody who was offered a seat until a moment, as they have agreed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeAdmitted {
    pub entry: WaitlistEntryId,
    pub until: Millis,
}

impl ChargeAdmitted {
    /// Under this key it is enqueued once for each offer.
    pub fn key(&self) -> String {
        format!("waitlist:{}:charge:{}", self.entry, self.until.0)
    }
}

impl Job for ChargeAdmitted {
    const NAME: &'static str = "charge_admitted";
    const LANE: Lane = Lane::Money;
}
