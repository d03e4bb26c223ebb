//! Grants whose time is over: written as ended once, and whatever is still open through them is closed. The doors themselves
//! compare the time at each entry and do not wait for this.

use crate::app::App;
use anyhow::Result;
use domain::{access::grant::Grant, change::Change, clock::Clock};

pub async fn sweep(app: &App) -> Result<()> {
    let now = app.clock.now();
    for grant in app.store.grants().due(now).await? {
        if app.store.grants().expire(grant.id, now).await? {
            let Grant { id, space, account, .. } = grant;
            app.services.changed(&[Change::GrantEnded { space, account, grant: id }]);
        }
    }
    Ok(())
}
