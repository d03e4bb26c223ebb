//! The team's page of codes that make passes cheaper: what there is, how often it was used, a new one, the end of one.

use crate::app::App;
use crate::web::{
    catalogue::{manage::own_space, selling::whole},
    error::{WebError, WebResult, refused, too_often},
    extract::{Form, Path},
    flash,
    people::session::SignedIn,
};
use axum::{
    extract::{RawForm, State},
    response::IntoResponse,
};
use domain::{
    amount::{Currency, Money},
    catalogue::{
        offer::{PriceKind, Space},
        quota, schedule,
        zone::Zone,
    },
    clock::Clock,
    id::{PassId, PromoId, SpaceId},
    money::{
        promo::{self as rules, MOST_USES, Off},
        selling::Window,
    },
    time::Millis,
};
use serde::Deserialize;
use service::{
    ServiceError, ServiceResult,
    money::promos::{self, NewPromo},
};
use views::{
    form::{Errors, FieldError},
    money::promos::{self as pages, PromoDraft, PromoPage},
    t,
};

fn path(id: SpaceId) -> String {
    format!("/account/spaces/{id}/promo_codes")
}

pub async fn page(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    show(&app, &me, &space, &PromoDraft::default(), &Errors::default()).await
}

async fn show(app: &App, me: &SignedIn, space: &Space, draft: &PromoDraft, errors: &Errors) -> WebResult {
    let codes = app.store.promos().of_space(space.id).await?;
    let mut passes = app.store.passes().list(space.id).await?;
    // No code makes what recurs, or what the buyer chooses, cheaper.
    passes.retain(|pass| matches!(pass.price.kind, PriceKind::Once(_)) && pass.withdrawn_at.is_none());
    let page = PromoPage { space, codes: &codes, passes: &passes, draft, errors };
    Ok(pages::page(&app.shell(Some(&me.0.account), &path(space.id)), &page).into_response())
}

/// The fields of a code, and more passes than a space may have.
const MOST_FIELDS: usize = quota::PASSES as usize + 32;

/// The form exactly as sent. `passes` is repeated for each ticked box, which a plain form parser would refuse.
fn read(form: &[u8]) -> PromoDraft {
    let mut draft = PromoDraft::default();
    for (key, value) in crate::web::form_pairs(form, MOST_FIELDS) {
        match key.as_str() {
            "code" => draft.code = value,
            "percent" => draft.percent = value,
            "amount" => draft.amount = value,
            "currency" => draft.currency = value,
            "most" => draft.most = value,
            "from" => draft.from = value,
            "until" => draft.until = value,
            "everywhere" => draft.everywhere = value == "1",
            "passes" if draft.passes.len() as i64 <= quota::PASSES => draft.passes.push(value),
            _ => {}
        }
    }
    draft
}

fn checked(draft: &PromoDraft, zone: Option<&Zone>, now: Millis) -> Result<NewPromo, Errors> {
    let mut errors = Errors::of("promo");
    let zone = zone.cloned().unwrap_or(Zone::UTC);
    let code = errors.check("code", rules::read_new(&draft.code).ok_or_else(|| t!("promo-code-wrong")));
    let off = off(draft, &mut errors);
    let most = whole(&draft.most, MOST_USES).ok_or_else(|| t!("catalogue-selling-stock-wrong"));
    let most_uses = errors.check("most", most);
    let mut moment = |field, typed: &str| {
        let read = schedule::read(typed, &zone, now);
        errors.check(field, read).map(|planned| planned.map(|planned| planned.at))
    };
    let (opens_at, closes_at) = (moment("from", &draft.from), moment("until", &draft.until));
    let passes: Result<Vec<PassId>, _> = draft.passes.iter().map(|id| id.parse()).collect();
    let passes = errors.check("passes", passes.map_err(|_| t!("promo-passes-wrong")));
    if let (Some(Some(from)), Some(Some(until))) = (opens_at, closes_at)
        && until <= from
    {
        errors.push(FieldError::new("until", t!("promo-times-wrong")));
    }
    match (code, off, most_uses, opens_at, closes_at, passes) {
        (Some(code), Some(off), Some(most_uses), Some(opens_at), Some(closes_at), Some(passes))
            if errors.is_empty() =>
        {
            let window = Window { opens_at, closes_at };
            Ok(NewPromo { code, off, everywhere: draft.everywhere, passes, most_uses, window })
        }
        _ => Err(errors),
    }
}

