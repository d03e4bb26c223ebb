use super::*;
use proptest::prelude::*;

fn report(loss: f32, rtt_ms: u64) -> LinkReport {
    LinkReport { loss: Some(loss), rtt: Some(Duration::from_millis(rtt_ms)) }
}

/// Plays reports, one a second, and returns the steps after each.
fn play(strain: &mut Strain, from: u64, most: u8, reports: impl IntoIterator<Item = LinkReport>) -> Vec<u8> {
    let start = *START.get_or_init(Instant::now);
    let play = reports.into_iter().zip(from..).map(|(report, second)| {
        strain.note(report, most, start + Duration::from_secs(second));
        strain.steps()
    });
    play.collect()
}

static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();

#[test]
fn a_link_that_loses_much_goes_down_within_three_seconds_and_up_again_within_ten() {
    let mut strain = Strain::default();
    assert_eq!(play(&mut strain, 0, 2, [report(0.2, 30); 3]), [0, 1, 1]);
    assert_eq!(play(&mut strain, 3, 2, [report(0.2, 30); 5]), [2, 2, 2, 2, 2], "and to the smallest");
    let up = play(&mut strain, 8, 2, [report(0.0, 30); 10]);
    assert_eq!(up, [2, 2, 2, 2, 1, 1, 1, 1, 0, 0]);
}

#[test]
fn what_a_link_reports_decides() {
    let silent = LinkReport::default();
    let alternating: Vec<_> = (0..20).map(|n| report(if n % 2 == 0 { 0.3 } else { 0.0 }, 20)).collect();
    let table: [(&str, Vec<LinkReport>, u8); 9] = [
        ("a good one", vec![report(0.0, 20); 20], 0),
        ("a little loss, which is sent again", vec![report(0.03, 20); 20], 0),
        ("a fair one", vec![report(0.08, 20); 20], 0),
        ("one bad second", vec![report(0.9, 20)], 0),
        ("now and then a bad second", alternating, 0),
        ("two bad seconds", vec![report(0.1, 20), report(0.1, 20)], 1),
        ("no reports", vec![silent; 20], 0),
        ("a queue in front of a narrow place", [[report(0.0, 20)], [report(0.0, 600)]].concat(), 0),
        ("that stays", [vec![report(0.0, 20)], vec![report(0.0, 600); 2]].concat(), 1),
    ];
    for (what, reports, expected) in table {
        let steps = play(&mut Strain::default(), 0, 2, reports);
        assert_eq!(steps.last(), Some(&expected), "{what}: {steps:?}");
    }
}

#[test]
fn a_path_that_has_become_longer_is_no_queue_for_ever() {
    let mut strain = Strain::default();
    play(&mut strain, 0, 1, [report(0.0, 20)]);
    let steps = play(&mut strain, 1, 1, [report(0.0, 520); 80]);
    assert_eq!((steps[3], steps.last()), (1, Some(&0)), "{steps:?}");
}

#[test]
fn there_are_no_more_steps_than_layers_below() {
    let mut strain = Strain::default();
    assert_eq!(play(&mut strain, 0, 0, [report(0.9, 20); 9]), [0; 9], "the smallest");
    assert_eq!(play(&mut strain, 9, 2, [report(0.9, 20); 9]).last(), Some(&2));
    assert_eq!(play(&mut strain, 18, 1, [report(0.9, 20)]), [1], "it asks for a smaller one now");
}

#[test]
fn a_link_that_carries_one_layer_only_is_tried_less_and_less_often() {
    let (mut strain, start) = (Strain::default(), Instant::now());
    let (mut ups, mut bad) = (vec![], 0);
    for second in 0..600 {
        let before = strain.steps();
        let narrow = before == 0;
        bad += u32::from(narrow);
        let report = report(if narrow { 0.3 } else { 0.0 }, 30);
        strain.note(report, 2, start + Duration::from_secs(second));
        if strain.steps() < before {
            ups.push(second);
        }
    }
    assert!(ups.len() <= 15, "{ups:?}");
    assert!(ups.windows(2).skip(5).all(|pair| pair[1] - pair[0] >= 60), "{ups:?}");
    assert!(bad <= 32, "{bad} of 600 s were bad");
}

proptest! {
    /// Whatever is reported: each change is one step, no step up comes sooner than 3.5 s after another change, and none down
    /// sooner than the second bad report after one.
    #[test]
    fn no_reports_make_it_flap(reports in proptest::collection::vec((0.0_f32..0.4, 10_u64..900), 1..300), most in 0_u8..3) {
        let (mut strain, start, mut last, mut before) = (Strain::default(), Instant::now(), None::<u64>, 0);
        for (second, (loss, rtt)) in (0..).zip(reports) {
            strain.note(report(loss, rtt), most, start + Duration::from_secs(second));
            let steps = strain.steps();
            prop_assert!(steps <= most);
            if steps != before {
                let since = last.map_or(u64::MAX, |last| second - last);
                prop_assert_eq!(steps.abs_diff(before), 1);
                prop_assert!(since >= if steps < before { 4 } else { 2 }, "{} s after another change", since);
                last = Some(second);
            }
            before = steps;
        }
    }

    /// Whatever a link can carry, and however it is disturbed before: once it is quiet, the viewer has all that it carries
    /// most of the time, and loses little by trying more.
    #[test]
    fn it_settles_at_what_the_link_carries(carries in 0_u8..3, noise in proptest::collection::vec(0.0_f32..0.5, 0..60)) {
        let (mut strain, start) = (Strain::default(), Instant::now());
        let at = |second: usize| start + Duration::from_secs(second as u64);
        for (second, loss) in noise.iter().enumerate() {
            strain.note(report(*loss, 20), 2, at(second));
        }
        let (mut there, mut beyond) = (0, 0);
        for second in noise.len()..noise.len() + 600 {
            let too_much = strain.steps() < carries;
            there += u32::from(strain.steps() == carries);
            beyond += u32::from(too_much);
            strain.note(report(if too_much { 0.25 } else { 0.01 }, 20), 2, at(second));
        }
        prop_assert!(there >= 450, "{} of 600 s", there);
        prop_assert!(beyond <= 36, "{} of 600 s", beyond);
    }
}
