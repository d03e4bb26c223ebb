//! The shop's balance: the transactions of charges, refunds, disputes and transfers, which follow from their records. Amounts are
//! minor units, times seconds since the Unix epoch.

use crate::{
    book::{
        Book,
        connect::Transfer,
        records::{Charge, Dispute, DisputeStatus, Intent, Refund},
    },
    rules::{
        error::ApiError,
        objects::{self, Expand},
        params::{self, Pairs},
    },
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A card payment can be used after this many seconds: seven days, as in most countries.
const PENDING_SECS: i64 = 7 * 24 * 3600;
/// The fee of a dispute.
const DISPUTE_FEE: i64 = 1500;

/// One movement of the balance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transaction {
    pub id: String,
    kind: &'static str,
    category: &'static str,
    source: String,
    created: i64,
    available_on: i64,
    amount: i64,
    fee: i64,
    currency: String,
}

/// Stripe's fee for European cards is a share and a fixed part; here it is 2.9 % and 30 minor units of any currency.
fn card_fee(amount: i64) -> i64 {
    (amount * 29 + 500) / 1000 + 30
}

/// The id of what moved the balance, with the prefix of transactions and a mark.
fn id(source: &str, mark: &str) -> String {
    let (_, random) = source.split_once('_').unwrap_or(("", source));
    format!("txn_{random}{mark}")
}

pub fn of_charge(charge: &Charge) -> Option<Transaction> {
    charge.paid.then(|| Transaction {
        id: id(&charge.id, ""),
        kind: "charge",
        category: "charge",
        source: charge.id.clone(),
        created: charge.created,
        available_on: charge.created + PENDING_SECS,
        amount: charge.amount,
        fee: card_fee(charge.amount),
        currency: charge.currency.clone(),
    })
}

/// The fee of the charge is not returned.
pub fn of_refund(refund: &Refund) -> Transaction {
    Transaction {
        id: id(&refund.id, ""),
        kind: "refund",
        category: "refund",
        source: refund.id.clone(),
        created: refund.created,
        available_on: refund.created,
        amount: -refund.amount,
        fee: 0,
        currency: refund.currency.clone(),
    }
}

/// The return of a refund that failed.
pub fn failure_of(refund: &Refund) -> Option<Transaction> {
    let created = refund.failed_at.unwrap_or(refund.created);
    refund.failed.then(|| Transaction {
        id: id(&refund.id, "f"),
        kind: "refund_failure",
        category: "refund_failure",
        created,
        available_on: created,
        amount: refund.amount,
        ..of_refund(refund)
    })
}

/// What the bank withdrew, and what it gave back. An inquiry moves nothing.
pub fn of_dispute(dispute: &Dispute) -> Vec<Transaction> {
    let withdrawn = Transaction {
        id: id(&dispute.id, ""),
        kind: "adjustment",
        category: "dispute",
        source: dispute.id.clone(),
        created: dispute.created,
        available_on: dispute.created,
        amount: -dispute.amount,
        fee: DISPUTE_FEE,
        currency: dispute.currency.clone(),
    };
    let decided = dispute.decided.unwrap_or(dispute.created);
    match dispute.status {
        DisputeStatus::WarningNeedsResponse | DisputeStatus::WarningClosed => Vec::new(),
        DisputeStatus::NeedsResponse | DisputeStatus::UnderReview | DisputeStatus::Lost => vec![withdrawn],
        DisputeStatus::Won => {
            let back = Transaction {
                id: id(&dispute.id, "w"),
                category: "dispute_reversal",
                created: decided,
                available_on: decided,
                amount: dispute.amount,
                fee: 0,
                ..withdrawn.clone()
            };
            vec![withdrawn, back]
        }
    }
}

/// What went to an account of a seller, and what came back from there.
pub fn of_transfer(transfer: &Transfer) -> Vec<Transaction> {
    let sent = Transaction {
        id: id(&transfer.id, ""),
        kind: "transfer",
        category: "transfer",
        source: transfer.id.clone(),
        created: transfer.created,
        available_on: transfer.created,
        amount: -transfer.amount,
        fee: 0,
        currency: transfer.currency.clone(),
    };
    let created = transfer.reversed_at.unwrap_or(transfer.created);
    let back = (transfer.reversed > 0).then(|| Transaction {
        id: id(&transfer.id, "r"),
        kind: "transfer_refund",
        category: "transfer_reversal",
        created,
        available_on: created,
        amount: transfer.reversed,
        ..sent.clone()
    });
    std::iter::once(sent).chain(back).collect()
}

/// What can be used of a currency.
pub fn available(book: &Book, currency: &str, now: i64) -> i64 {
    let usable = all(book).into_iter().filter(|of| of.currency == currency && of.available_on <= now);
    usable.map(|of| of.amount - of.fee).sum()
}

/// Everything that moved the balance, the newest first.
pub fn all(book: &Book) -> Vec<Transaction> {
    let charges = book.charges().filter_map(of_charge);
    let refunds = book.refunds().flat_map(|refund| [Some(of_refund(refund)), failure_of(refund)]);
    let disputes = book.disputes().flat_map(of_dispute);
    let transfers = book.billing().transfers.values().flat_map(of_transfer);
    let mut all: Vec<_> = charges.chain(refunds.flatten()).chain(disputes).chain(transfers).collect();
    all.sort_by(|a, b| (b.created, &b.id).cmp(&(a.created, &a.id)));
    all
}

