//! What sellers are paid, through our client: the account, the transfer to it, the payout to the bank, and the way back.

use crate::shop::{Shop, real_now};
use domain::{
    amount::{Currency, Money},
    id::{PayoutId, TeamId},
    money::{
        payments::{ObjectKind, PaymentError},
        payouts::{
            account::{SellerFacts, SellerState},
            provider::{BankStatus, OnboardingRequest, SellerPayments, TransferRequest},
        },
    },
    time::Millis,
};
use std::time::Duration;

const WEEK: Duration = Duration::from_secs(8 * 24 * 3600);

async fn seller(shop: &Shop) -> SellerFacts {
    let team = TeamId::new();
    let key = format!("{team}:account:1");
    let made = shop.payments.create_seller(team, key.clone()).await.expect("made");
    assert_eq!(made.reference, Some(team.to_string()));
    assert_eq!(shop.payments.create_seller(team, key).await.expect("the same"), made, "once for a team");
    made
}

async fn act(shop: &Shop, form: &str) {
    assert_eq!(shop.post("/stand-in/acts", form).await.status(), 200, "{form}");
}

/// €12 were paid, and can be used.
async fn earn(shop: &Shop) {
    let session = shop.session("p:open:1").await.id;
    shop.press(&session, "pay").await;
    shop.advance(WEEK);
}

fn request(account: &str, payout: PayoutId, minor: i64, step: &str) -> TransferRequest {
    TransferRequest {
        payout,
        account: account.into(),
        amount: Money { minor, currency: Currency::Eur },
        idempotency_key: format!("{payout}:{step}:1"),
    }
}

#[tokio::test]
async fn each_state_of_an_account_is_told() {
    let shop = Shop::open().await;
    let made = seller(&shop).await;
    assert_eq!(made.state(), SellerState::Started);
    for (name, want) in [
        ("check", SellerState::Checking),
        ("restrict", SellerState::NeedsInformation),
        ("approve", SellerState::Enabled),
        ("reject", SellerState::Restricted),
    ] {
        act(&shop, &format!("account={}&act={name}", made.id)).await;
        let found = shop.payments.seller(made.id.clone()).await.expect("found");
        assert_eq!(found.state(), want, "{name}");
        let event = shop.verified(&shop.hook().await);
        let about = event.object.expect("an object");
        assert_eq!((event.kind.as_str(), about.kind), ("account.updated", ObjectKind::Account));
        assert_eq!(about.id, made.id);
    }
    let request = OnboardingRequest {
        account: made.id.clone(),
        return_url: "http://127.0.0.1:9/back".into(),
        refresh_url: "http://127.0.0.1:9/again".into(),
    };
    let page = shop.payments.open_onboarding(request).await.expect("a page");
    assert!(page.starts_with(&format!("{}/connect/{}", shop.site, made.id)), "{page}");
}

#[tokio::test]
async fn money_goes_to_the_bank_and_comes_back() {
    let shop = Shop::open().await;
    let (account, payout) = (seller(&shop).await.id, PayoutId::new());
    act(&shop, &format!("account={account}&act=approve")).await;
    let ask = || shop.payments.send_transfer(request(&account, payout, 1080, "transfer"));
    let early = ask().await;
    assert!(matches!(&early, Err(PaymentError::Short(why)) if why.contains("insufficient")), "{early:?}");
    assert_eq!(shop.payments.transfer_of(payout).await.expect("asked"), None);
    earn(&shop).await;
    let sent = ask().await.expect("sent");
    assert_eq!(ask().await.expect("the same"), sent, "once for a key");
    assert_eq!(shop.payments.transfer_of(payout).await.expect("asked"), Some(sent.clone()));
    assert_eq!((sent.account.as_str(), sent.reversed), (account.as_str(), 0));
    assert_eq!(sent.reference, Some(payout.to_string()));

    let since = Millis(real_now());
    let find = || shop.payments.bank_payout_of(account.clone(), payout, since);
    assert_eq!(find().await.expect("asked"), None);
    let bank = shop.payments.pay_out(request(&account, payout, 1080, "payout")).await.expect("made");
    assert_eq!(find().await.expect("asked"), Some(bank.clone()));
    assert_eq!(bank.status, BankStatus::OnItsWay);
    act(&shop, &format!("payout={}&act=fail", bank.id)).await;
    let failed = shop.payments.bank_payout(account.clone(), bank.id).await.expect("found");
    assert_eq!(failed.status, BankStatus::Failed);
    assert!(failed.why.is_some_and(|why| why.contains("closed")));

    let key = format!("{payout}:reversal:1");
    for _ in 0..2 {
        shop.payments.take_back(sent.id.clone(), payout, key.clone()).await.expect("taken back");
        assert_eq!(shop.payments.transfer(sent.id.clone()).await.expect("found").reversed, 1080);
    }
}

#[tokio::test]
async fn a_failure_that_is_repeated_for_its_key_is_told_apart() {
    let shop = Shop::open().await;
    let (account, payout) = (seller(&shop).await.id, PayoutId::new());
    act(&shop, &format!("account={account}&act=approve")).await;
    earn(&shop).await;
    shop.control("fault=error_after+1+POST:/v1/transfers").await;
    let failed = shop.payments.send_transfer(request(&account, payout, 500, "transfer")).await;
    assert!(matches!(failed, Err(PaymentError::Failed(_))), "{failed:?}");
    let found = shop.payments.transfer_of(payout).await.expect("asked").expect("it was made");
    assert_eq!(found.amount.minor, 500);
    assert_eq!(shop.state().await["transfers"].as_array().map(Vec::len), Some(1));
}
