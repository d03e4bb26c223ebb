//! What the tool knows of a sale by itself: what each buyer was answered. At the end it is compared with what the three sides say:
//! the pages, the ledger, and the payment provider.

use std::collections::{BTreeMap, BTreeSet};

/// What is sold.
#[derive(Clone, Copy, Debug)]
pub struct SaleTerms {
    pub stock: usize,
    /// In minor units; the price with the code is lower.
    pub price: i64,
    pub cheaper: i64,
    /// How often the code can be used.
    pub code_uses: usize,
}

/// How a buyer's way ended, by the answers that they got.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fate {
    /// Never had an order: it was sold out, and stayed so.
    #[default]
    Unserved,
    /// Had an order, and gave it up.
    Left,
    /// A slow payment failed.
    Bounced,
    /// The provider took the money.
    Paid,
}

/// One buyer.
#[derive(Clone, Debug, Default)]
pub struct Tale {
    /// The id of the order.
    pub order: Option<String>,
    /// With the code.
    pub cheaper: bool,
    pub fate: Fate,
    /// From when a seat was surely theirs, and when they began to give it up; microseconds.
    pub held_us: Option<u64>,
    pub freed_us: Option<u64>,
    /// What went wrong on the way.
    pub trouble: Option<String>,
}

/// A payment that the provider has taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenPayment {
    pub order: String,
    pub minor: i64,
}

/// What the three sides say when everything is at rest.
#[derive(Clone, Debug, Default)]
pub struct Sides {
    /// Buyers whose own page shows the pass.
    pub holders: BTreeSet<usize>,
    /// How many are left, by each open page, and by the seller's.
    pub left: Vec<Option<i64>>,
    pub left_at_seller: Option<i64>,
    /// Orders in the seller's list.
    pub orders: usize,
    /// How often the code was used, on the seller's page.
    pub code_uses: Option<i64>,
    /// The sum of each account of the ledger, in minor units.
    pub ledger: BTreeMap<String, i64>,
    /// What the provider itself says that it keeps for us, available or not.
    pub balance: i64,
    pub payments: Vec<TakenPayment>,
    pub refunds: usize,
}

/// The accounts of our money at the provider.
const AT_PROVIDER: [&str; 2] = ["provider:pending", "provider:available"];

/// What of the three sides is not as the buyers were told; empty if nothing differs.
pub fn differences(terms: SaleTerms, tales: &[Tale], sides: &Sides) -> Vec<String> {
    let mut found = Vec::new();
    for (buyer, tale) in tales.iter().enumerate() {
        found.extend(tale.trouble.as_ref().map(|trouble| format!("buyer {buyer}: {trouble}")));
    }
    grants(terms, tales, sides, &mut found);
    charges(terms, tales, sides, &mut found);
    discounts(terms, tales, sides, &mut found);
    books(sides, &mut found);
    found
}

fn grants(terms: SaleTerms, tales: &[Tale], sides: &Sides, found: &mut Vec<String>) {
    let paid: BTreeSet<usize> = buyers(tales, Fate::Paid);
    if paid.len() != terms.stock {
        found.push(format!("{} buyers were told that they paid, of {} seats", paid.len(), terms.stock));
    }
    found.extend(paid.difference(&sides.holders).map(|buyer| format!("buyer {buyer} paid and has no pass")));
    found.extend(
        sides.holders.difference(&paid).map(|buyer| format!("buyer {buyer} has a pass and did not pay")),
    );
    let pages = sides.left.iter().enumerate().map(|(page, left)| (format!("open page {page}"), *left));
    for (page, left) in pages.chain([("the seller's page".to_owned(), sides.left_at_seller)]) {
        match left {
            Some(0) => {}
            Some(left) => found.push(format!("{page} says {left} left")),
            None => found.push(format!("{page} does not say how many are left")),
        }
    }
    if sides.orders != paid.len() {
        found.push(format!("the seller sees {} orders of {}", sides.orders, paid.len()));
    }
}

fn buyers(tales: &[Tale], fate: Fate) -> BTreeSet<usize> {
    let those = tales.iter().enumerate().filter(|(_, tale)| tale.fate == fate);
    those.map(|(buyer, _)| buyer).collect()
}

fn charges(terms: SaleTerms, tales: &[Tale], sides: &Sides, found: &mut Vec<String>) {
    let mut taken: BTreeMap<&str, Vec<i64>> = BTreeMap::new();
    for payment in &sides.payments {
        taken.entry(&payment.order).or_default().push(payment.minor);
    }
    for (buyer, tale) in tales.iter().enumerate() {
        let amounts = tale.order.as_deref().and_then(|order| taken.remove(order)).unwrap_or_default();
        let price = if tale.cheaper { terms.cheaper } else { terms.price };
        let wanted = if tale.fate == Fate::Paid { vec![price] } else { Vec::new() };
        if amounts.len() > wanted.len() {
            found.push(format!(
                "buyer {buyer} ({:?}) was charged {} times: {amounts:?}",
                tale.fate,
                amounts.len()
            ));
        } else if amounts != wanted {
            found.push(format!("buyer {buyer} was charged {amounts:?} instead of {wanted:?}"));
        }
    }
    found.extend(taken.keys().map(|order| format!("the order {order} was charged, which no buyer has")));
    if sides.refunds > 0 {
        found.push(format!("{} refunds were made, and nobody should have paid in vain", sides.refunds));
    }
}

