//! Everything answered is on disk: killing the process at any moment loses none of it.

use crate::shop::Shop;
use domain::money::payments::ProviderStatus;
use std::{fs, time::Duration};

#[tokio::test]
async fn whatever_was_answered_is_in_the_file() {
    let shop = Shop::open().await;
    shop.control("webhooks=off").await;
    let mut ids = Vec::new();
    for n in 0..40 {
        ids.push(shop.session(&format!("p{n}:open:1")).await.id);
    }
    let (told, mut answered) = tokio::sync::mpsc::unbounded_channel();
    for id in ids.clone() {
        let (http, url, told) = (shop.http.clone(), format!("{}/pay/{id}/pay", shop.site), told.clone());
        tokio::spawn(async move {
            assert_eq!(http.post(url).send().await.expect("answered").status(), 303);
            told.send(id).expect("the test listens");
        });
    }
    // After each answer, copies the file as a kill at this moment would leave it, while other calls are in progress.
    let mut paid = Vec::new();
    for _ in 0..ids.len() {
        paid.push(answered.recv().await.expect("answered"));
        let left = tempfile::tempdir().unwrap();
        fs::copy(shop.journal(), left.path().join("stand-in.jsonl")).unwrap();
        let state = state(&shop, left.path()).await;
        for id in &paid {
            let session =
                state["sessions"].as_array().unwrap().iter().find(|session| session["id"] == **id).unwrap();
            assert_eq!(session["status"], "complete", "{id} was answered but lost");
        }
        let charges = state["charges"].as_array().unwrap();
        assert!(charges.len() >= paid.len());
        assert_eq!(state["deliveries"].as_array().unwrap().len(), 2 * charges.len());
    }
}

/// The state that a stand-in loads from a directory.
async fn state(shop: &Shop, dir: &std::path::Path) -> serde_json::Value {
    let listener = crate::shop::loopback().await;
    let url = format!("http://{}/stand-in/state.json", listener.local_addr().unwrap());
    let serving = tokio::spawn(stand_in::serve(listener, shop.stand_in(dir), std::future::pending()));
    let state = crate::shop::get_json(&shop.http, &url).await;
    serving.abort();
    state
}

#[tokio::test]
async fn a_session_ends_also_while_nobody_runs() {
    let mut shop = Shop::open().await;
    let (open, paid) = (shop.session("1").await.id, shop.session("2").await.id);
    shop.press(&paid, "pay").await;
    shop.restart().await;
    assert_eq!(shop.fetch(&open).await.status, ProviderStatus::Open);
    assert!(
        shop.fetch(&open).await.url.expect("open").starts_with(&shop.site),
        "the pay page has the current address"
    );
    shop.advance(Duration::from_secs(32 * 60));
    shop.restart().await;
    assert_eq!(shop.fetch(&open).await.status, ProviderStatus::Expired);
    assert_eq!(shop.fetch(&paid).await.status, ProviderStatus::Paid);
}
