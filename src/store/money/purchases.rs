//! The record of money that was paid.

use crate::{
    catalogue::passes::money,
    db::{
        connections::{Db, Tx},
        sql::{Row, args, statements},
    },
};
use domain::{amount::Money, error::StoreError, id::*, money::checkout::Checkout, time::Millis};

statements! {
    BY_ID = "SELECT * FROM purchases WHERE id = $1";
    OF_ACCOUNT = "SELECT * FROM purchases WHERE account_id = $1 ORDER BY paid_at DESC, id DESC";
    OF_SPACE = "SELECT * FROM purchases WHERE space_id = $1 ORDER BY paid_at DESC, id DESC";
    SURPLUS = "SELECT * FROM purchases WHERE surplus = 1 ORDER BY paid_at, id";
    INSERT = "INSERT INTO purchases (id, checkout_id, account_id, space_id, pass_id, title, amount, currency, provider_session, paid_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    MARK_SURPLUS = "UPDATE purchases SET surplus = 1 WHERE id = $1";
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purchase {
    pub id: PurchaseId,
    pub checkout: CheckoutId,
    pub account: AccountId,
    pub space: SpaceId,
    pub pass: PassId,
    /// The pass's when it was bought.
    pub title: String,
    pub amount: Money,
    pub provider_session: Option<String>,
    /// Paid for a pass that was held already: the money is to go back.
    pub surplus: bool,
    pub paid_at: Millis,
}

pub struct Purchases<'a>(pub(crate) &'a Db);

fn read(row: &Row) -> Result<Purchase, StoreError> {
    Ok(Purchase {
        id: row.get("id")?,
        checkout: row.get("checkout_id")?,
        account: row.get("account_id")?,
        space: row.get("space_id")?,
        pass: row.get("pass_id")?,
        title: row.get("title")?,
        amount: money(row)?,
        provider_session: row.get("provider_session")?,
        surplus: row.get("surplus")?,
        paid_at: row.get("paid_at")?,
    })
}

impl Purchases<'_> {
    pub async fn by_id(&self, id: PurchaseId) -> Result<Purchase, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// A person's, the newest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<Purchase>, StoreError> {
        self.0.rows(OF_ACCOUNT, args![account]).await?.iter().map(read).collect()
    }

    /// Those made in a space, the newest first.
    pub async fn of_space(&self, space: SpaceId) -> Result<Vec<Purchase>, StoreError> {
        self.0.rows(OF_SPACE, args![space]).await?.iter().map(read).collect()
    }

    /// Those whose money is to go back, the oldest first.
    pub async fn surplus(&self) -> Result<Vec<Purchase>, StoreError> {
        self.0.rows(SURPLUS, args![]).await?.iter().map(read).collect()
    }
}

pub(crate) async fn insert(tx: &mut Tx<'_>, checkout: &Checkout, now: Millis) -> Result<(), StoreError> {
    let Checkout { id, purchase, account, space, pass, title, amount, provider_session, .. } = checkout;
    let session = provider_session.as_deref();
    let row = args![
        *purchase,
        *id,
        *account,
        *space,
        *pass,
        title,
        amount.minor,
        amount.currency.code(),
        session,
        now,
    ];
    tx.run(INSERT, row).await.map(drop)
}

pub(crate) async fn mark_surplus(tx: &mut Tx<'_>, id: PurchaseId) -> Result<(), StoreError> {
    tx.run(MARK_SURPLUS, args![id]).await.map(drop)
}
