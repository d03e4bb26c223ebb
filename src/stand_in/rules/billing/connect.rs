//! Accounts of sellers, and money on its way to them.

use crate::{
    book::{
        Book,
        connect::{Account, AccountState, Payout, PayoutStatus, Transfer},
        ids,
    },
    rules::{
        balance,
        billing::{Moment, Pagination, form::Form, objects},
        error::ApiError,
        events, params, url,
    },
};
use serde_json::{Value, json};

/// How long an onboarding link is good.
const LINK: i64 = 300;

pub fn create(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let (email, metadata) = (form.text("email"), form.map("metadata")?);
    let country = form.text("country").unwrap_or_else(|| "DE".to_owned());
    form.one_of("controller[stripe_dashboard][type]", &["express"])?;
    form.one_of("type", &["express"])?;
    form.flag("capabilities[transfers][requested]")?;
    form.one_of("settings[payouts][schedule][interval]", &["manual"])?;
    form.done()?;
    let account = Account {
        id: ids::of("acct"),
        created: moment.now,
        email,
        country,
        state: AccountState::Started,
        metadata,
    };
    book.put(account.clone().into());
    Ok(objects::account(&account))
}

pub fn retrieve(book: &Book, id: &str, form: &Form<'_>) -> Result<Value, ApiError> {
    form.done()?;
    found(book, id).map(|account| objects::account(&account))
}

pub fn found(book: &Book, id: &str) -> Result<Account, ApiError> {
    book.billing().accounts.get(id).cloned().ok_or_else(|| ApiError::no_such("account", id))
}

/// `POST /v1/account_links`: the page on which the owner enters what is needed.
pub fn link(book: &Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let account = form.need("account")?;
    let (back, again) = (form.need("return_url")?, form.need("refresh_url")?);
    form.one_of("type", &["account_onboarding"])?.ok_or_else(|| ApiError::missing("type"))?;
    form.done()?;
    found(book, &account)?;
    for (param, address) in [("return_url", &back), ("refresh_url", &again)] {
        if url::origin(address).is_none() {
            return Err(ApiError::param("url_invalid", param, "Not a valid URL"));
        }
    }
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("back", &back).append_pair("again", &again);
    query.append_pair("until", &(moment.now + LINK).to_string());
    Ok(json!({
        "object": "account_link", "created": moment.now, "expires_at": moment.now + LINK,
        "url": format!("{}/connect/{account}?{}", book.site, query.finish()),
    }))
}

/// What an act makes of an account.
pub fn set_state(book: &mut Book, id: &str, state: AccountState, moment: Moment) -> Result<(), ApiError> {
    let account = Account { state, ..found(book, id)? };
    book.put(account.clone().into());
    events::publish_for(book, Some(id), "account.updated", objects::account(&account), moment.now);
    Ok(())
}

/// `POST /v1/transfers`, to an account that may get them.
pub fn transfer(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let amount = form.integer("amount")?.ok_or_else(|| ApiError::missing("amount"))?;
    let (currency, account) = (form.need("currency")?.to_lowercase(), form.need("destination")?);
    let (group, metadata) = (form.text("transfer_group"), form.map("metadata")?);
    form.done()?;
    params::check_currency(&currency)?;
    if amount < 1 {
        return Err(params::invalid("amount", "must be positive"));
    }
    if !matches!(found(book, &account)?.state, AccountState::Ready | AccountState::Restricted) {
        return Err(ApiError::unexpected(
            "insufficient_capabilities_for_transfer",
            "Your destination account needs to have at least one of the following capabilities enabled: transfers.",
        ));
    }
    if amount > balance::available(book, &currency, moment.now) {
        return Err(insufficient());
    }
    let transfer = Transfer {
        id: ids::of("tr"),
        created: moment.now,
        amount,
        currency,
        account,
        group,
        reversed: 0,
        reversed_at: None,
        metadata,
    };
    book.put(transfer.clone().into());
    events::publish(book, "transfer.created", objects::transfer(&transfer), moment.now);
    Ok(objects::transfer(&transfer))
}

fn insufficient() -> ApiError {
    ApiError::unexpected("balance_insufficient", "You have insufficient available funds in your account.")
}

/// What an account has of a currency: what was sent to it, less what went back or to its bank.
fn funds(book: &Book, account: &str, currency: &str) -> i64 {
    let transfers = book.billing().transfers.values();
    let sent = transfers.filter(|one| one.account == account && one.currency == currency);
    let payouts = book.billing().payouts.values();
    let gone = payouts.filter(|one| one.account == account && one.currency == currency);
    let gone = gone.filter(|one| one.status != PayoutStatus::Failed);
    sent.map(|one| one.amount - one.reversed).sum::<i64>() - gone.map(|one| one.amount).sum::<i64>()
}

