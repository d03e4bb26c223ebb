//! A row for each state that an object of the provider can be in: what we read of it, and what follows. Our client asks a provider whose
//! objects are in that state, also where the stand-in never brings them there; what follows is asked of the product's own tables. The
//! states are those of the published description (`STRIPE_SPEC`). `tests/it/money/year/states.rs` has the same of our own rows.

use super::*;
use crate::{
    outside::given,
    shop::{http, loopback, payments},
};
use axum::{Json, Router, extract::OriginalUri, http::HeaderMap};
use domain::{
    id::{PayoutId, TeamId},
    money::{
        checkout::Payment,
        payments::{Dispute, ObjectKind, Payments, ProviderObject, ProviderSession},
        payouts::{self, FoundPayout, PayoutProgress, PayoutState, provider::*},
        recurring::subscription::look_again,
        settlement::{self, Known},
    },
};
use gateways::StripePayments;
use serde_json::Value;
use std::{collections::BTreeSet, time::Duration};

/// What follows from a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ObjectEnd {
    /// Nothing of ours waits for it any more.
    Final,
    /// The provider is asked again, until its state is final or our clock gives it up.
    Asked,
    /// It counts as it is. What changes later is in the provider's list of events, which each sweep reads.
    Listed,
}

use ObjectEnd::{Asked, Final, Listed};

/// Fields with their values: a word, or JSON.
type Fields = &'static [(&'static str, &'static str)];

/// An object, its state, what we read, and what follows. `dreaming` is no state of the provider: one that it gets after this program was
/// written lets nobody in and ends nothing.
const TABLE: &[(&str, Fields, &str, ObjectEnd)] = &[
    ("checkout.session", &[("status", "open"), ("payment_status", "unpaid")], "Open", Asked),
    ("checkout.session", &[("status", "complete"), ("payment_status", "paid")], "Paid", Final),
    ("checkout.session", &[("status", "complete"), ("payment_status", "no_payment_required")], "Paid", Final),
    ("checkout.session", &[("status", "complete"), ("payment_status", "unpaid")], "Processing", Asked),
    ("checkout.session", &[("status", "expired"), ("payment_status", "unpaid")], "Expired", Final),
    ("payment_intent", &[("status", "requires_payment_method")], "Open", Asked),
    ("payment_intent", &[("status", "requires_confirmation")], "Open", Asked),
    ("payment_intent", &[("status", "requires_action")], "CardRefused(Asks)", Asked),
    ("payment_intent", &[("status", "requires_capture")], "Open", Asked),
    ("payment_intent", &[("status", "processing")], "Processing", Asked),
    ("payment_intent", &[("status", "succeeded")], "Paid", Final),
    ("payment_intent", &[("status", "canceled")], "Expired", Final),
    // Cards are saved with payments.
    ("setup_intent", &[("status", "requires_payment_method")], "no payment", Final),
    ("setup_intent", &[("status", "requires_confirmation")], "no payment", Final),
    ("setup_intent", &[("status", "requires_action")], "no payment", Final),
    ("setup_intent", &[("status", "processing")], "no payment", Final),
    ("setup_intent", &[("status", "succeeded")], "no payment", Final),
    ("setup_intent", &[("status", "canceled")], "no payment", Final),
    // One that moves nothing is not ours to follow: its payment is.
    ("charge", &[("status", "succeeded"), ("paid", "true")], "1 movements", Final),
    ("charge", &[("status", "pending"), ("paid", "false")], "0 movements", Asked),
    ("charge", &[("status", "failed"), ("paid", "false")], "0 movements", Asked),
    ("refund", &[("status", "pending")], "1200 back", Listed),
    ("refund", &[("status", "requires_action")], "1200 back", Listed),
    ("refund", &[("status", "succeeded")], "1200 back", Listed),
    ("refund", &[("status", "failed")], "0 back", Final),
    ("refund", &[("status", "canceled")], "0 back", Final),
    ("dispute", &[("status", "warning_needs_response")], "Inquiry", Asked),
    ("dispute", &[("status", "warning_under_review")], "Inquiry", Asked),
    ("dispute", &[("status", "warning_closed")], "Inquiry", Asked),
    ("dispute", &[("status", "prevented")], "Inquiry", Asked),
    ("dispute", &[("status", "needs_response")], "Open", Asked),
    ("dispute", &[("status", "under_review")], "Open", Asked),
    ("dispute", &[("status", "won")], "Won", Final),
    ("dispute", &[("status", "lost")], "Lost", Final),
    ("dispute", &[("status", "dreaming")], "Open", Asked),
    ("subscription", &[("status", "incomplete")], "Incomplete", Asked),
    ("subscription", &[("status", "incomplete_expired")], "IncompleteExpired", Final),
    ("subscription", &[("status", "trialing")], "Trialing", Asked),
    ("subscription", &[("status", "active")], "Active", Asked),
    ("subscription", &[("status", "past_due")], "PastDue", Asked),
    ("subscription", &[("status", "unpaid")], "Unpaid", Asked),
    ("subscription", &[("status", "paused")], "Paused", Asked),
    ("subscription", &[("status", "canceled")], "Canceled", Final),
    ("subscription", &[("status", "dreaming")], "Unpaid", Asked),
    // Those of a subscription are asked about with it.
    ("invoice", &[("status", "draft")], "Draft, Open", Asked),
    ("invoice", &[("status", "open")], "Open, Open", Asked),
    ("invoice", &[("status", "paid")], "Paid, Paid", Final),
    ("invoice", &[("status", "uncollectible")], "Uncollectible, Expired", Listed),
    ("invoice", &[("status", "void")], "Void, Expired", Final),
    ("invoice", &[("status", "dreaming")], "Draft, Open", Asked),
    ("payout", &[("status", "pending")], "OnItsWay", Asked),
    ("payout", &[("status", "in_transit")], "OnItsWay", Asked),
    ("payout", &[("status", "paid")], "Paid", Final),
    ("payout", &[("status", "failed")], "Failed", Asked),
    ("payout", &[("status", "canceled")], "Failed", Asked),
    ("payout", &[("status", "dreaming")], "OnItsWay", Asked),
    ("transfer", &[("amount_reversed", "0")], "0 back", Asked),
    ("transfer", &[("amount_reversed", "200")], "200 back", Asked),
    ("transfer", &[("amount_reversed", "500")], "500 back", Final),
    ("account", &[("capabilities.transfers", "active")], "Enabled", Asked),
    ("account", &[("capabilities.transfers", "pending")], "Checking", Asked),
    ("account", &[("capabilities.transfers", "inactive")], "Checking", Asked),
];

