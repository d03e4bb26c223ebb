//! Checkouts, their settlement, purchases, the ledger, payouts, refunds by sellers and the webhook inbox.

pub(crate) mod answers;
pub(crate) mod back;
pub(crate) mod buying;
pub(crate) mod checkouts;
pub(crate) mod customers;
pub(crate) mod invoices;
pub(crate) mod ledger;
pub(crate) mod orders;
pub(crate) mod payouts;
pub(crate) mod promos;
pub(crate) mod purchases;
pub(crate) mod seller_refunds;
pub(crate) mod settlements;
pub(crate) mod subscriptions;
pub(crate) mod sweeps;
pub(crate) mod webhook_inbox;

pub use back::{Evidence, Evidences, FailedShowRefund, RefundWish, RefundWishes, ShowRefund, ShowRefunds};
pub use buying::{Guests, SavedCards};
pub use checkouts::{Checkouts, Opened, Replaced};
pub use customers::Customers;
pub use invoices::Invoices;
pub use ledger::{AccountSum, After, Balance, Ledger, Moved};
pub use orders::{OrderAfter, Orders, Parties, SoldOrder};
pub use payouts::{
    PaidOut, Payout, PayoutAfter, PayoutRun, Payouts, SellerAccount, SellerAccounts, UnpaidShare,
};
pub use promos::Promos;
pub use purchases::{Purchase, Purchases};
pub use seller_refunds::{SellerRefund, SellerRefunds};
pub use settlements::Applied;
pub use subscriptions::{Renewed, Subscriptions};
pub use sweeps::Sweeps;
pub use webhook_inbox::{SweepHealth, WebhookHealth, WebhookInbox};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    let few = [
        answers::STATEMENTS,
        back::evidence::STATEMENTS,
        back::refund_wishes::STATEMENTS,
        back::show_refunds::STATEMENTS,
        checkouts::STATEMENTS,
        customers::STATEMENTS,
        invoices::STATEMENTS,
        orders::STATEMENTS,
        payouts::STATEMENTS,
        payouts::seller_accounts::STATEMENTS,
        payouts::promised::STATEMENTS,
        payouts::unpaid::STATEMENTS,
        promos::STATEMENTS,
        purchases::STATEMENTS,
        seller_refunds::STATEMENTS,
        settlements::STATEMENTS,
        subscriptions::STATEMENTS,
        sweeps::STATEMENTS,
        webhook_inbox::STATEMENTS,
    ];
    few.concat()
        .into_iter()
        .chain(buying::statements())
        .chain(ledger::all())
        .chain(orders::of_passes())
        .chain(webhook_inbox::known())
        .collect()
}