pub fn object(of: &Transaction, now: i64) -> Value {
    let fees = match of.fee {
        0 => json!([]),
        fee => json!([{
            "amount": fee, "application": null, "currency": of.currency, "description": "Stripe processing fees",
            "type": "stripe_fee",
        }]),
    };
    json!({
        "id": of.id,
        "object": "balance_transaction",
        "amount": of.amount,
        "available_on": of.available_on,
        "balance_type": "payments",
        "created": of.created,
        "currency": of.currency,
        "description": null,
        "exchange_rate": null,
        "fee": of.fee,
        "fee_details": fees,
        "net": of.amount - of.fee,
        "reporting_category": of.category,
        "source": of.source,
        "status": if of.available_on > now { "pending" } else { "available" },
        "type": of.kind,
    })
}

/// `GET /v1/balance`: the sums of what can be used and what cannot yet.
pub fn total(book: &Book, now: i64) -> Value {
    let mut sums: BTreeMap<String, [i64; 2]> = BTreeMap::new();
    sums.insert("eur".into(), [0; 2]);
    for of in all(book) {
        let sum = sums.entry(of.currency.clone()).or_default();
        sum[usize::from(of.available_on > now)] += of.amount - of.fee;
    }
    let funds = |at: usize| -> Vec<Value> {
        let fund = |(currency, sum): (&String, &[i64; 2])| json!({"amount": sum[at], "currency": currency, "source_types": {"card": sum[at]}});
        sums.iter().map(fund).collect()
    };
    json!({"object": "balance", "available": funds(0), "livemode": false, "pending": funds(1)})
}

/// Puts into the charge of an intent what the caller wants embedded there.
pub fn embed(book: &Book, intent: &Intent, expand: Expand, object: &mut Value) {
    let Some(charge) = book.charge_of(intent).filter(|_| expand.charge) else { return };
    let embedded = &mut object["latest_charge"];
    if let Some(of) = self::of_charge(charge).filter(|_| expand.balance) {
        embedded["balance_transaction"] = self::object(&of, book.now);
    }
    if expand.refunds {
        let data = refunds_of(book, &intent.id).into_iter().map(objects::refund).collect();
        embedded["refunds"] = objects::list(&format!("/v1/charges/{}/refunds", charge.id), data);
    }
}

/// The refunds of an intent, the newest first.
fn refunds_of<'a>(book: &'a Book, intent: &str) -> Vec<&'a Refund> {
    let mut refunds: Vec<_> = book.refunds().filter(|refund| refund.intent == intent).collect();
    refunds.sort_by(|a, b| (b.created, &b.id).cmp(&(a.created, &a.id)));
    refunds
}

/// Refunds on one page if the caller names no other number, and the most that it may name.
const PAGE: (i64, i64) = (10, 100);

/// `GET /v1/refunds`: those of one intent, page by page.
///
/// # Errors
/// 400 with the parameter that is missing, wrong or unknown.
pub fn list_refunds(book: &Book, path: &str, pairs: &Pairs) -> Result<Value, ApiError> {
    let (mut intent, mut made, mut failed, mut limit, mut after) = (None, false, false, PAGE.0, None);
    for (name, value) in pairs {
        match (params::segments(name).as_slice(), value.as_str()) {
            (["payment_intent"], _) => intent = Some(value),
            (["starting_after"], last) => after = Some(last),
            (["limit"], _) => limit = params::integer(name, value)?.clamp(1, PAGE.1),
            (["expand", _], "data.balance_transaction") => made = true,
            (["expand", _], "data.failure_balance_transaction") => failed = true,
            _ => return Err(ApiError::unknown(name)),
        }
    }
    let intent = intent.ok_or_else(|| ApiError::missing("payment_intent"))?;
    let one = |refund: &Refund| {
        let mut object = objects::refund(refund);
        if made {
            object["balance_transaction"] = self::object(&of_refund(refund), book.now);
        }
        if let Some(of) = failure_of(refund).filter(|_| failed) {
            object["failure_balance_transaction"] = self::object(&of, book.now);
        }
        object
    };
    let all = refunds_of(book, intent);
    let first = match after {
        Some(last) => all.iter().position(|refund| refund.id == last).map(|at| at + 1),
        None => Some(0),
    };
    let first = first.ok_or_else(|| params::invalid("starting_after", "names no refund of this intent"))?;
    let limit = usize::try_from(limit).unwrap_or_default();
    let page = all.iter().copied().skip(first).take(limit);
    let mut list = objects::list(path, page.map(one).collect());
    list["has_more"] = (all.len() - first > limit).into();
    Ok(list)
}

/// `GET /v1/balance_transactions`. The limit is ignored.
///
/// # Errors
/// 400 for an unknown parameter.
pub fn list(book: &Book, path: &str, pairs: &Pairs) -> Result<Value, ApiError> {
    for (name, value) in pairs {
        match name.as_str() {
            "limit" => drop(params::integer(name, value)?),
            _ => return Err(ApiError::unknown(name)),
        }
    }
    Ok(objects::list(path, all(book).iter().map(|of| object(of, book.now)).collect()))
}

/// `GET /v1/balance_transactions/{id}`.
///
/// # Errors
/// 404 for one that does not exist.
pub fn by_id(book: &Book, id: &str) -> Result<Value, ApiError> {
    let of = all(book).into_iter().find(|of| of.id == id);
    of.map(|of| object(&of, book.now)).ok_or_else(|| ApiError::no_such("balance_transaction", id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fee_of_a_card_is_a_share_and_a_fixed_part() {
        for (amount, fee) in [(1200, 65), (100, 33), (50, 31), (99_999_999, 2_900_030)] {
            assert_eq!(card_fee(amount), fee, "{amount}");
        }
    }
}
