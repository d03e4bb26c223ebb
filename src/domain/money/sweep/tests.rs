use super::*;

const NOW: Millis = Millis(1_900_000_000_000);

fn ago(span: Span) -> Millis {
    Millis(NOW.0 - span.0)
}

#[test]
fn a_sweep_is_due_every_five_minutes_and_sooner_while_somebody_pays_and_nothing_comes() {
    let (short, long) = (Some(ago(Span::minutes(9))), Some(ago(Span::minutes(10))));
    for (swept, came, open, due) in [
        (None, None, false, true),
        (Some(Span::secs(299)), None, false, false),
        (Some(Span::minutes(5)), short, false, true),
        (Some(Span::secs(29)), long, true, false),
        (Some(Span::secs(30)), long, true, true),
        (Some(Span::secs(30)), None, true, true),
        (Some(Span::secs(30)), long, false, false),
        (Some(Span::secs(30)), short, true, false),
        (Some(Span::minutes(5)), short, true, true),
    ] {
        let state = SweepState { cursor: None, swept_at: swept.map(ago), came_at: came, open };
        assert_eq!(state.is_due(NOW), due, "{state:?}");
    }
}

fn listed(id: &str, age: Span) -> ListedEvent {
    let event = WebhookEvent { id: id.into(), kind: "invoice.paid".into(), object: None };
    ListedEvent { event, created: ago(age) }
}

#[test]
fn a_webhook_has_half_a_minute_to_come_by_itself() {
    assert!(!listed("evt_1", Span(29_999)).is_overdue(NOW));
    assert!(listed("evt_1", Span::secs(30)).is_overdue(NOW));
}

#[test]
fn the_next_sweep_reads_again_what_may_be_listed_late() {
    let page =
        [listed("evt_4", Span(0)), listed("evt_3", Span::minutes(9)), listed("evt_2", Span::minutes(10))];
    assert_eq!(cursor_of(&page, NOW), Some("evt_2"));
    assert_eq!(cursor_of(&page[..2], NOW), None);
    assert_eq!(cursor_of(&[], NOW), None);
    assert_eq!(NOW - oldest(NOW), Span::days(30));
}
