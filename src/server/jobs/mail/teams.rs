//! Mail about teams, about what they are paid, and about spaces that were closed.

use super::send;
use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    access::jobs::{CloseSpace, SendClosing, SendComp, SendDeparture, SendHandover, SendInvitation},
    id::JobId,
    mail::MailError,
    money::payouts::jobs::SendPayoutFailure,
};
use service::{
    access::comps::{self, Given},
    catalogue::closings,
    money::payouts,
    people::{
        invitations::{HandedOver, due, handed_over},
        teams::departed,
    },
};
use views::{
    access::{
        closing, departure,
        invitation::{self, Handover, InvitationPage},
    },
    money::{buying::gifts, comps as given, desk, payouts as paid},
};

impl RunJob for CloseSpace {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        Ok(closings::finish(&app.services, &self).await?)
    }
}

impl RunJob for SendClosing {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some((space, email)) = closings::due(&app.services, &self).await? else { return Ok(()) };
        let url = app.url("/account/purchases");
        send(app, id, &email, || closing::closed(&email, &space, &url)).await
    }
}

impl RunJob for SendInvitation {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(invited) = due(&app.services, &self).await? else { return Ok(()) };
        let page = InvitationPage {
            invitation: &invited.invitation,
            inviter: &invited.inviter,
            spaces: &invited.spaces,
        };
        let url = app.url(&format!("/account/invitations/{}", invited.invitation.id));
        let sent = send(app, id, &invited.invitation.email, || invitation::invitation(&page, &url)).await;
        match sent.as_ref().map_err(|error| error.downcast_ref::<MailError>()) {
            // The address may be anything that a member typed, so a refused one is not a problem for operators.
            Err(Some(MailError::Refused(why))) => {
                tracing::info!(job = %id, why, "an invitation cannot be sent");
                Ok(())
            }
            _ => sent,
        }
    }
}

impl RunJob for SendComp {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(Given { comp, pass, space, from }) = comps::due(&app.services, &self).await? else {
            return Ok(());
        };
        let url = app.url(&format!("/account/comps/{}", comp.id));
        let write = || match &from {
            Some(from) => gifts::given(&comp.email, from, &space, &pass, &url),
            None => given::given(&comp, &space, &pass, &url),
        };
        let sent = send(app, id, &comp.email, write).await;
        match sent.as_ref().map_err(|error| error.downcast_ref::<MailError>()) {
            // As with invitations, the address may be anything.
            Err(Some(MailError::Refused(why))) => {
                tracing::info!(job = %id, why, "a pass that was given cannot be mailed");
                Ok(())
            }
            _ => sent,
        }
    }
}

impl RunJob for SendPayoutFailure {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(failed) = payouts::failed(&app.services, self.payout, self.reader).await? else {
            return Ok(());
        };
        let url = app.url(&failed.space.map_or_else(|| paid::path(self.payout), desk::path));
        send(app, id, &failed.email, || paid::failed(&failed.email, failed.payout.amount, &url)).await
    }
}

impl RunJob for SendHandover {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let HandedOver { from, to, spaces } = handed_over(&app.services, &self).await?;
        let url = app.url(&format!("/account/teams/{}", self.team));
        let handover = Handover { from: &from, to: &to, spaces: &spaces, left: self.left, url: &url };
        if self.reader == self.from {
            send(app, id, &from.email, || invitation::handed_over(&handover)).await
        } else {
            send(app, id, &to.email, || invitation::taken_over(&handover)).await
        }
    }
}

impl RunJob for SendDeparture {
    async fn run(self, app: &App, id: JobId) -> Result<()> {
        let Some(email) = departed(&app.services, &self).await? else { return Ok(()) };
        let url = app.url(&format!("/account/teams/{}", self.team));
        send(app, id, &email, || departure::departed(&email, &self.name, self.role, &url)).await
    }
}
