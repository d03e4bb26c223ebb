//! Repeats what was done right after a ban's commit, in case the process died in between.

use crate::app::App;
use anyhow::Result;
use domain::access::{
    ban::{Ban, BanKind},
    eject::{EjectReason, EjectTarget},
};

pub async fn enforce(app: &App, ban: &Ban) -> Result<()> {
    if ban.kind == BanKind::Ban {
        let target = EjectTarget::Account(ban.space, ban.account);
        app.warm_facts.forget(target);
        app.house.eject(target, EjectReason::Banned);
    }
    Ok(())
}
