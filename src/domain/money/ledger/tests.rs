use super::*;
use proptest::prelude::*;

fn sale(paid: i64, fee: i64) -> Sale {
    Sale { team: TeamId::new(), paid: Money { minor: paid, currency: Currency::Eur }, fee }
}

fn movement(kind: MovementKind, object: &str, amount: i64, fee: Option<i64>) -> Movement {
    let available_on = fee.map(|_| Millis(2_000));
    Movement { kind, object: object.into(), amount, fee, available_on, at: Millis(1_000), reference: None }
}

/// The sum of each account that the sets touch.
fn sums(sets: &[Posting], team: TeamId) -> [i64; 5] {
    use LedgerAccount::*;
    [ProviderPending, ProviderFees, Seller(team), PlatformFees, Disputes].map(|account| {
        let entries = sets.iter().flat_map(|set| set.entries.entries());
        entries.filter(|entry| entry.account == account).map(|entry| entry.amount.minor).sum()
    })
}

fn written(sets: &[Posting]) -> Vec<Written> {
    let mut known: Vec<Written> = Vec::new();
    for set in sets {
        if let Some((kind, object)) = &set.completes {
            let of = known.iter_mut().find(|one| one.kind == *kind && one.object == *object);
            of.expect("the set that it completes").fee_known = true;
        }
        known.push(set.written());
    }
    known
}

#[test]
fn each_movement_has_its_entries() {
    use MovementKind::*;
    let sale = sale(1200, 120);
    let all = [
        movement(Payment, "pi_1", 1200, Some(65)),
        movement(Refund, "re_1", 300, Some(10)),
        movement(RefundReturned, "re_1", 300, Some(10)),
        movement(DisputeOpened, "dp_1", 1200, Some(1500)),
        movement(DisputeWon, "dp_1", 1200, Some(20)),
        movement(DisputeLost, "dp_2", 1200, Some(0)),
        // Only its fee moves.
        movement(DisputeOpened, "dp_3", 0, Some(1500)),
    ];
    // pending, provider's fees, seller, platform's fees, disputes
    for (movement, expected) in all.iter().zip([
        [1135, 65, -1080, -120, 0],
        [-310, 10, 270, 30, 0],
        [290, 10, -270, -30, 0],
        [-2700, 1500, 0, 0, 1200],
        [1180, 20, 0, 0, -1200],
        [0, 0, 1080, 120, -1200],
        [-1500, 1500, 0, 0, 0],
    ]) {
        let back = if movement.kind == RefundReturned { 300 } else { 0 };
        let known =
            [Written { kind: Refund, object: "re_0".into(), amount: back, fee_known: true, note: None }];
        let sets = missing(&sale, &known, std::slice::from_ref(movement)).unwrap();
        assert_eq!(sums(&sets, sale.team), expected, "{:?}", movement.kind);
    }
}

/// Refunding one's own sales costs the platform nothing.
#[test]
fn the_share_of_a_refund_that_the_seller_decided_is_kept() {
    use MovementKind::*;
    let sale = sale(1200, 120);
    let ours = |kind, object: &str, amount| {
        let reference = Some("a refund of ours".into());
        Movement { reference, ..movement(kind, object, amount, Some(0)) }
    };
    let payment = movement(Payment, "pi_1", 1200, Some(65));
    for (back, expected) in [
        (vec![ours(Refund, "re_1", 1200)], [-65, 65, 120, -120, 0]),
        (vec![ours(Refund, "re_1", 300), ours(RefundReturned, "re_1", 300)], [1135, 65, -1080, -120, 0]),
        // What goes back without the seller's decision returns its part, in whatever order.
        (vec![ours(Refund, "re_1", 600), movement(Refund, "re_2", 600, Some(0))], [-65, 65, 60, -60, 0]),
        (vec![movement(Refund, "re_1", 600, Some(0)), ours(Refund, "re_2", 600)], [-65, 65, 60, -60, 0]),
    ] {
        let found: Vec<Movement> = std::iter::once(payment.clone()).chain(back).collect();
        let sets = missing(&sale, &[], &found).unwrap();
        assert_eq!(sums(&sets, sale.team), expected, "{found:?}");
        assert_eq!(missing(&sale, &written(&sets), &found).unwrap(), Vec::<Posting>::new(), "once");
    }
}

