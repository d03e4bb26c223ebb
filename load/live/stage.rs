//! The rooms of a run, and their media doors: of a Backstage Pass, where the tool makes them through creators' routes, of another
//! server that speaks WHIP and WHEP, or of a livekit-server.

use super::{
    livekit::LiveKitServer,
    peer::{Peer, PeerOffer},
};
use crate::{
    truth::mark::RunTag,
    wire::{
        doors::{self, Demo, Target},
        http::{Client, Request},
        rooms::{self, Creator, between},
    },
};
use anyhow::{Context, Result, bail, ensure};
use std::{
    net::SocketAddr,
    path::Path,
    time::{Duration, Instant},
};
use tokio::time::sleep;

/// Rooms of one creator. The keys of one space may be used for 12 offers at once, and for 16 rooms.
const ROOMS_OF_A_CREATOR: usize = 12;
/// How long a server may take until a room is open.
const OPEN: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(200);

#[derive(Clone, Debug, Default)]
pub struct MediaRoom {
    whip: String,
    whep: String,
    /// For publishers; empty if the server wants none.
    key: String,
    /// The `Cookie` values of the people who may watch; empty if the server knows no people.
    people: Vec<String>,
    host: String,
    /// Where the host changes the state of the stream; empty if the server has no such thing.
    state: String,
}

#[derive(Clone, Debug)]
pub struct MediaStage {
    pub at: SocketAddr,
    pub rooms: Vec<MediaRoom>,
    /// What they are on, if it is one.
    livekit: Option<LiveKitServer>,
}

/// A session that the server has answered, and where it ends.
pub struct OpenSession {
    pub peer: Peer,
    pub location: String,
}

impl MediaStage {
    /// Rooms of a server that has them at `url/NAME/whip` and `url/NAME/whep`, and makes them when somebody publishes.
    pub fn of_peer(url: &str, rooms: usize) -> Result<Self> {
        let at = doors::loopback(url)?;
        let rest = url.trim_end_matches('/').trim_start_matches("http://");
        let path = rest.find('/').map_or("", |at| &rest[at..]);
        let name = RunTag::new(rand::random());
        let room = |n| {
            let place = format!("{path}/{}-{n}", name.name());
            MediaRoom { whip: format!("{place}/whip"), whep: format!("{place}/whep"), ..MediaRoom::default() }
        };
        Ok(Self { at, rooms: (0..rooms).map(room).collect(), livekit: None })
    }

    /// Rooms of a livekit-server, which makes them when somebody enters. `key`: name and secret.
    pub fn of_livekit(url: &str, (key, secret): (&str, &str), rooms: usize) -> Result<Self> {
        let at = doors::loopback(url)?;
        let livekit = Some(LiveKitServer::new(at, key, secret));
        Ok(Self { at, rooms: vec![MediaRoom::default(); rooms], livekit })
    }

    /// Makes `rooms` rooms of a running demo with their people, `viewers` in all. `space` is that of the demo's host; by its `pass`
    /// the creators of further rooms are made.
    ///
    /// # Errors
    /// When the demo is unknown, or a route does not answer as it does to a creator.
    pub async fn make(
        at: SocketAddr,
        demo: &Demo,
        (space, pass): (&str, &str),
        rooms: usize,
        viewers: usize,
    ) -> Result<Self> {
        let data =
            demo.data.as_deref().context("no data directory: give --demo-json or --restart-command")?;
        let mut stage = Self { at, rooms: Vec::with_capacity(rooms), livekit: None };
        let creators = rooms.div_ceil(ROOMS_OF_A_CREATOR);
        let others = people(data, space, pass, creators - 1)?;
        let name = RunTag::new(rand::random());
        for (n, host) in std::iter::once(&demo.cookies.host).chain(&others).enumerate() {
            let target = Target {
                at,
                rooms: Vec::new(),
                people: Vec::new(),
                operator: String::new(),
                host: host.clone(),
                pid: None,
            };
            let count = (rooms - stage.rooms.len()).min(ROOMS_OF_A_CREATOR);
            let space = if n == 0 { space.to_owned() } else { open_space(&target).await? };
            let made = rooms::make(&target, &space, &format!("{}-{n}", name.name()), count).await?;
            if n > 0 {
                publish_space(&target).await?;
            }
            let first = stage.rooms.len();
            let shares = (first..first + count).map(|room| share(viewers, rooms, room));
            let mut people = people(data, &space, &made.pass, shares.clone().sum())?;
            for (room, share) in made.rooms.iter().zip(shares) {
                let people = people.split_off(people.len() - share);
                stage.rooms.push(MediaRoom { people, ..MediaRoom::of(&target, room.id()).await? });
            }
        }
        Ok(stage)
    }

    /// The room of a viewer, by its place in the audience.
    pub fn room_of(&self, place: usize) -> usize {
        place % self.rooms.len()
    }

    pub async fn publish(&self, room: usize, offer: PeerOffer) -> Result<OpenSession> {
        if let Some(livekit) = &self.livekit {
            return livekit.publish(room, offer).await;
        }
        let MediaRoom { whip, key, .. } = &self.rooms[room];
        let answer = Client::new(self.at).send(Request::offer(whip, "", &offer.sdp).with_bearer(key)).await?;
        ensure!(answer.status == 201, "{whip} answered {}: {}", answer.status, words(&answer.body));
        accept(offer, answer.location, &answer.body)
    }

