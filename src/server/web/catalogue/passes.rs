//! The creator's pages of passes: what they open, what they cost, and the order in which they are offered.

use crate::app::App;
use crate::web::extract::Path;
use crate::web::{
    catalogue::{
        manage::{form_result, own_space},
        selling::{SellingReader, chosen, plans},
    },
    error::{WebResult, refused},
    flash,
    people::session::SignedIn,
};
use axum::{
    extract::{RawForm, State},
    response::{IntoResponse, Response},
};
use domain::{
    amount::{Currency, Money, MoneyError},
    catalogue::{
        offer::{Pass, PriceKind, Space},
        quota, slug,
    },
    clock::Clock,
    id::{ExperienceId, PassId, SpaceId},
    money::selling::{Lasting, Selling},
    text,
};
use service::catalogue::passes;
use std::borrow::Cow;
use store::PassText;
use views::{
    catalogue::{
        passes::{PassDraft, PassForm},
        selling::SellingDraft,
    },
    form::{Errors, FieldError},
};

pub async fn list(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let passes = app.store.passes().list(id).await?;
    let experiences = app.store.experiences().list(id).await?;
    let shell = app.shell(Some(&me.0.account), &format!("/account/spaces/{id}/access_passes"));
    Ok(views::catalogue::passes::list(&shell, &space, &passes, &experiences).into_response())
}

pub async fn new(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    page(&app, &me, &space, None, &PassDraft::default(), &Errors::default()).await
}

async fn page(
    app: &App,
    me: &SignedIn,
    space: &Space,
    existing: Option<&Pass>,
    draft: &PassDraft,
    errors: &Errors,
) -> WebResult {
    let experiences = app.store.experiences().list(space.id).await?;
    let holders = match existing {
        Some(pass) => app.store.passes().holders(pass.id, app.clock.now()).await?,
        None => 0,
    };
    let form = PassForm {
        space,
        existing,
        draft,
        experiences: &experiences,
        holders,
        payable: app.services.payments.is_some(),
        errors,
    };
    let path = existing.map_or(format!("/account/spaces/{}/access_passes/new", space.id), |p| {
        format!("/account/access_passes/{}", p.id)
    });
    Ok(views::catalogue::passes::form(&app.shell(Some(&me.0.account), &path), &form).into_response())
}

/// The fields of a pass, and more of what it includes than a space may have.
const MOST_FIELDS: usize = quota::EXPERIENCES as usize + 32;

/// The form exactly as sent: a missing field is empty, never its default. `includes` is repeated for each ticked box,
/// which a plain form parser would refuse.
fn read(form: &[u8]) -> PassDraft {
    let mut draft = PassDraft { kind: String::new(), currency: String::new(), ..PassDraft::default() };
    for (key, value) in crate::web::form_pairs(form, MOST_FIELDS) {
        match key.as_str() {
            "title" => draft.title = value,
            "slug" => draft.slug = value,
            "about" => draft.about = value,
            "kind" => draft.kind = value,
            "amount" => draft.amount = value,
            "currency" => draft.currency = value,
            "least" => draft.chosen.least = value,
            "suggested" => draft.chosen.suggested = value,
            "monthly" => draft.plan.monthly = value,
            "yearly" => draft.plan.yearly = value,
            "trial_days" => draft.plan.trial_days = value,
            "setup_fee" => draft.plan.setup_fee = value,
            "instalments" => draft.plan.instalments = value,
            "stock" => draft.selling.stock = value,
            "sales_open_at" => draft.selling.opens = value,
            "sales_close_at" => draft.selling.closes = value,
            "access_days" => draft.selling.days = value,
            "access_until" => draft.selling.until = value,
            "waitlist" => draft.selling.waitlist = value,
            "hidden" => draft.selling.hidden = value == "1",
            "includes" if draft.includes.len() as i64 <= quota::EXPERIENCES => draft.includes.push(value),
            _ => {}
        }
    }
    draft
}

fn checked(
    payable: bool,
    draft: &PassDraft,
    reading: &SellingReader<'_>,
) -> Result<(PassText, Selling), Errors> {
    let mut errors = Errors::of("pass");
    let title = errors.check("title", text::line(&draft.title, 1..=80));
    let slug = errors.check("slug", slug::wanted(&draft.slug, &draft.title, "pass"));
    let about = errors.check("about", text::paragraphs(&draft.about, 0..=2000));
    let price = price(payable, draft, &mut errors);
    let includes: Result<Vec<ExperienceId>, _> = draft.includes.iter().map(|id| id.parse()).collect();
    let includes = errors.check("includes", includes.map_err(|_| views::t!("catalogue-includes-choose")));
    let selling = reading.read(&draft.selling, &mut errors);
    if let (Some(PriceKind::Recurring(_)), Some(selling)) = (&price, &selling)
        && selling.lasting != Lasting::Forever
    {
        let field = if selling.lasting.until().is_some() { "access_until" } else { "access_days" };
        errors.push(FieldError::new(field, views::t!("plans-no-end")));
        return Err(errors);
    }
    match (slug, title, about, price, includes, selling) {
        (Some(slug), Some(title), Some(about), Some(price), Some(includes), Some(selling)) => {
            Ok((PassText { slug, title, about, price, includes }, selling))
        }
        _ => Err(errors),
    }
}