/// Where the published description lists the states, by the object and the field of the table.
const DESCRIBED: &[(&str, &str, &str)] = &[
    ("checkout.session", "status", "checkout.session"),
    ("checkout.session", "payment_status", "checkout.session"),
    ("payment_intent", "status", "payment_intent"),
    ("setup_intent", "status", "setup_intent"),
    ("charge", "status", "charge"),
    ("refund", "status", "refund"),
    ("dispute", "status", "dispute"),
    ("subscription", "status", "subscription"),
    ("invoice", "status", "invoice"),
    ("payout", "status", "payout"),
    ("account", "capabilities.transfers", "account_capabilities"),
];

/// One object of each kind, and where it is found.
struct ObjectsAtHand {
    shop: Shop,
    paid: String,
    refunded: String,
    disputed: String,
    intent: String,
    subscription: String,
    invoice: String,
    account: String,
    transfer: String,
    bank: String,
}

async fn paid(shop: &Shop, key: &str, acts: &[&str]) -> String {
    let session = shop.session(key).await.id;
    shop.press(&session, "pay").await;
    for act in acts {
        assert_eq!(shop.act(&session, act).await, 200, "{act}");
    }
    session
}

impl ObjectsAtHand {
    async fn make() -> Self {
        let shop = Shop::open().await;
        let first = paid(&shop, "p:open:1", &[]).await;
        // What it brought can be used.
        shop.advance(Duration::from_secs(8 * 24 * 3600));
        let (team, payout) = (TeamId::new(), PayoutId::new());
        let account = shop.payments.create_seller(team, format!("{team}:account:1")).await.expect("made").id;
        let approved = shop.post("/stand-in/acts", &format!("account={account}&act=approve")).await;
        assert_eq!(approved.status(), 200);
        let request = |step: &str| TransferRequest {
            payout,
            account: account.clone(),
            amount: euros(500),
            idempotency_key: format!("{payout}:{step}:1"),
        };
        let transfer = shop.payments.send_transfer(request("transfer")).await.expect("sent").id;
        let bank = shop.payments.pay_out(request("payout")).await.expect("on its way").id;
        let refunded = paid(&shop, "p:open:2", &["refund"]).await;
        let disputed = paid(&shop, "p:open:3", &["dispute"]).await;
        let intent = shop.fetch(&first).await.intent.expect("a payment");
        let (customer, price) = (customer(&shop).await, price(&shop, 1000, Interval::Month).await);
        let request = SubscriptionRequest {
            expires_at: Millis(real_now() + 8 * 24 * 3_600_000 + 31 * 60_000),
            ..super::request(&customer, &price)
        };
        let facts = subscribed(&shop, request, GOOD).await;
        let invoice = facts.latest_invoice.clone().expect("an invoice");
        let subscription = facts.id;
        Self { shop, paid: first, refunded, disputed, intent, subscription, invoice, account, transfer, bank }
    }