#[test]
fn a_fee_that_is_told_later_is_added_once() {
    let sale = sale(1200, 120);
    let (before, after) = (
        movement(MovementKind::Payment, "pi_1", 1200, None),
        movement(MovementKind::Payment, "pi_1", 1200, Some(65)),
    );
    let mut sets = missing(&sale, &[], std::slice::from_ref(&before)).unwrap();
    assert_eq!((sets[0].fee_known, sets[0].available_on), (false, None));
    assert_eq!(missing(&sale, &written(&sets), &[before]).unwrap(), Vec::<Posting>::new());
    sets.extend(missing(&sale, &written(&sets), std::slice::from_ref(&after)).unwrap());
    assert_eq!(sets[1].completes, Some((MovementKind::Payment, "pi_1".into())));
    assert_eq!((sets[1].object.as_str(), sets[1].amount), ("payment:pi_1", 65));
    assert_eq!(sums(&sets, sale.team), [1135, 65, -1080, -120, 0]);
    assert_eq!(missing(&sale, &written(&sets), &[after]).unwrap(), Vec::<Posting>::new());
}

/// By its reference a set carries out a refund of ours, which its fee must not do a second time.
#[test]
fn the_fee_of_a_refund_is_not_that_refund() {
    let sale = sale(1200, 120);
    let reference = Some("a refund of ours".to_owned());
    let told =
        |fee| Movement { reference: reference.clone(), ..movement(MovementKind::Refund, "re_1", 300, fee) };
    let mut sets = missing(&sale, &[], &[told(None)]).unwrap();
    sets.extend(missing(&sale, &written(&sets), &[told(Some(10))]).unwrap());
    let found: Vec<_> = sets.iter().map(|set| (set.object.as_str(), set.reference.clone())).collect();
    assert_eq!(found, [("re_1", reference), ("refund:re_1", None)]);
}

/// Each of the two refunds is without its fee, and the list has one of them twice.
#[test]
fn a_fee_that_is_told_twice_at_once_is_added_once() {
    let sale = sale(1200, 120);
    let told = |object: &str, fee| movement(MovementKind::Refund, object, 300, fee);
    let before = [told("re_1", None), told("re_2", None)];
    let known = written(&missing(&sale, &[], &before).unwrap());
    for object in ["re_1", "re_2"] {
        let twice = [told(object, Some(10)), told(object, Some(10))];
        let sets = missing(&sale, &known, &twice).unwrap();
        let completed: Vec<_> = sets.iter().map(|set| set.completes.clone()).collect();
        assert_eq!(completed, [Some((MovementKind::Refund, object.into()))]);
    }
}

