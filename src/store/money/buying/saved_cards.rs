//! Saved cards, and orders that are paid with them.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, row, statements},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    id::*,
    money::{billing::CardFacts, buying::cards::SavedCard, jobs::ForgetCard},
    time::Millis,
};

row! {
    fn read -> SavedCard {
        id: "id",
        account: "account_id",
        brand: "brand",
        last4: "last4",
        exp_month: "exp_month",
        exp_year: "exp_year",
    }
}

statements! {
    /// The newest first.
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM saved_cards WHERE account_id = $1 ORDER BY saved_at DESC, id DESC LIMIT 20");
    /// Not of an account that was deleted.
    KEEP = "INSERT INTO saved_cards (id, account_id, brand, last4, exp_month, exp_year, saved_at)
        SELECT $1, k.account_id, $3, $4, $5, $6, $7 FROM provider_customers k JOIN accounts a ON a.id = k.account_id
        WHERE k.customer = $2 AND a.deleted_at IS NULL
        ON CONFLICT (id) DO UPDATE SET brand = $3, last4 = $4, exp_month = $5, exp_year = $6";
    FORGET = "DELETE FROM saved_cards WHERE id = $1";
    REMOVE = "DELETE FROM saved_cards WHERE id = $1 AND account_id = $2";
    FORGET_ALL = "DELETE FROM saved_cards WHERE account_id = $1 RETURNING id";
    /// Only a card of the buyer, and only while nobody was asked for the money.
    PAY_WITH = "UPDATE checkouts SET card = $2, card_absent = $3, card_refused = NULL
        WHERE id = $1 AND state = 'held' AND request IS NULL AND plan_every IS NULL
        AND EXISTS (SELECT 1 FROM saved_cards s WHERE s.id = $2 AND s.account_id = checkouts.account_id)";
    KEEP_CARD = "UPDATE checkouts SET keeps_card = $2 WHERE id = $1 AND state = 'held' AND request IS NULL";
}

pub struct SavedCards<'a>(pub(crate) &'a Db);

impl SavedCards<'_> {
    /// The newest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<SavedCard>, StoreError> {
        self.0.rows(OF_ACCOUNT, args![account]).await?.iter().map(read).collect()
    }

    /// Writes a card as the provider tells it now. One without a customer of ours is saved no longer.
    pub async fn apply(&self, card: &CardFacts, now: Millis) -> Result<(), StoreError> {
        let CardFacts { id, customer, brand, last4, exp_month, exp_year } = card;
        let kept = match customer {
            Some(customer) => {
                let row = args![id, customer, brand, last4, *exp_month, *exp_year, now];
                self.0.run(KEEP, row).await?
            }
            None => 0,
        };
        if kept == 0 {
            self.0.run(FORGET, args![id]).await?;
        }
        Ok(())
    }
}

impl Tx<'_> {
    /// Pays an order with a saved card of its buyer; `absent`: without them. False if the card is not theirs, or the provider was asked
    /// for the money already.
    pub async fn pay_with(
        &mut self,
        order: CheckoutId,
        card: &str,
        absent: bool,
    ) -> Result<bool, StoreError> {
        Ok(self.run(PAY_WITH, args![order, card, absent]).await? == 1)
    }

    /// Whether the card is saved with which an order is paid on the page. Nothing changes once the page was asked for.
    pub async fn keep_card(&mut self, order: CheckoutId, keeps: bool) -> Result<bool, StoreError> {
        Ok(self.run(KEEP_CARD, args![order, keeps]).await? == 1)
    }

    /// False if it is none of the account's.
    pub async fn remove_card(&mut self, account: AccountId, card: &str) -> Result<bool, StoreError> {
        Ok(self.run(REMOVE, args![card, account]).await? == 1)
    }

    /// Takes all cards of an account that is deleted from it, here and, by a job, at the provider.
    pub(crate) async fn forget_cards(&mut self, account: AccountId, now: Millis) -> Result<(), StoreError> {
        for row in self.rows(FORGET_ALL, args![account]).await? {
            let card: String = row.get("id")?;
            let key = format!("forget-card:{card}");
            jobs::enqueue(self, &ForgetCard { card }, Some(&key), now).await?;
        }
        Ok(())
    }
}
