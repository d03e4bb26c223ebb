//! What was written between shows: posts, and lines in communities.

use super::{settled::Settled, shows};
use crate::app::App;
use anyhow::{Context, Result};
use domain::{catalogue::content::posts::PostText, id::RoomId};
use service::catalogue::content::posts;

pub struct PostSeed {
    pub hours_ago: i64,
    pub space: &'static str,
    pub room: &'static str,
    pub title: &'static str,
    pub body: &'static str,
}

pub struct ChatLineSeed {
    pub hours_ago: i64,
    pub space: &'static str,
    pub room: &'static str,
    /// Empty: the host.
    pub who: &'static str,
    pub words: &'static str,
}

const fn note(hours_ago: i64, title: &'static str, body: &'static str) -> PostSeed {
    PostSeed { hours_ago, space: "night-build", room: "notebook", title, body }
}

/// The oldest first.
pub static POSTS: [PostSeed; 3] = [
    note(
        500,
        "The filter, version three",
        "Version two sang by itself at *1.2 kHz*. The cause: a feedback trace that runs along the power line for the length of the board.\n\n# What changes\n\n- the trace moves to the back\n- a ground pour between the two\n- one more capacitor, because I no longer trust myself\n\nBoards are ordered. If it sings again I will keep it and call it an oscillator.",
    ),
    note(
        70,
        "A click every 47 seconds",
        "You know by now that **it was the fridge**. For completeness the measurements:\n\n> 47 s between clicks, give or take 0.3. The compressor runs for 9 of them.\n\nThe fix is a second power strip. The lesson is that I measured the firmware for two evenings and the room for two minutes.",
    ),
    note(
        5,
        "Parts for tonight",
        "If you solder along, have these at hand:\n\n1. two 10k resistors\n2. one 100n capacitor, film if you have it\n3. patience\n\nThe schematic is in the [usual place](https://night-build.example/boards).",
    ),
];

const fn said(hours_ago: i64, who: &'static str, words: &'static str) -> ChatLineSeed {
    ChatLineSeed { hours_ago, space: "night-build", room: "workbench-talk", who, words }
}

/// The oldest first.
pub static LINES: [ChatLineSeed; 7] = [
    said(60, "", "This room stays open between shows. Be kind to each other's solder joints."),
    said(55, "hugo", "First board works. Second board works if you hold it at an angle."),
    said(54, "mina", "that is called a tilt sensor, sell it"),
    said(30, "bea", "Does anybody have the 10k trimmers left over? Mine are all 1k."),
    said(29, "joon", "I have six. I'll send you three."),
    said(8, "bea", "They arrived, thank you!"),
    said(4, "", "Tonight we find out why the filter sings. Bring headphones."),
];

pub async fn publish(app: &App, settled: &Settled, post: &PostSeed) -> Result<()> {
    let of = settled.at(post.space).context(post.space)?;
    let room = of.room(post.room).context(post.room)?;
    let text = PostText { title: post.title.into(), body: post.body.into() };
    posts::create(&app.services, of.host, room, &text, true).await.map(drop).context(post.title)
}

pub async fn say(app: &App, settled: &Settled, line: &ChatLineSeed) -> Result<()> {
    let of = settled.at(line.space).context(line.space)?;
    let room = RoomId::of_experience(of.room(line.room).context(line.room)?);
    shows::say(app, settled, of, room, (line.who, line.words)).await.map(drop)
}