/// What an earlier release recorded as sums is not written again when the provider tells the single movements.
#[test]
fn a_migrated_sum_covers_the_movements_that_it_contains() {
    use MovementKind::*;
    let sale = sale(1200, 0);
    let set = |kind, amount| Written {
        kind,
        object: "purchase".into(),
        amount,
        fee_known: false,
        note: Some(LedgerNote::Migrated),
    };
    let payment = movement(Payment, "pi_1", 1200, None);
    let refund = |object: &str, amount| movement(Refund, object, amount, Some(0));
    let returned = |object: &str, amount| movement(RefundReturned, object, amount, Some(0));
    for (known, found, seller) in [
        (vec![set(Payment, 1200)], vec![payment.clone()], 0),
        (vec![set(Payment, 1200), set(Refund, 300)], vec![payment.clone(), refund("re_1", 300)], 0),
        // Another one came after the upgrade.
        (vec![set(Payment, 1200), set(Refund, 300)], vec![refund("re_1", 300), refund("re_2", 400)], 400),
        // One had failed before the upgrade, and is not in the sum.
        (
            vec![set(Payment, 1200), set(Refund, 700)],
            vec![refund("re_1", 500), returned("re_1", 500), refund("re_2", 700)],
            0,
        ),
        (
            vec![set(Payment, 1200), set(DisputeOpened, 1200)],
            vec![
                movement(DisputeOpened, "dp_1", 1200, Some(1500)),
                movement(DisputeLost, "dp_1", 1200, Some(0)),
            ],
            1200,
        ),
    ] {
        let sets = missing(&sale, &known, &found).unwrap();
        assert_eq!(sums(&sets, sale.team)[2], seller, "{sets:?}");
        let known: Vec<Written> = known.into_iter().chain(written(&sets)).collect();
        assert_eq!(missing(&sale, &known, &found).unwrap(), Vec::<Posting>::new(), "once");
    }
    // What is covered is complete, and its money can be used unless the provider says otherwise.
    for (fee, usable) in [(None, Millis(1_000)), (Some(0), Millis(2_000))] {
        let found = movement(Refund, "re_1", 300, fee);
        let sets = missing(&sale, &[set(Refund, 300)], &[found]).unwrap();
        let [covered] = &sets[..] else { panic!("one set: {sets:?}") };
        assert_eq!((covered.note, covered.fee_known), (Some(LedgerNote::Covered), true));
        assert_eq!((covered.available_on, covered.entries.entries()), (Some(usable), &[][..]));
    }
    // A covered refund that fails later is taken back.
    let known = [set(Payment, 1200), set(Refund, 1200)];
    let first = missing(&sale, &known, &[refund("re_1", 1200)]).unwrap();
    let known: Vec<Written> = known.into_iter().chain(written(&first)).collect();
    let later = missing(&sale, &known, &[refund("re_1", 1200), returned("re_1", 1200)]).unwrap();
    assert_eq!(sums(&later, sale.team)[2], -1200);
}

#[test]
fn accounts_and_kinds_read_back_as_they_are_written() {
    let team = LedgerAccount::Seller(TeamId::new());
    for account in LedgerAccount::OURS.into_iter().chain([team]) {
        assert_eq!(account.to_string().parse(), Ok(account));
    }
    assert_eq!("seller:nobody".parse::<LedgerAccount>(), Err(NoSuchAccount));
    assert!(MovementKind::ALL.into_iter().all(|kind| MovementKind::from_code(kind.code()) == Some(kind)));
    assert!(LedgerNote::ALL.into_iter().all(|note| LedgerNote::from_code(note.code()) == Some(note)));
}

#[test]
fn a_share_is_a_percentage() {
    let euros = |minor| Money { minor, currency: Currency::Eur };
    for (text, amount, share) in [
        ("10", 1200, 120),
        ("7.5", 1200, 90),
        ("0", 1200, 0),
        ("100", 1200, 1200),
        ("2.25", 101, 2),
        ("10", 5, 1),
    ] {
        assert_eq!(text.parse::<FeeShare>().map(|of| of.of(euros(amount))), Ok(share), "{text}");
    }
    for text in ["", "-1", "101", "100.01", "ten", "1.234", "1,5", "."] {
        assert_eq!(text.parse::<FeeShare>(), Err(BadShare), "{text}");
    }
    assert_eq!("10".parse(), Ok(FeeShare::default()));
}

#[test]
fn entries_out_of_range_are_refused() {
    let entry =
        |minor| LedgerEntry { account: LedgerAccount::Tax, amount: Money { minor, currency: Currency::Eur } };
    assert_eq!(EntrySet::new([entry(i64::MAX), entry(1)]), Err(EntryError::TooLarge));
    assert_eq!(
        EntrySet::available(Money { minor: i64::MIN, currency: Currency::Eur }),
        Err(EntryError::TooLarge)
    );
    assert_eq!(EntrySet::new([entry(5), entry(-5)]), Ok(EntrySet::default()), "nothing is left");
}

fn any_entry() -> impl Strategy<Value = LedgerEntry> {
    (0..LedgerAccount::OURS.len(), 0..Currency::ALL.len(), -1_000_i64..1_000).prop_map(
        |(account, currency, minor)| LedgerEntry {
            account: LedgerAccount::OURS[account],
            amount: Money { minor, currency: Currency::ALL[currency] },
        },
    )
}

