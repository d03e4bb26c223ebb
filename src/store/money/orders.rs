//! Paid orders as their seller and their buyer see them, with numbers, and the search among those of a team.

use crate::{
    db::{
        connections::Db,
        sql::{MOST_ROWS, Row, SelectIn, Sql, Value, args, statements},
    },
    money::{
        buying::billed,
        purchases::{self, Purchase},
    },
};
use domain::{
    error::StoreError,
    id::*,
    money::{
        buying::billed::BilledCompany,
        number::{InvoiceNumber, OrderSearch},
    },
    time::Millis,
};

/// Selects paid orders with their space and buyer.
macro_rules! orders {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            purchases::columns!("p."),
            ", s.team_id AS seller, p.number, p.invoice_year, p.invoice_number, s.name AS space_name,
            COALESCE(p.seller_name, s.name) AS seller_name, COALESCE(p.seller_slug, s.slug) AS seller_slug,
            COALESCE(p.billed_name, a.name) AS billed_name, p.billed_company, p.billed_address, p.billed_tax_id,
            COALESCE(p.billed_email, CASE WHEN a.deleted_at IS NULL THEN a.email ELSE '' END) AS billed_email,
            CAST(CASE WHEN EXISTS (SELECT 1 FROM refund_wishes w WHERE w.purchase_id = p.id AND w.answered_at IS NULL)
                THEN 1 ELSE 0 END AS BIGINT) AS asks,
            (SELECT o.gift_to FROM checkouts o WHERE o.id = p.checkout_id AND o.guest = 0) AS gift,
            a.name AS buyer_name, CASE WHEN a.email LIKE 'deleted:%' THEN COALESCE(p.billed_email, '') ELSE a.email END AS buyer_email
            FROM purchases p JOIN spaces s ON s.id = p.space_id JOIN accounts a ON a.id = p.account_id ",
            $rest
        )
    };
}

statements! {
    BY_ID = orders!("WHERE p.id = $1");
    OF_TEAM = orders!("WHERE p.team_id = $1 AND (p.paid_at, p.id) < ($2, $3)
        ORDER BY p.paid_at DESC, p.id DESC LIMIT $4");
    ASKING = orders!("WHERE p.team_id = $1 AND (p.paid_at, p.id) < ($2, $3) AND p.id IN (
            SELECT w.purchase_id FROM refund_wishes w WHERE w.team_id = $1 AND w.answered_at IS NULL)
        ORDER BY p.paid_at DESC, p.id DESC LIMIT $4");
    BY_NUMBER = orders!("WHERE p.team_id = $1 AND p.number = $2");
    BY_INVOICE = orders!("WHERE p.team_id = $1 AND p.invoice_year = $2 AND p.invoice_number = $3");
    /// Also what was bought for this address: by visitors who have not proven it, and as gifts.
    BY_ADDRESS = orders!("WHERE p.team_id = $1 AND (p.paid_at, p.id) < ($2, $3) AND p.id IN (
            SELECT x.id FROM accounts b JOIN purchases x ON x.account_id = b.id WHERE b.email = $5
            UNION ALL SELECT o.purchase_id FROM checkouts o WHERE o.gift_to = $5)
        ORDER BY p.paid_at DESC, p.id DESC LIMIT $4");
    TITLES = "SELECT p.id, p.title FROM passes p JOIN spaces s ON s.id = p.space_id WHERE s.team_id = $1 ORDER BY p.id";
}

static OF_PASSES: SelectIn = SelectIn::new(
    orders!("WHERE p.team_id = $1 AND (p.paid_at, p.id) < ($2, $3) AND p.pass_id IN"),
    4,
    "ORDER BY p.paid_at DESC, p.id DESC LIMIT $4",
);

pub(crate) fn of_passes() -> impl Iterator<Item = Sql> {
    OF_PASSES.all()
}

/// A paid order with its numbers, space and buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoldOrder {
    pub purchase: Purchase,
    pub team: TeamId,
    pub number: Option<i64>,
    pub invoice: Option<InvoiceNumber>,
    pub space_name: String,
    /// Its buyer asks for a refund.
    pub asks: bool,
    /// The address that it was bought for, if that is somebody else's; empty once it was forgotten.
    pub gift: Option<String>,
    /// Whom the invoice names, as they were called when its number was drawn.
    pub parties: Parties,
    pub buyer_name: String,
    /// Empty if the account was deleted. Of a visitor who has not proven theirs yet, what they gave.
    pub buyer_email: String,
}

