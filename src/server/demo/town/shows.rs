//! Shows that are over.

use super::{
    found::Founded,
    seeds::{PastShow, SpaceSeed},
    settled::Settled,
    viewers::PEST,
};
use crate::{
    Service,
    app::App,
    demo::{air, past::PastClock},
    recordings::segment,
};
use anyhow::{Context, Result};
use domain::{
    access::{admit::Role, ban::BanKind},
    catalogue::zone::Zone,
    chat::room::{By, ChatPost, Mode},
    clock::Clock,
    id::{AccountId, AttendanceId, ClientId, RoomId},
    live::{
        media::{Codec, MediaEnd, MediaPlane},
        passes::Plane,
        presence::Person,
        stream::{Stream, StreamCommand},
    },
    time::{Millis, Span},
};
use media::Film;
use service::{
    catalogue::streams,
    chat::{self, BanDraft},
    live::{self, recordings, streams::move_stream},
};
use std::collections::BTreeSet;
use store::NewStreams;

/// When a show of the past began.
pub fn begin(place: &SpaceSeed, over: &PastShow, now: Millis) -> Result<Millis> {
    let day = Zone::named(place.zone)?.local(Millis(now.0 - Span::days(over.days_ago).0));
    let begun = day.with().hour(over.hour).minute(0).second(0).subsec_nanosecond(0).build()?;
    Ok(Millis(begun.timestamp().as_millisecond()))
}

/// Holds a show of the past from its begin to its end, with everybody who wrote in it.
pub async fn hold(
    service: &Service,
    settled: &Settled,
    of: &Founded,
    over: &PastShow,
    past: &mut PastClock<'_>,
) -> Result<Stream> {
    let (app, host) = (&service.app, of.host);
    let begin = app.clock.now();
    let new = NewStreams { title: over.title, at: &[begin], count_hidden: false };
    let stream = streams::schedule(&app.services, host, of.rooms[over.room], &new).await?;
    let session = air::put_on_air(service, &stream, Film::Wheel, Some(host)).await?;
    let present = watching(app, settled, of, (&stream, over))?;
    if over.recorded {
        record(service, host, &stream, Span::minutes(over.minutes)).await?;
    }
    let pause = Span(Span::minutes(over.minutes).0 / (over.chat.len() as i64 + 1));
    for &(username, words) in over.chat {
        past.pass(pause);
        let seq = say(app, settled, of, stream.room, (username, words)).await?;
        if username == PEST {
            throw_out(app, settled, of, stream.room, seq).await?;
        }
    }
    past.pass(pause);
    move_stream(&app.services, host, stream.id, StreamCommand::End).await?;
    service.media.end(session, MediaEnd::Left);
    drop(present);
    Ok(stream)
}

/// Keeps what a recorder would have kept of a show. The service completes it once the show is over.
async fn record(service: &Service, host: AccountId, stream: &Stream, length: Span) -> Result<()> {
    let services = &service.app.services;
    live::streams::record(services, host, stream, (true, Plane::Embedded)).await?;
    recordings::running(services).await?;
    let recording = services.store.recordings().of_stream(stream.id).await?;
    let rounds = u32::try_from(length.0 / 10_000)?;
    for (number, bytes) in (0..).zip(media::recorded_film(Film::Wheel, rounds)) {
        let new = segment(number, Codec::Vp8, &bytes)?.context("no cluster")?;
        recordings::keep(services, &recording, &new, bytes).await?;
    }
    Ok(())
}

/// Everybody who took a pass of the space, or wrote in the show, is in the room, as if their pages were open.
fn watching(
    app: &App,
    settled: &Settled,
    of: &Founded,
    (stream, over): (&Stream, &PastShow),
) -> Result<Vec<actors::AttendanceGuard>> {
    let mut people: BTreeSet<AccountId> = settled.holders(of.seed.space.slug).collect();
    for (username, _) in over.chat.iter().filter(|(username, _)| !username.is_empty()) {
        people.insert(settled.viewer(username)?.0);
    }
    let enter = |account: AccountId| {
        app.engine.attend(actors::Attendance {
            id: AttendanceId::new(),
            room: Some((of.space, stream.room)),
            person: Person::Account(account),
            session: None,
            grant: None,
            until: None,
            team: false,
            counted: true,
            kind: actors::AttendanceKind::PollingPage,
            tell: Box::new(|_| {}),
        })
    };
    Ok(people.into_iter().map(enter).collect())
}

pub async fn say(
    app: &App,
    settled: &Settled,
    of: &Founded,
    room: RoomId,
    (username, words): (&str, &str),
) -> Result<u64> {
    let host = (of.host, of.seed.name, Role::Host);
    let (author, name, role) = if username.is_empty() { host } else { settled.viewer(username)? };
    let post = ChatPost { author, name: name.into(), role, client: ClientId::new(), body: words.into() };
    Ok(chat::say(&app.services, room, post).await?.seq)
}

/// A line that advertises is removed, its author banned, and everybody has to write more slowly for the rest of the show.
async fn throw_out(app: &App, settled: &Settled, of: &Founded, room: RoomId, seq: u64) -> Result<()> {
    let by = By { account: of.host, role: Role::Host };
    let space = app.store.spaces().by_id(of.space).await?;
    let (account, ..) = settled.viewer(PEST)?;
    let draft =
        BanDraft { account, kind: BanKind::Ban, lasts: None, reason: "Advertising in the chat".into() };
    chat::remove(&app.services, room, by, seq).await?;
    chat::ban(&app.services, room, &space, by, draft).await?;
    Ok(chat::set_mode(&app.services, room, by, Mode::Slow(10)).await?)
}
