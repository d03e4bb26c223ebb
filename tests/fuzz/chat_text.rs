//! A chat line, from the typed text to the bytes that all pages receive.

use domain::{
    access::admit::Role,
    chat::{
        room::{ChatLine, JournalEntry, LONGEST_LINE, RoomChange},
        text as chat_text,
    },
    id::{AccountId, ClientId, RoomId, StreamId},
    time::Millis,
};
use uuid::Uuid;
use views::chat::{self, Audience, ChatOf};

pub fn run(input: &[u8]) {
    let typed = String::from_utf8_lossy(input);
    let Ok(body) = chat_text::line(&typed) else { return };
    assert!(!body.is_empty() && body.chars().count() <= LONGEST_LINE, "length");
    assert!(!body.chars().any(char::is_control), "a control character is left: {body:?}");
    assert_eq!(chat_text::line(&body).as_deref(), Ok(body.as_str()), "cleaning twice changes the line");
    for audience in [Audience::Viewer, Audience::Moderator] {
        let empty = rendered("x", audience);
        let html = rendered(&body, audience);
        assert_eq!(tags(&html) - links(&html), tags(&empty), "the line opened a tag: {html}");
    }
}

fn rendered(body: &str, audience: Audience) -> String {
    let line = ChatLine {
        author: AccountId(Uuid::from_u128(1)),
        name: "Maya".into(),
        role: Role::Viewer,
        client: ClientId(Uuid::from_u128(2)),
        body: body.into(),
        removed: false,
    };
    let (room, change) = (RoomId(Uuid::from_u128(3)), RoomChange::Said(line));
    let entry = JournalEntry { room, seq: 7, at: Millis(0), change };
    chat::frame(ChatOf::Stream(StreamId(Uuid::from_u128(4))), &entry, audience).into_string()
}

fn tags(html: &str) -> usize {
    html.matches('<').count()
}

/// Counts the tags of the links in a line.
fn links(html: &str) -> usize {
    2 * html.matches(r#" rel="nofollow ugc noopener noreferrer" target="_blank">"#).count()
}
