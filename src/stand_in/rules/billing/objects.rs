//! Stripe's objects of billing as JSON.

use crate::book::{
    Book,
    billing::{Coupon, Customer, Method, Portal, Price, Product, Promotion, Setup, SetupStatus},
    connect::{Account, AccountState, Payout, PayoutStatus, Transfer},
    records::{Intent, IntentStatus},
    subscriptions::{Invoice, InvoiceLine, InvoiceStatus, Subscription},
};
use serde_json::{Value, json};

pub fn product(one: &Product) -> Value {
    json!({
        "id": one.id, "object": "product", "active": one.active, "created": one.created, "default_price": null,
        "description": null, "images": [], "livemode": false, "marketing_features": [], "metadata": one.metadata,
        "name": one.name, "shippable": null, "tax_code": null, "unit_label": null, "updated": one.created, "url": null,
    })
}

pub fn price(one: &Price) -> Value {
    let recurring = one.interval.map(|interval| {
        json!({"interval": interval, "interval_count": 1, "meter": null, "usage_type": "licensed"})
    });
    json!({
        "id": one.id, "object": "price", "active": one.active, "billing_scheme": "per_unit", "created": one.created,
        "currency": one.currency, "custom_unit_amount": null, "livemode": false, "lookup_key": null,
        "metadata": one.metadata, "nickname": null, "product": one.product, "recurring": recurring,
        "tax_behavior": "unspecified", "tiers_mode": null, "transform_quantity": null,
        "type": if one.interval.is_some() { "recurring" } else { "one_time" },
        "unit_amount": one.amount, "unit_amount_decimal": one.amount.to_string(),
    })
}

pub fn customer(one: &Customer) -> Value {
    let settings = json!({
        "custom_fields": null, "default_payment_method": one.default_method, "footer": null, "rendering_options": null,
    });
    json!({
        "id": one.id, "object": "customer", "address": null, "balance": one.balance, "created": one.created,
        "currency": one.currency, "default_source": null, "delinquent": false, "description": null, "discount": null,
        "email": one.email, "invoice_settings": settings, "livemode": false, "metadata": one.metadata,
        "name": one.name, "phone": null, "preferred_locales": [], "shipping": null, "tax_exempt": "none",
    })
}

pub fn method(one: &Method) -> Value {
    let address = json!({
        "city": null, "country": null, "line1": null, "line2": null, "postal_code": null, "state": null,
    });
    let brand = if one.number.starts_with('5') { "mastercard" } else { "visa" };
    let last4 = one.number.get(one.number.len().saturating_sub(4)..).unwrap_or_default();
    json!({
        "id": one.id, "object": "payment_method", "allow_redisplay": "limited",
        "billing_details": {"address": address, "email": null, "name": null, "phone": null, "tax_id": null},
        "card": {
            "brand": brand, "checks": null, "country": "US", "display_brand": brand, "exp_month": one.exp_month,
            "exp_year": one.exp_year, "fingerprint": null, "funding": "credit", "generated_from": null, "last4": last4,
            "networks": null, "regulated_status": null, "three_d_secure_usage": {"supported": true}, "wallet": null,
        },
        "created": one.created, "customer": one.customer, "livemode": false, "metadata": {}, "type": "card",
    })
}

pub fn setup(one: &Setup) -> Value {
    let asks = one.status == SetupStatus::RequiresAction;
    json!({
        "id": one.id, "object": "setup_intent", "application": null, "cancellation_reason": null,
        "client_secret": format!("{}_secret_stand_in", one.id), "created": one.created, "customer": one.customer,
        "description": null, "last_setup_error": null, "latest_attempt": null, "livemode": false, "mandate": null,
        "metadata": one.metadata, "next_action": asks.then(|| json!({"type": "use_stripe_sdk"})),
        "on_behalf_of": null, "payment_method": one.method, "payment_method_options": null,
        "payment_method_types": ["card"], "single_use_mandate": null, "status": one.status, "usage": "off_session",
    })
}

pub fn coupon(one: &Coupon) -> Value {
    let valid = one.max_redemptions.is_none_or(|most| one.times_redeemed < most);
    json!({
        "id": one.id, "object": "coupon", "amount_off": one.amount_off, "created": one.created,
        "currency": one.currency, "duration": if one.forever { "forever" } else { "once" },
        "duration_in_months": null, "livemode": false, "max_redemptions": one.max_redemptions, "metadata": {},
        "name": null, "percent_off": one.percent_off, "redeem_by": null, "times_redeemed": one.times_redeemed,
        "valid": valid,
    })
}

pub fn promotion(one: &Promotion) -> Value {
    let restrictions =
        json!({"first_time_transaction": false, "minimum_amount": null, "minimum_amount_currency": null});
    json!({
        "id": one.id, "object": "promotion_code", "active": one.active, "code": one.code, "created": one.created,
        "customer": null, "expires_at": one.expires_at, "livemode": false, "max_redemptions": one.max_redemptions,
        "metadata": {}, "promotion": {"coupon": one.coupon, "type": "coupon"}, "restrictions": restrictions,
        "times_redeemed": one.times_redeemed,
    })
}

