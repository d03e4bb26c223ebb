//! What is sold: products, prices, coupons and promotion codes.

use crate::{
    book::{
        Book,
        billing::{Coupon, Price, Product, Promotion},
        ids,
    },
    rules::{
        billing::{Moment, form::Form, objects},
        error::ApiError,
        events, params,
    },
};
use serde_json::{Value, json};

pub fn create_product(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let (name, metadata) = (form.need("name")?, form.map("metadata")?);
    form.done()?;
    let product = Product { id: ids::of("prod"), created: moment.now, name, active: true, metadata };
    book.put(product.clone().into());
    events::publish(book, "product.created", objects::product(&product), moment.now);
    Ok(objects::product(&product))
}

pub fn product(book: &Book, id: &str, form: &Form<'_>) -> Result<Value, ApiError> {
    form.done()?;
    let found = book.billing().products.get(id);
    found.map(objects::product).ok_or_else(|| ApiError::no_such("product", id))
}

/// `POST /v1/prices`, of a product that is there or comes with it.
pub fn create_price(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let currency = form.need("currency")?.to_lowercase();
    let amount = form.integer("unit_amount")?.ok_or_else(|| ApiError::missing("unit_amount"))?;
    let interval = form.interval("recurring[interval]")?;
    let (old, new) = (form.text("product"), form.text("product_data[name]"));
    let metadata = form.map("metadata")?;
    form.done()?;
    params::check_currency(&currency)?;
    if !(0..=params::MOST).contains(&amount) {
        return Err(params::invalid("unit_amount", "is out of range"));
    }
    let product = match (old, new) {
        (Some(id), None) if book.billing().products.contains_key(&id) => id,
        (Some(id), None) => return Err(ApiError::no_such("product", &id)),
        (None, Some(name)) => {
            let id = ids::of("prod");
            let metadata = metadata.clone();
            book.put(Product { id: id.clone(), created: moment.now, name, active: true, metadata }.into());
            id
        }
        _ => return Err(ApiError::state("You must provide one of product or product_data.")),
    };
    let id = ids::of("price");
    let price =
        Price { id, created: moment.now, product, currency, amount, interval, active: true, metadata };
    book.put(price.clone().into());
    events::publish(book, "price.created", objects::price(&price), moment.now);
    Ok(objects::price(&price))
}

pub fn price(book: &Book, id: &str, form: &Form<'_>) -> Result<Value, ApiError> {
    form.done()?;
    found(book, id).map(|price| objects::price(&price))
}

/// `POST /v1/prices/{id}`. Only whether it is active can change.
pub fn update_price(
    book: &mut Book,
    id: &str,
    form: &mut Form<'_>,
    moment: Moment,
) -> Result<Value, ApiError> {
    let active = form.flag("active")?.ok_or_else(|| ApiError::missing("active"))?;
    form.done()?;
    let price = Price { active, ..found(book, id)? };
    book.put(price.clone().into());
    events::publish(book, "price.updated", objects::price(&price), moment.now);
    Ok(objects::price(&price))
}

pub fn found(book: &Book, id: &str) -> Result<Price, ApiError> {
    book.billing().prices.get(id).cloned().ok_or_else(|| ApiError::no_such("price", id))
}

/// A price that can be bought now.
pub fn on_sale(book: &Book, id: &str) -> Result<Price, ApiError> {
    let price = found(book, id)?;
    match price.active {
        true => Ok(price),
        false => {
            Err(ApiError::state("The price specified is inactive. This field only accepts active prices."))
        }
    }
}

pub fn create_coupon(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    let (percent_off, amount_off) = (form.integer("percent_off")?, form.integer("amount_off")?);
    let currency = form.text("currency");
    let forever = form.one_of("duration", &["once", "forever"])?.as_deref() == Some("forever");
    let (id, max_redemptions) = (form.text("id"), form.integer("max_redemptions")?);
    form.done()?;
    let good = match (percent_off, amount_off, &currency) {
        (Some(percent), None, None) => (1..=100).contains(&percent),
        (None, Some(amount), Some(_)) => amount > 0,
        _ => false,
    };
    if !good {
        return Err(ApiError::state("A coupon takes off percent_off, or amount_off in a currency."));
    }
    let coupon = Coupon {
        id: id.unwrap_or_else(|| ids::random()[..8].to_owned()),
        created: moment.now,
        percent_off,
        amount_off,
        currency,
        forever,
        max_redemptions,
        times_redeemed: 0,
    };
    book.put(coupon.clone().into());
    events::publish(book, "coupon.created", objects::coupon(&coupon), moment.now);
    Ok(objects::coupon(&coupon))
}