    /// What our client reads of an object at a provider, and what follows by the tables of the product.
    async fn read(&self, payments: &StripePayments, object: &str) -> (String, ObjectEnd) {
        let fetch =
            async |session: &String| payments.fetch(session.clone()).await.expect("told like a session");
        match object {
            "checkout.session" => order(&fetch(&self.paid).await),
            "payment_intent" => order(&fetch(&self.intent).await),
            "charge" => {
                let moved = fetch(&self.paid).await.movements.len();
                (format!("{moved} movements"), if moved > 0 { Final } else { Asked })
            }
            "refund" => {
                let back = fetch(&self.refunded).await.refunded;
                (format!("{back} back"), if back > 0 { Listed } else { Final })
            }
            "dispute" => {
                let found = fetch(&self.disputed).await.dispute.expect("a dispute");
                let decided = matches!(found, Dispute::Won | Dispute::Lost);
                (format!("{found:?}"), if decided { Final } else { Asked })
            }
            "invoice" => {
                let facts = payments.invoice(self.invoice.clone()).await.expect("read");
                let end = match facts.status {
                    InvoiceStatus::Paid | InvoiceStatus::Void => Final,
                    InvoiceStatus::Uncollectible => Listed,
                    InvoiceStatus::Draft | InvoiceStatus::Open => Asked,
                };
                (format!("{:?}, {:?}", facts.status, fetch(&self.invoice).await.status), end)
            }
            "subscription" => {
                let facts = payments.subscription(self.subscription.clone()).await.expect("read");
                let asked = look_again(&facts, facts.period_start);
                (format!("{:?}", facts.status), asked.map_or(Final, |_| Asked))
            }
            other => self.read_of_seller(payments, other).await,
        }
    }

    async fn read_of_seller(&self, payments: &StripePayments, object: &str) -> (String, ObjectEnd) {
        let known = PayoutProgress {
            state: PayoutState::OnItsWay,
            amount: 500,
            transfer: Some(self.transfer.clone()),
            bank: Some(self.bank.clone()),
            reversed: 0,
            returned: 0,
            failure: None,
        };
        let end = |found: FoundPayout| match payouts::decide(&known, &found).state.is_over() {
            true => Final,
            false => Asked,
        };
        let transfer = payments.transfer(self.transfer.clone()).await.expect("read");
        match object {
            "transfer" => {
                let back = transfer.reversed;
                (format!("{back} back"), end(FoundPayout { transfer: Some(transfer), bank: None }))
            }
            "payout" => {
                let (account, bank) = (self.account.clone(), self.bank.clone());
                let bank = payments.bank_payout(account, bank).await.expect("read");
                let status = bank.status;
                (format!("{status:?}"), end(FoundPayout { transfer: Some(transfer), bank: Some(bank) }))
            }
            "account" => {
                let facts = payments.seller(self.account.clone()).await.expect("read");
                (format!("{:?}", facts.state()), Asked)
            }
            "setup_intent" => {
                let object = ProviderObject { kind: ObjectKind::SetupIntent, id: "seti_1".into() };
                assert_eq!(payments.payment_of(object).await.expect("asked"), None);
                ("no payment".to_owned(), Final)
            }
            other => panic!("nobody reads {other}"),
        }
    }
}

