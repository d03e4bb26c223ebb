//! Follow-up jobs of what operators decide.

use crate::{
    id::{AccountId, ReportId, SpaceId, SuspensionId},
    work::{Job, Lane},
};
use serde::{Deserialize, Serialize};

/// The mail that answers a report. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendReportAnswer {
    pub report: ReportId,
}

impl Job for SendReportAnswer {
    const NAME: &'static str = "send_report_answer";
    const LANE: Lane = Lane::Notices;
}

/// The mail that brings a letter to one operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendLetter {
    pub report: ReportId,
    pub operator: AccountId,
}

impl Job for SendLetter {
    const NAME: &'static str = "send_letter";
    const LANE: Lane = Lane::Notices;
}

/// Tells somebody that operators took a picture away: an owner of its space, or the person whom it showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendTakenDown {
    pub reader: AccountId,
    /// The code of a [`crate::picture::Purpose`].
    pub picture: String,
    /// Of the space; empty for a person.
    pub space: String,
    pub reason: String,
}

impl Job for SendTakenDown {
    const NAME: &'static str = "send_taken_down";
    const LANE: Lane = Lane::Notices;
}

/// Ends what is on air in a suspended space, and its encoders.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndSuspendedShows {
    pub space: SpaceId,
}

impl Job for EndSuspendedShows {
    const NAME: &'static str = "end_suspended_shows";
    const LANE: Lane = Lane::Doors;
}

/// Enqueues a [`SendSuspensionNotice`] for the team of a space and for everybody who holds a pass of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TellOfSuspension {
    pub suspension: SuspensionId,
    /// It was lifted.
    pub lifted: bool,
}

impl Job for TellOfSuspension {
    const NAME: &'static str = "tell_of_suspension";
    const LANE: Lane = Lane::Notices;
}

/// The mail to one person. Its text is rendered when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SendSuspensionNotice {
    pub suspension: SuspensionId,
    pub account: AccountId,
    pub lifted: bool,
}

impl SendSuspensionNotice {
    /// Under this key it is enqueued once, so the person gets one mail.
    pub fn key(&self) -> String {
        let what = if self.lifted { "lifted" } else { "made" };
        format!("suspension:{}:{what}:{}", self.suspension, self.account)
    }
}

impl Job for SendSuspensionNotice {
    const NAME: &'static str = "send_suspension_notice";
    const LANE: Lane = Lane::Notices;
}