/// `GET /v1/transfers`: the newest first, of one group if the caller names one.
pub fn transfers(book: &Book, path: &str, form: &mut Form<'_>) -> Result<Value, ApiError> {
    let group = form.text("transfer_group");
    let page = Pagination::read(form)?;
    form.done()?;
    let all = book.billing().transfers.values();
    let mut found: Vec<_> = all.filter(|one| group.is_none() || one.group == group).collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.created));
    page.list(path, found.into_iter().map(|one| (one.id.as_str(), one)), objects::transfer)
}

/// `GET /v1/payouts`, in the name of an account: the newest first.
pub fn payouts(
    book: &Book,
    path: &str,
    account: Option<&str>,
    form: &mut Form<'_>,
) -> Result<Value, ApiError> {
    let since = form.integer("created[gte]")?.unwrap_or(0);
    let page = Pagination::read(form)?;
    form.done()?;
    let all = book.billing().payouts.values();
    let of = all.filter(|one| Some(one.account.as_str()) == account && one.created >= since);
    let mut found: Vec<_> = of.collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.created));
    page.list(path, found.into_iter().map(|one| (one.id.as_str(), one)), objects::payout)
}

pub fn transfer_by_id(book: &Book, id: &str, form: &Form<'_>) -> Result<Value, ApiError> {
    form.done()?;
    let found = book.billing().transfers.get(id);
    found.map(objects::transfer).ok_or_else(|| ApiError::no_such("transfer", id))
}

/// `POST /v1/transfers/{id}/reversals`: takes back at most what was sent.
pub fn reverse(book: &mut Book, id: &str, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let amount = form.integer("amount")?;
    let metadata = form.map("metadata")?;
    form.done()?;
    let found = book.billing().transfers.get(id).cloned();
    let mut transfer = found.ok_or_else(|| ApiError::no_such("transfer", id))?;
    let left = transfer.amount - transfer.reversed;
    let amount = amount.unwrap_or(left);
    if !(1..=left).contains(&amount) {
        return Err(params::invalid("amount", &format!("must be between 1 and {left}")));
    }
    if amount > funds(book, &transfer.account, &transfer.currency) {
        return Err(insufficient());
    }
    transfer.reversed += amount;
    transfer.reversed_at = Some(moment.now);
    book.put(transfer.clone().into());
    events::publish(book, "transfer.reversed", objects::transfer(&transfer), moment.now);
    Ok(json!({
        "id": ids::of("trr"), "object": "transfer_reversal", "amount": amount, "balance_transaction": null,
        "created": moment.now, "currency": transfer.currency, "metadata": metadata, "transfer": transfer.id,
    }))
}

/// `POST /v1/payouts`, in the name of an account.
pub fn payout(
    book: &mut Book,
    account: Option<&str>,
    form: &mut Form<'_>,
    moment: Moment,
) -> Result<Value, ApiError> {
    let amount = form.integer("amount")?.ok_or_else(|| ApiError::missing("amount"))?;
    let (currency, metadata) = (form.need("currency")?.to_lowercase(), form.map("metadata")?);
    form.done()?;
    params::check_currency(&currency)?;
    let account = found(book, account.unwrap_or_default())?;
    if account.state != AccountState::Ready || amount < 1 {
        return Err(ApiError::unexpected("payouts_not_allowed", "Cannot create payouts on this account."));
    }
    if amount > funds(book, &account.id, &currency) {
        return Err(insufficient());
    }
    let payout = Payout {
        id: ids::of("po"),
        created: moment.now,
        amount,
        currency,
        account: account.id.clone(),
        status: PayoutStatus::InTransit,
        metadata,
    };
    book.put(payout.clone().into());
    events::publish_for(book, Some(&account.id), "payout.created", objects::payout(&payout), moment.now);
    Ok(objects::payout(&payout))
}

pub fn payout_by_id(
    book: &Book,
    account: Option<&str>,
    id: &str,
    form: &Form<'_>,
) -> Result<Value, ApiError> {
    form.done()?;
    let found = book.billing().payouts.get(id).filter(|payout| Some(payout.account.as_str()) == account);
    found.map(objects::payout).ok_or_else(|| ApiError::no_such("payout", id))
}

/// The bank's answer on a payout.
pub fn settle(book: &mut Book, id: &str, paid: bool, moment: Moment) -> Result<(), ApiError> {
    let found = book.billing().payouts.get(id).cloned();
    let mut payout = found.ok_or_else(|| ApiError::no_such("payout", id))?;
    if payout.status != PayoutStatus::InTransit {
        return Err(ApiError::state("This payout is not on its way."));
    }
    let (status, kind) =
        if paid { (PayoutStatus::Paid, "payout.paid") } else { (PayoutStatus::Failed, "payout.failed") };
    payout.status = status;
    book.put(payout.clone().into());
    events::publish_for(book, Some(&payout.account), kind, objects::payout(&payout), moment.now);
    Ok(())
}