pub fn portal(site: &str, one: &Portal) -> Value {
    json!({
        "id": one.id, "object": "billing_portal.session", "configuration": "bpc_1StandIn", "created": one.created,
        "customer": one.customer, "flow": null, "livemode": false, "locale": null, "on_behalf_of": null,
        "return_url": one.return_url, "url": format!("{site}/portal/{}", one.id),
    })
}

pub fn subscription(book: &Book, one: &Subscription) -> Value {
    let paused = one.paused.map(|behavior| json!({"behavior": behavior, "resumes_at": null}));
    let items = json!({
        "object": "list", "has_more": false, "url": format!("/v1/subscription_items?subscription={}", one.id),
        "data": [{
            "id": one.item, "object": "subscription_item", "created": one.created,
            "current_period_end": one.period_end, "current_period_start": one.period_start, "discounts": [],
            "metadata": {}, "price": book.billing().prices.get(&one.price).map(price), "quantity": one.quantity,
            "subscription": one.id, "tax_rates": [],
        }],
    });
    json!({
        "id": one.id, "object": "subscription", "application": null, "application_fee_percent": null,
        "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null},
        "billing_cycle_anchor": one.anchor, "billing_mode": {"flexible": null, "type": "classic"},
        "billing_schedules": [], "cancel_at": one.cancel_at_period_end.then_some(one.period_end),
        "cancel_at_period_end": one.cancel_at_period_end, "canceled_at": one.canceled_at,
        "cancellation_details": {"comment": null, "feedback": null, "reason": one.end_reason},
        "collection_method": "charge_automatically", "created": one.created, "currency": one.currency,
        "customer": one.customer, "days_until_due": null, "default_payment_method": one.method,
        "default_source": null, "description": null, "discounts": [], "ended_at": one.ended_at,
        "invoice_settings": {"account_tax_ids": null, "issuer": {"type": "self"}}, "items": items,
        "latest_invoice": one.latest_invoice, "livemode": false, "metadata": one.metadata, "on_behalf_of": null,
        "pause_collection": paused, "pending_setup_intent": null, "pending_update": null, "schedule": null,
        "start_date": one.created, "status": one.status, "test_clock": null, "transfer_data": null,
        "trial_end": one.trial_end, "trial_start": one.trial_start,
    })
}

/// An invoice; its payments are embedded if `payments`.
pub fn invoice(book: &Book, one: &Invoice, payments: bool) -> Value {
    let paid = one.status == InvoiceStatus::Paid;
    let amount_paid = if paid { one.amount_due } else { 0 };
    let parent = one.subscription.as_ref().map(|subscription| {
        json!({
            "quote_details": null, "type": "subscription_details",
            "subscription_details": {"metadata": {}, "subscription": subscription},
        })
    });
    let lines: Vec<_> = one.lines.iter().map(|each| line(book, one, each)).collect();
    let customer = book.billing().customers.get(&one.customer);
    let next_attempt =
        one.due_at.filter(|_| matches!(one.status, InvoiceStatus::Draft | InvoiceStatus::Open));
    let mut object = json!({
        "id": one.id, "object": "invoice", "account_country": "US", "account_name": null,
        "amount_due": one.amount_due, "amount_overpaid": 0, "amount_paid": amount_paid, "amount_paid_off_stripe": 0,
        "amount_remaining": one.amount_due - amount_paid, "amount_shipping": 0, "application": null,
        "attempt_count": one.attempts, "attempted": one.attempts > 0 || paid, "auto_advance": one.due_at.is_some(),
        "automatic_tax": {"disabled_reason": null, "enabled": false, "liability": null, "provider": null, "status": null},
        "billing_reason": one.reason, "collection_method": "charge_automatically", "created": one.created,
        "currency": one.currency, "customer": one.customer, "customer_email": customer.map(|one| &one.email),
        "default_payment_method": null, "default_tax_rates": [], "description": null, "discounts": [],
        "due_date": null, "ending_balance": customer.filter(|_| one.finalized_at.is_some()).map(|one| one.balance),
        "hosted_invoice_url": null, "issuer": {"type": "self"},
        "lines": {
            "object": "list", "data": lines, "has_more": false, "url": format!("/v1/invoices/{}/lines", one.id),
        },
        "livemode": false, "metadata": {}, "next_payment_attempt": next_attempt, "number": one.number,
        "parent": parent,
        "payment_settings": {"default_mandate": null, "payment_method_options": null, "payment_method_types": null},
        "period_end": one.period_end, "period_start": one.period_start, "post_payment_credit_notes_amount": 0,
        "pre_payment_credit_notes_amount": 0, "starting_balance": one.starting_balance, "status": one.status,
        "status_transitions": {
            "finalized_at": one.finalized_at, "marked_uncollectible_at": one.uncollectible_at,
            "paid_at": one.paid_at, "voided_at": one.voided_at,
        },
        "subtotal": one.subtotal(), "total": one.total(),
    });
    if payments {
        object["payments"] = self::payments(book, one);
    }
    object
}

