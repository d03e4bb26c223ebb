//! Errors, time-outs and broken connections, before and after the effect of a call.

use crate::{
    billing::customer,
    shop::{Shop, payments_within},
};
use domain::money::{billing::Billing, payments::PaymentError};
use std::time::Duration;

#[tokio::test]
async fn an_error_after_the_effect_hides_an_answer_that_the_key_finds() {
    let shop = Shop::open().await;
    let request = shop.request("p:open:1");
    let open = || domain::money::payments::Payments::open(&shop.payments, request.clone());
    for (fault, sessions) in [("error_before", 0), ("error_after", 1)] {
        shop.control(&format!("fault={fault}+1+/v1/checkout")).await;
        let away = open().await;
        assert!(matches!(&away, Err(PaymentError::Away(text)) if text.starts_with("500")), "{away:?}");
        assert_eq!(shop.state().await["sessions"].as_array().map(Vec::len), Some(sessions), "{fault}");
    }
    open().await.expect("the answer that was lost");
    assert_eq!(shop.state().await["sessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_fault_concerns_only_its_calls_and_ends() {
    let shop = Shop::open().await;
    shop.control("fault=error_before+2+/v1/billing_portal").await;
    let customer = customer(&shop).await;
    let portal = || shop.payments.open_portal(customer.clone(), "http://127.0.0.1:9/".into());
    for _ in 0..2 {
        assert!(matches!(portal().await, Err(PaymentError::Away(_))));
    }
    portal().await.expect("a page");
    assert!(shop.state().await["controls"]["fault"].is_null());
}

#[tokio::test]
async fn a_call_that_times_out_after_its_effect_was_done_once() {
    let shop = Shop::open().await;
    shop.control("fault=timeout_after+1+/v1/checkout").await;
    let request = shop.request("p:open:1");
    let open = || domain::money::payments::Payments::open(&shop.payments, request.clone());
    let away = open().await;
    assert!(matches!(&away, Err(PaymentError::Away(text)) if text.starts_with("no answer")), "{away:?}");
    open().await.expect("the answer that was lost");
    assert_eq!(shop.state().await["sessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_broken_connection_is_asked_for_again_and_its_effect_is_one() {
    let shop = Shop::open().await;
    let request = shop.request("p:open:1");
    let open = || domain::money::payments::Payments::open(&shop.payments, request.clone());
    for (fault, sessions) in [("reset_before", 0), ("reset_after", 1)] {
        shop.control(&format!("fault={fault}+1+POST:/v1/checkout/sessions$")).await;
        let away = open().await;
        assert!(matches!(&away, Err(PaymentError::Away(_))), "{fault}: {away:?}");
        assert_eq!(shop.state().await["sessions"].as_array().map(Vec::len), Some(sessions), "{fault}");
    }
    open().await.expect("the answer that was lost");
    assert_eq!(shop.state().await["sessions"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn an_effect_that_comes_late_is_one_and_its_key_is_busy_until_then() {
    let shop = Shop::open().await;
    let impatient = payments_within(&shop.site, Duration::from_millis(300));
    shop.control("fault=slow+1+POST:/v1/checkout/sessions$+2").await;
    let request = shop.request("p:open:1");
    let away = domain::money::payments::Payments::open(&impatient, request.clone()).await;
    assert!(matches!(&away, Err(PaymentError::Away(text)) if text.starts_with("no answer")), "{away:?}");
    let known = shop.state().await;
    assert_eq!((known["late"].as_u64(), known["sessions"].as_array().map(Vec::len)), (Some(1), Some(0)));
    let busy = domain::money::payments::Payments::open(&shop.payments, request.clone()).await;
    assert!(matches!(&busy, Err(PaymentError::Away(text)) if text.starts_with("409")), "{busy:?}");
    while shop.state().await["late"].as_u64() != Some(0) {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    domain::money::payments::Payments::open(&shop.payments, request).await.expect("the answer that was lost");
    assert_eq!(shop.state().await["sessions"].as_array().map(Vec::len), Some(1));
}