/// The currency with the most digits.
const MOST_DIGITS: Currency = Currency::Kwd;

fn price(payable: bool, draft: &PassDraft, errors: &mut Errors) -> Option<PriceKind> {
    let currency: Result<Currency, MoneyError> = draft.currency.trim().parse();
    match draft.kind.as_str() {
        // Nothing is charged in it, but what was sent must still be a currency.
        "free" if draft.currency.is_empty() => Some(PriceKind::Free),
        "free" => errors.check("currency", currency).map(|_| PriceKind::Free),
        "once" | "chosen" | "recurring" if !payable => {
            errors.push(FieldError::new("kind", views::t!("catalogue-pass-kind-payments")));
            None
        }
        "once" => {
            if draft.amount.trim().is_empty() {
                let words = views::t!("catalogue-pass-amount-missing");
                errors.push(FieldError::new("amount", words));
                errors.check("currency", currency);
                return None;
            }
            let amount = match currency {
                Ok(currency) => Money::parse(&draft.amount, currency).and_then(Money::charge),
                // Says what is wrong with it in every currency.
                Err(_) => Money::parse(&draft.amount, MOST_DIGITS),
            };
            let (amount, currency) = (errors.check("amount", amount), errors.check("currency", currency));
            currency.and(amount).map(PriceKind::Once)
        }
        "chosen" => chosen::read(&draft.chosen, currency, errors).map(PriceKind::Chosen),
        "recurring" => plans::read(&draft.plan, currency, errors).map(PriceKind::Recurring),
        _ => {
            errors.push(FieldError::new("kind", views::t!("catalogue-pass-kind-choose")));
            if !draft.currency.is_empty() {
                let _ = errors.check("currency", currency);
            }
            None
        }
    }
}

pub async fn create(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    RawForm(form): RawForm,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let draft = read(&form);
    let reading = SellingReader { kept: Selling::default(), zone: space.zone.as_ref(), now: app.clock.now() };
    let made = match checked(app.services.payments.is_some(), &draft, &reading) {
        Ok((text, selling)) => {
            let made = passes::create_sold(&app.services, me.0.account.id, id, &text, &selling).await;
            form_result("pass", made)?.map(|_| text)
        }
        Err(errors) => Err(errors),
    };
    match made {
        Ok(text) => Ok(back(&app, id, &added(&text))),
        Err(errors) => Ok(refused(page(&app, &me, &space, None, &draft, &errors).await?, &errors)),
    }
}

fn added(text: &PassText) -> Cow<'static, str> {
    match text.includes.is_empty() {
        true => views::t!("catalogue-pass-added-closed"),
        false => views::t!("catalogue-pass-added"),
    }
}

fn back(app: &App, space: SpaceId, words: &str) -> Response {
    flash::redirect(app, &format!("/account/spaces/{space}/access_passes"), words)
}

pub async fn edit(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    let space = own_space(&app, &me, pass.space).await?;
    let selling = SellingDraft::of(&pass.selling, space.zone.as_ref());
    let draft = PassDraft { selling, ..PassDraft::from(&pass) };
    page(&app, &me, &space, Some(&pass), &draft, &Errors::default()).await
}

pub async fn update(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<PassId>,
    RawForm(form): RawForm,
) -> WebResult {
    let pass = app.store.passes().by_id(id).await?;
    let space = own_space(&app, &me, pass.space).await?;
    let draft = read(&form);
    let reading = SellingReader { kept: pass.selling, zone: space.zone.as_ref(), now: app.clock.now() };
    let done = match checked(app.services.payments.is_some(), &draft, &reading) {
        Ok((text, selling)) => {
            let done = passes::update_sold(&app.services, me.0.account.id, id, &text, Some(&selling)).await;
            form_result("pass", done)?.map(|()| text)
        }
        Err(errors) => Err(errors),
    };
    match done {
        Ok(text) => Ok(back(&app, space.id, &saved(&app, &pass, &text).await)),
        Err(errors) => Ok(refused(page(&app, &me, &space, Some(&pass), &draft, &errors).await?, &errors)),
    }
}

/// The message that tells how many holders keep what the pass no longer opens for new ones.
async fn saved(app: &App, before: &Pass, after: &PassText) -> String {
    let closed = before.includes.iter().filter(|e| !after.includes.contains(e)).count();
    let holders = app.store.passes().holders(before.id, app.clock.now()).await.unwrap_or_default();
    if closed == 0 || holders == 0 {
        return views::t!("catalogue-pass-saved").into();
    }
    views::t!("catalogue-pass-saved-kept", count = holders)
}

pub async fn earlier(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    let space = passes::shift(&app.services, me.0.account.id, id, -1).await?;
    Ok(back(&app, space, &views::t!("catalogue-order-saved")))
}

pub async fn later(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    let space = passes::shift(&app.services, me.0.account.id, id, 1).await?;
    Ok(back(&app, space, &views::t!("catalogue-order-saved")))
}

pub async fn withdraw(State(app): State<App>, me: SignedIn, Path(id): Path<PassId>) -> WebResult {
    let space = passes::withdraw(&app.services, me.0.account.id, id).await?;
    Ok(back(&app, space, &views::t!("catalogue-pass-withdrawn-done")))
}