pub fn create_promotion(book: &mut Book, form: &mut Form<'_>, moment: Moment) -> Result<Value, ApiError> {
    form.one_of("promotion[type]", &["coupon"])?;
    let coupon = form.need("promotion[coupon]")?;
    let code = form.text("code").unwrap_or_else(|| ids::random()[..8].to_uppercase());
    let (expires_at, max_redemptions) = (form.integer("expires_at")?, form.integer("max_redemptions")?);
    form.done()?;
    if !book.billing().coupons.contains_key(&coupon) {
        return Err(ApiError::no_such("coupon", &coupon));
    }
    let same = |one: &Promotion| one.active && one.code.eq_ignore_ascii_case(&code);
    if book.billing().promotions.values().any(same) {
        return Err(ApiError::state("An active promotion code with this code already exists."));
    }
    let promotion = Promotion {
        id: ids::of("promo"),
        created: moment.now,
        code,
        coupon,
        active: true,
        expires_at,
        max_redemptions,
        times_redeemed: 0,
    };
    book.put(promotion.clone().into());
    events::publish(book, "promotion_code.created", objects::promotion(&promotion), moment.now);
    Ok(objects::promotion(&promotion))
}

pub fn update_promotion(
    book: &mut Book,
    id: &str,
    form: &mut Form<'_>,
    moment: Moment,
) -> Result<Value, ApiError> {
    let active = form.flag("active")?.ok_or_else(|| ApiError::missing("active"))?;
    form.done()?;
    let found = book.billing().promotions.get(id).cloned();
    let promotion = Promotion { active, ..found.ok_or_else(|| ApiError::no_such("promotion code", id))? };
    book.put(promotion.clone().into());
    events::publish(book, "promotion_code.updated", objects::promotion(&promotion), moment.now);
    Ok(objects::promotion(&promotion))
}

pub fn promotions(book: &Book, form: &mut Form<'_>) -> Result<Value, ApiError> {
    let code = form.need("code")?;
    form.integer("limit")?;
    form.done()?;
    let wanted = book.billing().promotions.values().filter(|one| one.code.eq_ignore_ascii_case(&code));
    let data: Vec<_> = wanted.map(objects::promotion).collect();
    Ok(json!({"object": "list", "data": data, "has_more": false, "url": "/v1/promotion_codes"}))
}

/// The coupon of a promotion code that may still be used.
pub fn redeemable(book: &Book, id: &str, now: i64) -> Result<Coupon, ApiError> {
    let promotion =
        book.billing().promotions.get(id).ok_or_else(|| ApiError::no_such("promotion code", id))?;
    let used_up = promotion.max_redemptions.is_some_and(|most| promotion.times_redeemed >= most);
    if used_up || !promotion.active || promotion.expires_at.is_some_and(|at| at <= now) {
        return Err(ApiError::unexpected(
            "promotion_code_invalid",
            "This promotion code cannot be redeemed.",
        ));
    }
    usable(book, &promotion.coupon)
}

/// A coupon that may still be used.
pub fn usable(book: &Book, id: &str) -> Result<Coupon, ApiError> {
    let coupon = book.billing().coupons.get(id).ok_or_else(|| ApiError::no_such("coupon", id))?;
    match coupon.max_redemptions {
        Some(most) if coupon.times_redeemed >= most => Err(ApiError::unexpected(
            "coupon_expired",
            "This coupon has been redeemed as often as it may be.",
        )),
        _ => Ok(coupon.clone()),
    }
}

/// Counts a redemption, of a promotion code if one was used.
pub fn redeem(book: &mut Book, coupon: &str, promotion: Option<&str>) {
    if let Some(mut coupon) = book.billing().coupons.get(coupon).cloned() {
        coupon.times_redeemed += 1;
        book.put(coupon.into());
    }
    if let Some(mut promotion) = promotion.and_then(|id| book.billing().promotions.get(id)).cloned() {
        promotion.times_redeemed += 1;
        book.put(promotion.into());
    }
}

/// What a coupon takes off an amount.
pub fn off(coupon: &Coupon, amount: i64) -> i64 {
    let off = match (coupon.percent_off, coupon.amount_off) {
        (Some(percent), _) => (amount * percent + 50) / 100,
        (None, Some(off)) => off,
        (None, None) => 0,
    };
    off.clamp(0, amount.max(0))
}