/// The payments of an invoice: here at most one.
pub fn payments(book: &Book, one: &Invoice) -> Value {
    let intent = one.intent.as_deref().and_then(|id| book.intent(id));
    let data: Vec<_> = intent.into_iter().map(|intent| payment(one, intent)).collect();
    json!({
        "object": "list", "data": data, "has_more": false,
        "url": format!("/v1/invoice_payments?invoice={}", one.id),
    })
}

fn payment(one: &Invoice, intent: &Intent) -> Value {
    let status = match intent.status {
        IntentStatus::Succeeded => "paid",
        IntentStatus::Canceled => "canceled",
        _ => "open",
    };
    json!({
        "id": intent.id.replacen("pi_", "inpay_", 1), "object": "invoice_payment",
        "amount_paid": (status == "paid").then_some(intent.amount), "amount_requested": intent.amount,
        "created": intent.created, "currency": intent.currency, "invoice": one.id, "is_default": true,
        "livemode": false, "payment": {"payment_intent": intent.id, "type": "payment_intent"}, "status": status,
        "status_transitions": {"canceled_at": intent.canceled_at, "paid_at": one.paid_at},
    })
}

fn line(book: &Book, of: &Invoice, one: &InvoiceLine) -> Value {
    let subscription = of.subscription.as_deref().and_then(|id| book.billing().subscriptions.get(id));
    let parent = subscription.map(|subscription| {
        json!({
            "invoice_item_details": null, "type": "subscription_item_details",
            "subscription_item_details": {
                "invoice_item": null, "proration": one.proration, "proration_details": null,
                "subscription": subscription.id, "subscription_item": subscription.item,
            },
        })
    });
    let found = one.price.as_deref().and_then(|id| book.billing().prices.get(id));
    let pricing = found.map(|price| {
        json!({
            "price_details": {"price": price.id, "product": price.product}, "type": "price_details",
            "unit_amount_decimal": price.amount.to_string(),
        })
    });
    json!({
        "id": one.id, "object": "line_item", "amount": one.amount, "currency": of.currency,
        "description": one.text, "discount_amounts": [], "discountable": true, "discounts": [], "invoice": of.id,
        "livemode": false, "metadata": {}, "parent": parent, "period": {"start": one.start, "end": one.end},
        "pricing": pricing, "quantity": one.quantity, "subscription": of.subscription, "subtotal": one.amount,
        "taxes": [],
    })
}

pub fn account(one: &Account) -> Value {
    let ready = one.state == AccountState::Ready;
    let (due, disabled): (&[&str], _) = match one.state {
        AccountState::Started => {
            (&["external_account", "tos_acceptance.date"], Some("requirements.past_due"))
        }
        AccountState::Checking => (&[], Some("requirements.pending_verification")),
        AccountState::Ready => (&[], None),
        AccountState::Restricted => (&["individual.verification.document"], Some("requirements.past_due")),
        AccountState::Rejected => (&[], Some("rejected.other")),
    };
    let pending: &[&str] =
        if one.state == AccountState::Checking { &["individual.verification.document"] } else { &[] };
    let transfers = if matches!(one.state, AccountState::Ready | AccountState::Restricted) {
        "active"
    } else {
        "inactive"
    };
    json!({
        "id": one.id, "object": "account", "business_type": null, "capabilities": {"transfers": transfers},
        "charges_enabled": ready, "country": one.country, "created": one.created, "default_currency": "eur",
        "details_submitted": one.state != AccountState::Started, "email": one.email, "metadata": one.metadata,
        "payouts_enabled": ready,
        "requirements": {
            "alternatives": [], "current_deadline": null, "currently_due": due, "disabled_reason": disabled,
            "errors": [], "eventually_due": due, "past_due": due, "pending_verification": pending,
        },
        "type": "express",
    })
}

pub fn transfer(one: &Transfer) -> Value {
    let reversals = json!({
        "object": "list", "data": [], "has_more": false, "url": format!("/v1/transfers/{}/reversals", one.id),
    });
    json!({
        "id": one.id, "object": "transfer", "amount": one.amount, "amount_reversed": one.reversed,
        "balance_transaction": null, "created": one.created, "currency": one.currency, "description": null,
        "destination": one.account, "livemode": false, "metadata": one.metadata, "reversals": reversals,
        "reversed": one.reversed >= one.amount, "source_transaction": null, "source_type": "card",
        "transfer_group": one.group,
    })
}

pub fn payout(one: &Payout) -> Value {
    let failed = one.status == PayoutStatus::Failed;
    json!({
        "id": one.id, "object": "payout", "amount": one.amount, "arrival_date": one.created, "automatic": false,
        "balance_transaction": null, "created": one.created, "currency": one.currency, "description": null,
        "destination": null, "failure_balance_transaction": null,
        "failure_code": failed.then_some("account_closed"),
        "failure_message": failed.then_some("The bank account has been closed."), "livemode": false,
        "metadata": one.metadata, "method": "standard", "reconciliation_status": "not_applicable",
        "source_type": "card", "statement_descriptor": null, "status": one.status, "type": "bank_account",
    })
}
