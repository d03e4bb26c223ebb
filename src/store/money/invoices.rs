//! Paid invoices of subscriptions: each becomes an order of its own, with numbers, in the ledger.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{args, statements},
    },
    money::{checkouts, ledger, purchases},
    work::jobs,
};
use domain::{
    error::StoreError,
    id::*,
    money::{
        billing::InvoiceFacts,
        jobs::{ApplyPayment, SendReceipt},
        ledger::FeeShare,
        payments::{ProviderObject, ProviderSession, ProviderStatus},
        recurring::subscription::Subscription,
        settlement::RefundReason,
    },
    time::Millis,
};

statements! {
    /// The invoices of a person that are orders already.
    BILLED = "SELECT provider_session FROM checkouts WHERE account_id = $1 AND provider_session LIKE 'in%'";
    /// The session of the order is the invoice, so there is one order for each.
    ORDER = "INSERT INTO checkouts (id, purchase_id, account_id, email, space_id, pass_id, price_id, title, amount, currency, state,
            attempt, provider_session, created_at, expires_at, settled_at, discount, questions)
        SELECT $1, $2, b.account_id, a.email, b.space_id, b.pass_id, b.price_id, b.title, $4, $5, 'paid', 1, $6, $7, $7, $7, 0, '[]'
        FROM subscriptions b JOIN accounts a ON a.id = b.account_id WHERE b.id = $3 ON CONFLICT DO NOTHING";
    SESSION_OF = "SELECT provider_session FROM purchases WHERE provider_intent = $1 AND provider_session IS NOT NULL";
}

pub struct Invoices<'a>(pub(crate) &'a Db);

impl Invoices<'_> {
    /// The provider's ids of the invoices of a person that are orders already.
    pub async fn billed(&self, account: AccountId) -> Result<Vec<String>, StoreError> {
        let rows = self.0.rows(BILLED, args![account]).await?;
        rows.iter().map(|row| row.get("provider_session")).collect()
    }

    /// The session or the invoice of a payment that is an order.
    pub async fn session_of(&self, intent: &str) -> Result<Option<String>, StoreError> {
        let row = self.0.row(SESSION_OF, args![intent]).await?;
        row.map(|row| row.get("provider_session")).transpose()
    }
}

impl Tx<'_> {
    /// Makes an order of a paid invoice, and writes to the ledger what its payment has moved. What a refused subscription has
    /// charged goes back. `found` is the payment of the invoice. Returns false if it is an order already, or nothing was paid.
    pub async fn bill_invoice(
        &mut self,
        subscription: &Subscription,
        invoice: &InvoiceFacts,
        found: &ProviderSession,
        share: FeeShare,
        now: Millis,
    ) -> Result<bool, StoreError> {
        if invoice.subscription.as_ref() != Some(&subscription.provider) || found.id != invoice.id {
            return Err(StoreError::Conflict("session"));
        }
        if found.status != ProviderStatus::Paid || invoice.paid.minor <= 0 {
            return Ok(false);
        }
        let (checkout, purchase) = (CheckoutId::new(), PurchaseId::new());
        let (minor, currency) = (invoice.paid.minor, invoice.paid.currency.code());
        let row = args![checkout, purchase, subscription.id, minor, currency, &invoice.id, now];
        if self.run(ORDER, row).await? == 0 {
            return Ok(false);
        }
        let order = checkouts::by_id(self, checkout).await?;
        let (intent, of) = (found.intent.as_deref(), Some(subscription.id));
        purchases::insert(self, &order, intent, of, share, now).await?;
        let made = purchases::of_checkout(self, checkout).await?.ok_or(StoreError::NotFound)?;
        let (team, sets) = ledger::unwritten(self, &made, &found.movements).await?;
        ledger::write_all(self, team, &made, &sets, now).await?;
        if found.refunded > 0 || found.dispute.is_some() {
            // It went back before it was an order. What follows from that is applied like every other state.
            let job = ApplyPayment { object: ProviderObject::session(invoice.id.as_str()) };
            jobs::enqueue(self, &job, Some(&format!("billed:{}", invoice.id)), now).await?;
        }
        // More than was agreed on: the subscription ended too late.
        let surplus = subscription.is_complete().then_some(RefundReason::Surplus);
        if let Some(reason) = subscription.refused.or(surplus) {
            purchases::owe_refund(self, purchase, reason, now).await?;
        } else {
            jobs::enqueue(self, &SendReceipt { purchase }, Some(&format!("receipt:{purchase}")), now).await?;
        }
        Ok(true)
    }
}
