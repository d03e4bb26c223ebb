//! Accounts and recurring prices as the payment provider knows them, and what it told about changes of plans.

use crate::{
    catalogue::prices::{self, money},
    db::{
        connections::{Db, Tx},
        sql::{Row, args, statements},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    id::*,
    money::{
        billing::{ChangeCost, Interval},
        jobs::{EraseCustomer, UpdateCustomer},
        recurring::{change::PlanPreview, plan::Plan},
    },
    time::{Millis, Span},
};

statements! {
    CUSTOMER_OF = "SELECT customer FROM provider_customers WHERE account_id = $1";
    /// The first one stays.
    KEEP_CUSTOMER = "INSERT INTO provider_customers (account_id, customer, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
    PRICE_OF = "SELECT provider_price FROM provider_prices WHERE price_id = $1 AND charged_every = $2";
    KEEP_PRICE = "INSERT INTO provider_prices (price_id, charged_every, provider_price, created_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT DO NOTHING";
    PRICE = concat!("SELECT ", prices::columns!(), " FROM prices WHERE id = $1");
    PREVIEW = "SELECT charged_every, item, provider_price, at, total, due, currency FROM plan_changes WHERE subscription_id = $1";
    KEEP_PREVIEW = "INSERT INTO plan_changes (subscription_id, charged_every, item, provider_price, at, total, due, currency)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (subscription_id) DO UPDATE SET charged_every = $2, item = $3, provider_price = $4, at = $5, total = $6, due = $7,
            currency = $8";
    ERASE = "UPDATE provider_customers SET erase_at = $2 WHERE account_id = $1 AND erased_at IS NULL";
    TO_ERASE = "SELECT customer FROM provider_customers WHERE account_id = $1 AND erase_at IS NOT NULL";
    UNERASED = "SELECT account_id FROM provider_customers WHERE erase_at IS NOT NULL ORDER BY erase_at, account_id LIMIT $1";
    ERASED = "UPDATE provider_customers SET erase_at = NULL, erased_at = $2 WHERE account_id = $1";
    /// Known to the provider, and not to be forgotten.
    KNOWN = "SELECT customer FROM provider_customers WHERE account_id = $1 AND erase_at IS NULL AND erased_at IS NULL";
    FORGET_PREVIEW = "DELETE FROM plan_changes WHERE subscription_id = $1";
}

fn preview(row: &Row) -> Result<PlanPreview, StoreError> {
    let (total, due) = (money(row, "total", "currency")?, money(row, "due", "currency")?);
    Ok(PlanPreview {
        every: row.code("charged_every", Interval::from_code)?,
        item: row.get("item")?,
        price: row.get("provider_price")?,
        at: row.get("at")?,
        cost: ChangeCost { total, due },
    })
}

pub struct Customers<'a>(pub(crate) &'a Db);

impl Customers<'_> {
    pub async fn of_account(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        let row = self.0.row(CUSTOMER_OF, args![account]).await?;
        row.map(|row| row.get("customer")).transpose()
    }

    /// Keeps the provider's id of an account, unless it has one.
    pub async fn keep(&self, account: AccountId, customer: &str, now: Millis) -> Result<(), StoreError> {
        self.0.run(KEEP_CUSTOMER, args![account, customer, now]).await.map(drop)
    }

    pub async fn price(&self, price: PriceId, every: Interval) -> Result<Option<String>, StoreError> {
        let row = self.0.row(PRICE_OF, args![price, every.code()]).await?;
        row.map(|row| row.get("provider_price")).transpose()
    }

    /// The plan of a price, also of one that is sold no longer.
    pub async fn plan(&self, price: PriceId) -> Result<Option<Plan>, StoreError> {
        let row = self.0.row(PRICE, args![price]).await?.ok_or(StoreError::NotFound)?;
        Ok(prices::read(&row)?.kind.plan())
    }

    /// What was told last about another plan.
    pub async fn preview(&self, id: SubscriptionId) -> Result<Option<PlanPreview>, StoreError> {
        self.0.row(PREVIEW, args![id]).await?.as_ref().map(preview).transpose()
    }

    /// Keeps the provider's id of a price, unless it has one.
    pub async fn keep_price(
        &self,
        price: PriceId,
        every: Interval,
        provider: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.0.run(KEEP_PRICE, args![price, every.code(), provider, now]).await.map(drop)
    }
}

impl Customers<'_> {
    /// The provider's id of a deleted account of which it still knows the person.
    pub async fn to_erase(&self, account: AccountId) -> Result<Option<String>, StoreError> {
        let row = self.0.row(TO_ERASE, args![account]).await?;
        row.map(|row| row.get("customer")).transpose()
    }

    pub async fn mark_erased(&self, account: AccountId, now: Millis) -> Result<(), StoreError> {
        self.0.run(ERASED, args![account, now]).await.map(drop)
    }

    /// Enqueues the jobs that have people forgotten, for each person at most one an hour; the longest due first.
    pub async fn enqueue_erasures(&self, limit: usize, now: Millis) -> Result<(), StoreError> {
        for row in self.0.rows(UNERASED, args![limit as i64]).await? {
            let mut tx = self.0.begin().await?;
            enqueue_erasure(&mut tx, row.get("account_id")?, now).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}

async fn enqueue_erasure(tx: &mut Tx<'_>, account: AccountId, now: Millis) -> Result<(), StoreError> {
    let hour = now.0.div_euclid(Span::hours(1).0);
    let key = format!("erase-customer:{account}:{hour}");
    jobs::enqueue(tx, &EraseCustomer { account }, Some(&key), now).await.map(drop)
}

impl Tx<'_> {
    /// Has the provider forget the person of an account, if it knows one.
    pub(crate) async fn erase_customer(&mut self, account: AccountId, now: Millis) -> Result<(), StoreError> {
        match self.run(ERASE, args![account, now]).await? {
            0 => Ok(()),
            _ => enqueue_erasure(self, account, now).await,
        }
    }

    /// Has the provider told the address that an account has after this transaction, if it knows the account.
    pub(crate) async fn tell_customer_address(
        &mut self,
        account: AccountId,
        now: Millis,
    ) -> Result<(), StoreError> {
        if self.row(KNOWN, args![account]).await?.is_some() {
            jobs::enqueue(self, &UpdateCustomer { account }, None, now).await?;
        }
        Ok(())
    }

    /// Keeps what another plan costs, in place of what was told before.
    pub async fn keep_preview(
        &mut self,
        id: SubscriptionId,
        preview: &PlanPreview,
    ) -> Result<(), StoreError> {
        let PlanPreview { every, item, price, at, cost } = preview;
        let (total, due) = (cost.total.minor, cost.due.minor);
        let row = args![id, every.code(), item, price, *at, total, due, cost.due.currency.code()];
        self.run(KEEP_PREVIEW, row).await.map(drop)
    }

    pub async fn forget_preview(&mut self, id: SubscriptionId) -> Result<(), StoreError> {
        self.run(FORGET_PREVIEW, args![id]).await.map(drop)
    }
}