/// Everything that may happen to a payment of 1200: refunds that arrive or fail, and disputes that end either way.
fn any_story() -> impl Strategy<Value = Vec<Movement>> {
    use MovementKind::*;
    let refunds = prop::collection::vec((1_i64..600, any::<bool>(), any::<bool>(), any::<bool>()), 0..4);
    let disputes = prop::collection::vec((1_i64..1200, 0_u8..3), 0..3);
    (refunds, disputes).prop_map(|(refunds, disputes)| {
        let mut story = vec![movement(Payment, "pi_1", 1200, Some(65))];
        for (n, (amount, fails, told, ours)) in refunds.into_iter().enumerate() {
            let reference = ours.then(|| format!("ours_{n}"));
            let made =
                Movement { reference, ..movement(Refund, &format!("re_{n}"), amount, told.then_some(0)) };
            story.push(made.clone());
            if fails {
                story.push(Movement { kind: RefundReturned, fee: Some(0), ..made });
            }
        }
        for (n, (amount, end)) in disputes.into_iter().enumerate() {
            story.push(movement(DisputeOpened, &format!("dp_{n}"), amount, Some(1500)));
            match end {
                0 => {}
                1 => story.push(movement(DisputeWon, &format!("dp_{n}"), amount, Some(0))),
                _ => story.push(movement(DisputeLost, &format!("dp_{n}"), amount, Some(0))),
            }
        }
        story
    })
}

proptest! {
    #[test]
    fn a_set_is_made_exactly_when_it_sums_to_zero(entries in prop::collection::vec(any_entry(), 0..12)) {
        let balanced = Currency::ALL.into_iter().all(|currency| {
            let of = entries.iter().filter(|entry| entry.amount.currency == currency);
            of.map(|entry| entry.amount.minor).sum::<i64>() == 0
        });
        let set = EntrySet::new(entries.clone());
        prop_assert_eq!(set.is_ok(), balanced);
        // With what is missing to zero, any entries are a set.
        let rest = entries.iter().map(|entry| {
            let Money { minor, currency } = entry.amount;
            LedgerEntry { account: LedgerAccount::Tax, amount: Money { minor: -minor, currency } }
        });
        prop_assert!(EntrySet::new(entries.iter().copied().chain(rest.collect::<Vec<_>>())).is_ok());
    }

    /// However the provider's news arrive, doubled and shuffled, at first in part, the ledger ends the same.
    #[test]
    fn any_order_and_number_of_news_ends_in_one_ledger(
        story in any_story(),
        parts in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..12),
        fee in 0_i64..=1200,
    ) {
        let sale = sale(1200, fee);
        let at_once = missing(&sale, &[], &story).unwrap();
        prop_assert_eq!(missing(&sale, &written(&at_once), &story).unwrap(), Vec::<Posting>::new());
        let mut sets: Vec<Posting> = Vec::new();
        for (until, backwards) in parts {
            let mut part = story[..=until.index(story.len())].to_vec();
            if backwards {
                part.reverse();
            }
            sets.extend(missing(&sale, &written(&sets), &part).unwrap());
        }
        sets.extend(missing(&sale, &written(&sets), &story).unwrap());
        prop_assert_eq!(sums(&sets, sale.team), sums(&at_once, sale.team));
        prop_assert_eq!(sets.len(), at_once.len());
        let keys: std::collections::HashSet<_> = sets.iter().map(|set| (set.kind, &set.object)).collect();
        prop_assert_eq!(keys.len(), sets.len(), "each once");
    }

    /// A refund of the whole gives the platform's share back to the last cent, however it was cut.
    #[test]
    fn the_parts_of_a_refund_add_up_to_the_whole(paid in 1_i64..100_000, share in 0_i64..=10_000, cut in 0_i64..100_000) {
        let fee = FeeShare(share).of(Money { minor: paid, currency: Currency::Eur });
        let (sale, cut) = (sale(paid, fee), cut % paid);
        let story = [
            movement(MovementKind::Payment, "pi_1", paid, Some(0)),
            movement(MovementKind::Refund, "re_1", cut, Some(0)),
            movement(MovementKind::Refund, "re_2", paid - cut, Some(0)),
        ];
        let sets = missing(&sale, &[], &story).unwrap();
        prop_assert_eq!(sums(&sets, sale.team), [0; 5]);
    }
}
