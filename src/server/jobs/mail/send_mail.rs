//! Sends one mail; its job's id makes the message's id, so a repeat is the same message.

use crate::app::App;
use anyhow::Result;
use domain::{
    id::{JobId, PurchaseId},
    mail::Mail,
};
use views::mail::Receipt;

pub async fn send(app: &App, job: JobId, mail: Mail) -> Result<()> {
    Ok(app.mailer.send(job, mail).await?)
}

/// The confirmation of a purchase, with what it opened.
pub async fn receipt(app: &App, job: JobId, purchase: PurchaseId) -> Result<()> {
    let purchase = app.store.purchases().by_id(purchase).await?;
    let account = app.store.accounts().by_id(purchase.account).await?;
    let space = app.store.spaces().by_id(purchase.space).await?;
    let (url, reference) = (app.url(&format!("/{}", space.slug)), purchase.id.to_string());
    let receipt = Receipt {
        pass: &purchase.title,
        space: &space.name,
        amount: purchase.amount,
        url: &url,
        reference: &reference,
    };
    send(app, job, views::mail::purchase(&account.email, &receipt)).await
}
