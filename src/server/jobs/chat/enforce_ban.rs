//! Repeats what was done right after a ban's commit, in case the process died in between.

use crate::{app::App, jobs::RunJob};
use anyhow::Result;
use domain::{
    access::{ban::BanKind, jobs::EnforceBan},
    change::Change,
    id::JobId,
};

impl RunJob for EnforceBan {
    async fn run(self, app: &App, _: JobId) -> Result<()> {
        if self.ban.kind == BanKind::Ban {
            app.services.changed(&[Change::Banned { space: self.ban.space, account: self.ban.account }]);
        }
        Ok(())
    }
}
