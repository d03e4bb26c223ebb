//! Keys under which jobs are enqueued: one for each thing that they are about, so that each is done once.

use domain::{
    access::jobs::SendClosing,
    id::*,
    money::back::{
        evidence::SendEvidence,
        show_refunds::{RefundShow, TellShowRefund},
        wishes::{SendRefundDeclined, SendRefundWish},
    },
    time::Millis,
};
use std::collections::HashSet;
use uuid::Uuid;

fn id(n: u128) -> Uuid {
    Uuid::from_u128(n)
}

/// Of all jobs, by two things of each kind and two moments.
fn keys() -> Vec<String> {
    let mut keys = Vec::new();
    for (one, other) in [(1, 1), (1, 2), (2, 1), (2, 2)] {
        let (account, at) = (AccountId(id(other)), Millis(i64::try_from(other).expect("a small number")));
        for closed_at in [Millis(1), Millis(2)] {
            keys.push(SendClosing { space: SpaceId(id(one)), account, closed_at }.key());
        }
        keys.push(SendEvidence { purchase: PurchaseId(id(one)), at }.key());
        keys.push(TellShowRefund { refund: ShowRefundId(id(one)), account }.key());
        keys.push(SendRefundWish { wish: RefundWishId(id(one)), reader: account }.key());
        for late in [false, true] {
            keys.push(RefundShow { refund: ShowRefundId(id(one)), batch: at.0, late }.key());
        }
    }
    keys.extend([1, 2].map(|wish| SendRefundDeclined { wish: RefundWishId(id(wish)) }.key()));
    keys
}

#[test]
fn jobs_about_different_things_have_different_keys() {
    let all = keys();
    let different: HashSet<_> = all.iter().collect();
    assert_eq!((all.len(), different.len()), (30, 30), "{all:?}");
    assert_eq!(keys(), all, "and the same job has the same key again");
}
