//! Repeats what was done right after a ban's commit, in case the process died in between.

use crate::app::App;
use anyhow::Result;
use domain::{
    access::ban::{Ban, BanKind},
    change::Change,
};

pub async fn enforce(app: &App, ban: &Ban) -> Result<()> {
    if ban.kind == BanKind::Ban {
        app.services.changed(&[Change::Banned { space: ban.space, account: ban.account }]);
    }
    Ok(())
}