fn discounts(terms: SaleTerms, tales: &[Tale], sides: &Sides, found: &mut Vec<String>) {
    let told = tales.iter().filter(|tale| tale.cheaper && tale.fate == Fate::Paid).count();
    if told != terms.code_uses {
        found.push(format!("{told} buyers paid less by the code, which has {} uses", terms.code_uses));
    }
    if sides.code_uses != i64::try_from(terms.code_uses).ok() {
        found.push(format!("the seller sees {:?} uses of the code of {}", sides.code_uses, terms.code_uses));
    }
}

fn books(sides: &Sides, found: &mut Vec<String>) {
    let all: i64 = sides.ledger.values().sum();
    if all != 0 {
        found.push(format!("the ledger does not sum to zero but to {all}"));
    }
    let ours: i64 = AT_PROVIDER.iter().filter_map(|account| sides.ledger.get(*account)).sum();
    if ours != sides.balance {
        found.push(format!("the ledger has {ours} at the provider, which says {}", sides.balance));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TERMS: SaleTerms = SaleTerms { stock: 3, price: 2000, cheaper: 1000, code_uses: 1 };

    fn tale(order: &str, fate: Fate) -> Tale {
        Tale { order: Some(order.into()), fate, ..Tale::default() }
    }

    /// A sale at which everything went well.
    fn world() -> (Vec<Tale>, Sides) {
        let tales = vec![
            Tale { cheaper: true, ..tale("a", Fate::Paid) },
            tale("b", Fate::Left),
            tale("c", Fate::Paid),
            tale("d", Fate::Bounced),
            tale("e", Fate::Paid),
            Tale::default(),
        ];
        let payment = |order: &str, minor| TakenPayment { order: order.into(), minor };
        let account = |name: &str, sum| (name.to_owned(), sum);
        let sides = Sides {
            holders: BTreeSet::from([0, 2, 4]),
            left: vec![Some(0); 2],
            left_at_seller: Some(0),
            orders: 3,
            code_uses: Some(1),
            ledger: BTreeMap::from([
                account("provider:pending", 4500),
                account("provider:available", 265),
                account("sellers", -5000),
                account("platform:fees", 235),
            ]),
            balance: 4765,
            payments: vec![payment("a", 1000), payment("c", 2000), payment("e", 2000)],
            refunds: 0,
        };
        (tales, sides)
    }

    #[test]
    fn a_sale_at_which_all_agree_has_no_difference() {
        let (tales, sides) = world();
        assert_eq!(differences(TERMS, &tales, &sides), Vec::<String>::new());
    }

    #[test]
    fn every_wrong_answer_of_a_side_is_found() {
        type Plant = fn(&mut Sides);
        let planted: [(Plant, &str); 14] = [
            (|s| s.holders = BTreeSet::from([0, 4]), "buyer 2 paid and has no pass"),
            (|s| s.holders = BTreeSet::from([0, 2, 4, 5]), "buyer 5 has a pass and did not pay"),
            (|s| s.left[1] = Some(1), "open page 1 says 1 left"),
            (|s| s.left[0] = None, "open page 0 does not say"),
            (|s| s.left_at_seller = Some(-1), "the seller's page says -1 left"),
            (|s| s.orders = 4, "the seller sees 4 orders of 3"),
            (|s| s.code_uses = Some(2), "Some(2) uses of the code of 1"),
            (|s| s.balance -= 1, "the ledger has 4765 at the provider, which says 4764"),
            (|s| s.ledger.extend([("tax".to_owned(), 1)]), "does not sum to zero but to 1"),
            (|s| s.payments.push(s.payments[1].clone()), "buyer 2 (Paid) was charged 2 times"),
            (|s| s.payments[2].minor = 1000, "buyer 4 was charged [1000] instead of [2000]"),
            (|s| s.payments[0].order = "b".into(), "buyer 1 (Left) was charged 1 times"),
            (|s| s.payments[0].order = "z".into(), "the order z was charged, which no buyer has"),
            (|s| s.refunds = 1, "1 refunds were made"),
        ];
        for (plant, words) in planted {
            let (tales, mut sides) = world();
            plant(&mut sides);
            let found = differences(TERMS, &tales, &sides);
            assert!(found.iter().any(|one| one.contains(words)), "{words}: {found:?}");
        }
    }

    #[test]
    fn what_buyers_were_told_wrongly_is_found() {
        type Plant = fn(&mut Vec<Tale>);
        let planted: [(Plant, &str); 4] = [
            (|t| t[3].fate = Fate::Paid, "4 buyers were told that they paid, of 3 seats"),
            (|t| t[0].cheaper = false, "0 buyers paid less by the code, which has 1 uses"),
            (|t| t[4].fate = Fate::Unserved, "buyer 4 has a pass and did not pay"),
            (|t| t[1].trouble = Some("its page says held".into()), "buyer 1: its page says held"),
        ];
        for (plant, words) in planted {
            let (mut tales, sides) = world();
            plant(&mut tales);
            let found = differences(TERMS, &tales, &sides);
            assert!(found.iter().any(|one| one.contains(words)), "{words}: {found:?}");
        }
    }
}
