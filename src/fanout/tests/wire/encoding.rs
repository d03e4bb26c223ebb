//! Checks frames with an independent parser.

use crate::client::{Seen, parse};
use fanout::{Event, Frame};
use proptest::prelude::*;
use std::time::Duration;

/// Normalises line breaks as browsers do: each becomes one `\n`.
fn normal(data: &str) -> String {
    data.replace("\r\n", "\n").replace('\r', "\n")
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof!["\\PC{0,12}", "[\r\n: ]{1,4}", "data: |event: |id: |\u{0}|\u{feff}"],
        0..12,
    )
    .prop_map(|parts| parts.concat())
}

/// Splits a payload after every blank line.
fn blocks(payload: &[u8]) -> Vec<Seen> {
    let text = std::str::from_utf8(payload).expect("UTF-8");
    text.split_inclusive("\n\n").map(|block| parse(block.as_bytes())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn any_event_is_read_back(
        name in proptest::option::of(text()), id: Option<u64>, retry in proptest::option::of(0..u64::from(u32::MAX)),
        data in text(),
    ) {
        let mut event = name.as_deref().map_or(Event::new(&data), |name| Event::named(name, &data));
        if let Some(id) = id {
            event = event.id(id);
        }
        if let Some(retry) = retry {
            event = event.retry(Duration::from_millis(retry));
        }
        let frame = Frame::from(event);
        prop_assert_eq!(frame.id(), id);
        let name = name.unwrap_or_default().split(['\r', '\n']).next().unwrap_or_default().to_owned();
        prop_assert_eq!(blocks(&frame.payload()), vec![Seen { name, id, retry, data: normal(&data) }]);
    }

    #[test]
    fn joined_frames_are_read_back_one_by_one(all in proptest::collection::vec((any::<Option<u64>>(), text()), 0..9)) {
        let frames = all.iter().map(|(id, data)| {
            let event = Event::new(data);
            Frame::from(id.map_or(event, |id| event.id(id)))
        });
        let Some(joined) = Frame::join(frames) else {
            prop_assert!(all.is_empty());
            return Ok(());
        };
        prop_assert_eq!(joined.id(), all.iter().rev().find_map(|(id, _)| *id));
        let seen: Vec<_> = blocks(&joined.payload()).into_iter().map(|seen| (seen.id, seen.data)).collect();
        prop_assert_eq!(seen, all.iter().map(|(id, data)| (*id, normal(data))).collect::<Vec<_>>());
    }
}