    /// `Ok(None)`: the room is not there yet.
    pub async fn play(&self, place: usize, sound: bool) -> Result<Option<OpenSession>> {
        if let Some(livekit) = &self.livekit {
            return livekit.play(self.room_of(place), sound).await.map(Some);
        }
        let offer = PeerOffer::to_play(self.at, sound)?;
        let MediaRoom { whep, people, .. } = &self.rooms[self.room_of(place)];
        let cookie = people.get(place / self.rooms.len()).map_or("", String::as_str);
        let answer = Client::new(self.at).send(Request::offer(whep, cookie, &offer.sdp)).await?;
        match answer.status {
            201 => accept(offer, answer.location, &answer.body).map(Some),
            404 if people.is_empty() => Ok(None),
            status => bail!("{whep} answered {status}: {}", words(&answer.body)),
        }
    }

    /// Ends a session. A server may have ended it before.
    pub async fn leave(&self, location: &str) -> Result<()> {
        if let Some(livekit) = &self.livekit {
            livekit.leave(location);
            return Ok(());
        }
        let answer = Client::new(self.at).send(Request::delete(location, "")).await?;
        ensure!(answer.success() || answer.status == 404, "leaving was answered {}", answer.status);
        Ok(())
    }

    /// Lets the hosts of all rooms go live, once their packets have arrived.
    pub async fn go_live(&self) -> Result<()> {
        let begun = Instant::now();
        for room in self.rooms.iter().filter(|room| !room.state.is_empty()) {
            loop {
                let status = self.set_state(room, "live").await?;
                if matches!(status, 200..=399) {
                    break;
                }
                ensure!(status == 409 && begun.elapsed() < OPEN, "going live was answered {status}");
                sleep(PAUSE).await;
            }
        }
        Ok(())
    }

    /// Ends the shows, so that a demo that goes on has none without a picture.
    pub async fn end(&self) -> Result<()> {
        for room in self.rooms.iter().filter(|room| !room.state.is_empty()) {
            let status = self.set_state(room, "ended").await?;
            ensure!(matches!(status, 200..=399), "ending a show was answered {status}");
        }
        Ok(())
    }

    async fn set_state(&self, room: &MediaRoom, state: &str) -> Result<u16> {
        let form = format!("state={state}");
        Ok(Client::new(self.at).send(Request::post(&room.state, &room.host, &form)).await?.status)
    }
}

impl MediaRoom {
    /// Reads the key of a stream from its host's studio.
    async fn of(target: &Target, id: &str) -> Result<Self> {
        let mut host = Creator { client: Client::new(target.at), cookie: &target.host };
        let studio = host.page(&format!("/account/streams/{id}/studio")).await?;
        let field = studio.split_once("id=\"whip-key\"").context("the studio shows no key")?.1;
        let key =
            between(field, "value=\"", |c| c.is_ascii_alphanumeric()).context("the studio's key is empty")?;
        Ok(Self {
            whip: format!("/streams/{id}/whip"),
            whep: format!("/streams/{id}/whep"),
            key: key.to_owned(),
            people: Vec::new(),
            host: target.host.clone(),
            state: format!("/streams/{id}/state"),
        })
    }
}

fn people(data: &Path, space: &str, pass: &str, count: usize) -> Result<Vec<String>> {
    if count == 0 { Ok(Vec::new()) } else { doors::make_people(data, space, pass, count) }
}

/// How many of `viewers` are in a room, if they take turns.
fn share(viewers: usize, rooms: usize, room: usize) -> usize {
    viewers / rooms + usize::from(room < viewers % rooms)
}

/// Gives somebody a space, and returns its slug.
async fn open_space(target: &Target) -> Result<String> {
    let mut creator = Creator { client: Client::new(target.at), cookie: &target.host };
    let path = creator.post("/account/spaces", "").await?;
    let page = creator.page(&path).await?;
    let field = page.split_once("name=\"slug\"").context("a new space has no slug")?.1;
    let slug = between(field, "value=\"", |c| c.is_ascii_alphanumeric() || c == '-');
    slug.map(str::to_owned).context("the slug of a new space is empty")
}

/// Publishes somebody's space, which has rooms and a pass by now.
async fn publish_space(target: &Target) -> Result<()> {
    let mut creator = Creator { client: Client::new(target.at), cookie: &target.host };
    let account = creator.page("/account").await?;
    let id = between(&account, "/account/spaces/", |c| c.is_ascii_alphanumeric()).context("no space")?;
    creator.post(&format!("/account/spaces/{id}/publication"), "").await?;
    Ok(())
}

fn accept(offer: PeerOffer, location: Option<String>, answer: &[u8]) -> Result<OpenSession> {
    let location = location.context("a session has no address")?;
    let path = match location.strip_prefix("http://") {
        Some(rest) => rest.find('/').map_or("/", |at| &rest[at..]),
        None => &location,
    };
    Ok(OpenSession { peer: offer.accept(std::str::from_utf8(answer)?)?, location: path.to_owned() })
}

/// The begin of a refusal.
fn words(body: &[u8]) -> String {
    String::from_utf8_lossy(body).chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn viewers_take_turns_among_rooms() {
        let stage = MediaStage::of_peer("http://127.0.0.1:8889/live/", 3).expect("a stage");
        for viewers in [0, 1, 3, 7] {
            for room in 0..3 {
                let there = (0..viewers).filter(|place| stage.room_of(*place) == room).count();
                assert_eq!(there, share(viewers, 3, room), "{viewers} viewers, room {room}");
            }
        }
        let MediaRoom { whip, whep, .. } = &stage.rooms[2];
        assert!(whip.starts_with("/live/") && whip.ends_with("-2/whip"), "{whip}");
        assert_eq!(whip.replace("whip", "whep"), *whep);
        assert!(MediaStage::of_peer("http://example.com", 1).is_err());
    }
}
