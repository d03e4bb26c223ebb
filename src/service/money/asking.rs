//! What a pass asks whoever gets it.

use crate::{ServiceResult, Services};
use domain::{
    access::may::Action,
    change::Change,
    id::{AccountId, PassId, QuestionId},
    money::asking::AskedQuestion,
};

/// Asks one thing more. Open orders end: their buyers were not asked.
///
/// # Errors
/// `Conflict("questions")` if the pass asks as much as a pass can.
pub async fn add(
    services: &Services,
    by: AccountId,
    pass: PassId,
    question: AskedQuestion,
) -> ServiceResult<()> {
    let space = services.store.passes().by_id(pass).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Pass { space, pass }], services.now());
    let mut tx = services.store.begin().await?;
    let words = question.words.clone();
    tx.ask(pass, question).await?;
    tx.commit_audited(services.act(by, "pass.ask", pass, words)?, &changes, now).await?;
    services.changed(&changes);
    Ok(())
}

/// Stops asking something; what was answered stays with the orders. Asking for it twice changes nothing.
pub async fn remove(
    services: &Services,
    by: AccountId,
    pass: PassId,
    question: QuestionId,
) -> ServiceResult<()> {
    let space = services.store.passes().by_id(pass).await?.space;
    services.authorise(by, space, Action::EditOffer).await?;
    let (changes, now) = ([Change::Pass { space, pass }], services.now());
    let mut tx = services.store.begin().await?;
    if tx.stop_asking(pass, question).await? {
        tx.commit_audited(services.act(by, "pass.stop_asking", pass, "")?, &changes, now).await?;
        services.changed(&changes);
    }
    Ok(())
}
