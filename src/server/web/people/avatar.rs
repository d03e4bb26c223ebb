//! The picture of a person.

use crate::app::App;
use crate::web::{
    error::{WebResult, refused},
    flash,
    people::{
        account::home_page,
        session::SignedIn,
        upload::{self, Upload},
    },
};
use axum::extract::State;
use domain::picture::Purpose;
use service::catalogue::pictures;
use views::people::account::ProfileDraft;

pub async fn show(State(app): State<App>, me: SignedIn, upload: Upload) -> WebResult {
    let by = me.0.account.id;
    let saved = match upload::process(&app, by, Purpose::Avatar, upload.file).await {
        Ok(new) => {
            let saved = pictures::set_avatar(&app.services, by, Some(&new)).await;
            upload::form_result(Purpose::Avatar.code(), saved)?
        }
        Err(errors) => Err(errors),
    };
    match saved {
        Ok(()) => Ok(flash::redirect(&app, "/account", "This is your picture now.")),
        Err(errors) => {
            let draft = ProfileDraft::from(&me.0.account);
            Ok(refused(home_page(&app, &me, &draft, &errors).await?, &errors))
        }
    }
}

pub async fn remove(State(app): State<App>, me: SignedIn) -> WebResult {
    pictures::set_avatar(&app.services, me.0.account.id, None).await?;
    Ok(flash::redirect(&app, "/account", "Your picture is removed."))
}