/// What becomes of an order whose buyer is on the provider's page.
fn order(found: &ProviderSession) -> (String, ObjectEnd) {
    let known = Known { payment: Payment::Paying, refunded: 0, dispute: None };
    let settled = settlement::decide(known, found).payment.is_some_and(Payment::settled);
    (format!("{:?}", found.status), if settled { Final } else { Asked })
}

/// A client of a provider that answers what the stand-in does, with these fields of all objects of one kind.
async fn changed(shop: &Shop, object: &'static str, fields: Fields) -> StripePayments {
    let (site, client) = (shop.site.clone(), http());
    let answer = move |OriginalUri(uri): OriginalUri, headers: HeaderMap| {
        let mut request = client.get(format!("{site}{uri}"));
        for name in ["authorization", "stripe-account"] {
            if let Some(value) = headers.get(name) {
                request = request.header(name, value);
            }
        }
        async move {
            let mut value: Value = request.send().await.expect("answered").json().await.expect("JSON");
            put(&mut value, object, fields);
            Json(value)
        }
    };
    let listener = loopback().await;
    let address = listener.local_addr().expect("bound");
    let app = Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, app).await });
    payments(&format!("http://{address}"))
}

fn put(value: &mut Value, object: &str, fields: Fields) {
    match value {
        Value::Array(all) => all.iter_mut().for_each(|one| put(one, object, fields)),
        Value::Object(map) => {
            map.values_mut().for_each(|one| put(one, object, fields));
            if map.get("object").and_then(Value::as_str) != Some(object) {
                return;
            }
            for (field, word) in fields {
                let place = match field.split_once('.') {
                    Some((outer, inner)) => map.get_mut(outer).and_then(|outer| outer.get_mut(inner)),
                    None => map.get_mut(*field),
                };
                let word = serde_json::from_str(word).unwrap_or_else(|_| Value::from(*word));
                *place.expect("the object has the field") = word;
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn each_state_of_each_object_is_read_and_has_its_end() {
    let at_hand = ObjectsAtHand::make().await;
    for (object, fields, means, end) in TABLE {
        let payments = changed(&at_hand.shop, object, fields).await;
        let read = at_hand.read(&payments, object).await;
        assert_eq!(read, ((*means).to_owned(), *end), "{object} {fields:?}");
    }
}

#[test]
fn the_table_has_all_states_that_are_published_and_no_other() {
    let Some(file) = given("STRIPE_SPEC") else { return };
    let spec: Value = serde_json::from_slice(&std::fs::read(file).expect("the file")).expect("JSON");
    for (object, field, schema) in DESCRIBED {
        let name = field.rsplit('.').next().unwrap_or(field);
        let described = &spec["components"]["schemas"][schema]["properties"][name];
        let listed = described["enum"]
            .as_array()
            .map(|all| all.iter().filter_map(Value::as_str).map(str::to_owned).collect::<BTreeSet<_>>());
        // Some are only named in the words about the field.
        let words = described["description"].as_str().unwrap_or_default();
        let named = || words.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        let ours: BTreeSet<String> = TABLE
            .iter()
            .filter(|(of, ..)| of == object)
            .flat_map(|(_, fields, ..)| fields.iter().filter(move |(one, _)| one == field))
            .map(|(_, word)| (*word).to_owned())
            .filter(|word| word != "dreaming")
            .collect();
        assert_eq!(ours, listed.unwrap_or_else(named), "{object}.{field}");
    }
}