/// Either a share or an amount.
fn off(draft: &PromoDraft, errors: &mut Errors) -> Option<Off> {
    match (draft.percent.trim(), draft.amount.trim()) {
        ("", "") => {
            errors.push(FieldError::new("percent", t!("promo-off-missing")));
            None
        }
        (percent, "") => {
            let percent = whole(percent, 100).flatten().ok_or_else(|| t!("promo-percent-wrong"));
            errors.check("percent", percent).map(Off::Percent)
        }
        ("", amount) => {
            let currency = errors.check("currency", draft.currency.trim().parse::<Currency>())?;
            errors.check("amount", Money::parse(amount, currency)).map(Off::Amount)
        }
        _ => {
            errors.push(FieldError::new("amount", t!("promo-off-both")));
            None
        }
    }
}

fn form_result(result: ServiceResult<()>) -> WebResult<Result<(), Errors>> {
    let (field, words) = match result {
        Ok(()) => return Ok(Ok(())),
        Err(ServiceError::TooMany { limit, what, wait }) => {
            return Ok(Err(too_often("promo", limit, what, wait)));
        }
        Err(ServiceError::Conflict("code")) => ("code", t!("promo-code-taken")),
        Err(ServiceError::Conflict("quota")) => ("code", t!("promo-quota")),
        Err(ServiceError::Conflict("passes")) => ("passes", t!("promo-passes-wrong")),
        Err(error) => return Err(error.into()),
    };
    Ok(Err(Errors::one("promo", FieldError::new(field, words))))
}

pub async fn add(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    RawForm(form): RawForm,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let draft = read(&form);
    let added = match checked(&draft, space.zone.as_ref(), app.clock.now()) {
        Ok(new) => form_result(promos::add(&app.services, me.0.account.id, id, new).await)?,
        Err(errors) => Err(errors),
    };
    match added {
        Ok(()) => Ok(flash::redirect(&app, &path(id), &t!("promo-added"))),
        Err(errors) => Ok(refused(show(&app, &me, &space, &draft, &errors).await?, &errors)),
    }
}

#[derive(Deserialize)]
pub struct EndPromoForm {
    #[serde(default)]
    promo: String,
}

pub async fn end(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(ending): Form<EndPromoForm>,
) -> WebResult {
    own_space(&app, &me, id).await?;
    let Ok(promo) = ending.promo.parse::<PromoId>() else {
        return Err(WebError::field("promo", t!("promo-unknown")));
    };
    promos::end(&app.services, me.0.account.id, id, promo).await?;
    Ok(flash::redirect(&app, &path(id), &t!("promo-end-done")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_takes_off_a_share_or_an_amount() {
        let base = PromoDraft { code: "summer".into(), ..PromoDraft::default() };
        let euros =
            |amount: &str| PromoDraft { amount: amount.into(), currency: "eur".into(), ..base.clone() };
        let percent = |percent: &str| PromoDraft { percent: percent.into(), ..base.clone() };
        let five = Money { minor: 500, currency: Currency::Eur };
        for (draft, want) in [
            (percent("25"), Ok(Off::Percent(25))),
            (percent("100"), Ok(Off::Percent(100))),
            (percent("101"), Err("percent")),
            (percent("0"), Err("percent")),
            (percent("2.5"), Err("percent")),
            (euros("5"), Ok(Off::Amount(five))),
            (euros("five"), Err("amount")),
            (PromoDraft { currency: "chf".into(), ..euros("5") }, Err("currency")),
            (PromoDraft { percent: "5".into(), ..euros("5") }, Err("amount")),
            (base.clone(), Err("percent")),
            (PromoDraft { code: "no words".into(), ..percent("5") }, Err("code")),
            (PromoDraft { most: "0".into(), ..percent("5") }, Err("most")),
            (PromoDraft { passes: vec!["all".into()], ..percent("5") }, Err("passes")),
        ] {
            let found = checked(&draft, None, Millis(1_767_384_840_000));
            let found =
                found.map(|new| new.off).map_err(|errors| errors.iter().next().map(|error| error.field));
            assert_eq!(found, want.map_err(Some), "{draft:?}");
        }
    }
}