/// The seller and the buyer of an invoice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parties {
    /// The space, and the name in its address.
    pub seller: String,
    pub seller_slug: String,
    pub buyer: String,
    pub email: String,
    /// For which the buyer has bought.
    pub company: Option<BilledCompany>,
}

/// Where a page of orders begins: after this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderAfter {
    pub at: Millis,
    pub purchase: PurchaseId,
}

pub struct Orders<'a>(pub(crate) &'a Db);

impl Orders<'_> {
    pub async fn by_id(&self, id: PurchaseId) -> Result<SoldOrder, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The orders of a team that fit, the newest first, at most `limit`.
    pub async fn search(
        &self,
        team: TeamId,
        search: &OrderSearch,
        after: Option<OrderAfter>,
        limit: usize,
    ) -> Result<Vec<SoldOrder>, StoreError> {
        let (at, id) = match after {
            Some(after) => (after.at, after.purchase.to_string()),
            None => (Millis(i64::MAX), String::new()),
        };
        let limit = limit as i64;
        let rows = match search {
            OrderSearch::All => self.0.rows(OF_TEAM, args![team, at, id, limit]).await?,
            OrderSearch::Asking => self.0.rows(ASKING, args![team, at, id, limit]).await?,
            OrderSearch::Number(number) => self.0.rows(BY_NUMBER, args![team, *number]).await?,
            OrderSearch::Invoice(of) => self.0.rows(BY_INVOICE, args![team, of.year, of.number]).await?,
            OrderSearch::Address(address) => {
                self.0.rows(BY_ADDRESS, args![team, at, id, limit, address]).await?
            }
            OrderSearch::Pass(beginning) => {
                let passes = self.passes(team, beginning).await?;
                if passes.is_empty() {
                    return Ok(Vec::new());
                }
                let keys = passes.into_iter().take(MOST_ROWS).map(Value::from);
                let (sql, args) = OF_PASSES.of(args![team, at, id, limit], keys);
                self.0.rows(sql, args).await?
            }
        };
        rows.iter().map(read).collect()
    }

    /// The passes of a team whose titles begin like this, in any case.
    async fn passes(&self, team: TeamId, beginning: &str) -> Result<Vec<PassId>, StoreError> {
        let mut found = Vec::new();
        for row in self.0.rows(TITLES, args![team]).await? {
            if row.get::<String>("title")?.to_lowercase().starts_with(beginning) {
                found.push(row.get("id")?);
            }
        }
        Ok(found)
    }
}

fn read(row: &Row) -> Result<SoldOrder, StoreError> {
    let (year, number): (Option<i64>, Option<i64>) = (row.get("invoice_year")?, row.get("invoice_number")?);
    Ok(SoldOrder {
        purchase: purchases::read(row)?,
        team: row.get("seller")?,
        number: row.get("number")?,
        invoice: year.zip(number).map(|(year, number)| InvoiceNumber { year, number }),
        space_name: row.get("space_name")?,
        asks: row.get("asks")?,
        gift: row.get("gift")?,
        parties: Parties {
            seller: row.get("seller_name")?,
            seller_slug: row.get("seller_slug")?,
            buyer: row.get("billed_name")?,
            email: row.get("billed_email")?,
            company: billed::read(row)?,
        },
        buyer_name: row.get("buyer_name")?,
        buyer_email: row.get("buyer_email")?,
    })
}
