//! Orders over an amount that the buyer chose.

use crate::{
    db::{
        connections::Tx,
        sql::{args, statements},
    },
    money::checkouts::Opened,
};
use domain::{amount::Money, error::StoreError, id::*, money::checkout::OPEN_FOR, time::Millis};

statements! {
    /// Never below what the price asks at least.
    OPEN_CHOSEN = "INSERT INTO checkouts (id, purchase_id, account_id, email, space_id, pass_id, price_id, title, amount, currency,
            state, attempt, created_at, expires_at, terms_version, access_for, access_until, discount, questions)
        SELECT $1, $2, a.id, a.email, p.space_id, p.id, r.id, p.title, CAST($7 AS BIGINT), r.currency, 'held', 1, $5, $6,
            a.terms_version, p.access_for, p.access_until, 0, p.questions
        FROM accounts a CROSS JOIN passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE a.id = $3 AND p.id = $4 AND r.id = $8 AND r.kind = 'chosen' AND r.amount <= CAST($7 AS BIGINT)
            AND r.currency = $9 AND p.withdrawn_at IS NULL ON CONFLICT DO NOTHING";
}

impl Tx<'_> {
    /// As [`Tx::open_checkout`], over the amount that the buyer chose at this price. Returns `None` also if the pass has another price
    /// by now, or the amount is too small for this one.
    pub async fn open_chosen(
        &mut self,
        account: AccountId,
        pass: PassId,
        (price, amount): (PriceId, Money),
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        self.lock_space_of_pass(pass).await?;
        let id = CheckoutId::new();
        let (minor, currency) = (amount.minor, amount.currency.code());
        let row = args![id, PurchaseId::new(), account, pass, now, now + OPEN_FOR, minor, price, currency];
        let new = self.run(OPEN_CHOSEN, row).await? == 1;
        self.opened(new, id, (account, pass), now).await
    }
}
