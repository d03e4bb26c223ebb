//! LiveKit's plane against a LiveKit without media, which checks our tokens; and its signed events, right and wrong ones.

#[path = "../../../../tests/it/support/livekit.rs"]
mod fake;

use domain::{
    clock::{BoxFuture, Clock},
    id::{MediaSessionId, RoomId, StreamId},
    live::{
        media::{MediaEnd, MediaError, MediaEvent, MediaPlane},
        passes::{IngestError, IngestKind, IngestOwner, MediaHooks, MediaPass, MediaRole, OutsideIngest},
        recording::outside::{OutsideError, OutsideFile, OutsideProgress, OutsideRecorder},
    },
    money::payments::WebhookRefusal,
    secret::SharedSecret,
    time::Millis,
};
use fake::{FakeLiveKit, KEY, SECRET, event_body, seconds, sign, sign_until};
use gateways::{EgressPlace, LiveKit, LiveKitConfig, LiveKitIngest, LiveKitRecorder, ObjectsConfig};
use livekit_protocol::{EgressStatus, FileInfo, S3Upload, encoded_file_output::Output};
// The shared fake writes its messages with it.
use prost as _;
use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};
use tokio::time::sleep;

/// From the end of a session until its holder is out.
const AT_ONCE: Duration = Duration::from_secs(2);

struct Machine;

impl Clock for Machine {
    fn now(&self) -> Millis {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Millis(i64::try_from(now.as_millis()).unwrap_or_default())
    }

    fn sleep_until(&self, at: Millis) -> BoxFuture<'static, ()> {
        let left = u64::try_from(at.0 - self.now().0).unwrap_or_default();
        Box::pin(sleep(Duration::from_millis(left)))
    }
}

struct Stage {
    fake: FakeLiveKit,
    plane: Arc<LiveKit>,
    events: Arc<Mutex<Vec<MediaEvent>>>,
    room: RoomId,
}

fn config(url: &str, secret: &str) -> LiveKitConfig {
    LiveKitConfig {
        url: url.parse().expect("a URL"),
        api_key: KEY.into(),
        api_secret: SharedSecret::parse(secret).expect("a secret"),
    }
}

fn plane(url: &str, secret: &str) -> LiveKit {
    LiveKit::start(config(url, secret), Arc::new(Machine))
}

impl Stage {
    async fn open() -> Self {
        let fake = FakeLiveKit::open().await;
        let plane = Arc::new(plane(&fake.url, SECRET));
        let events = Arc::<Mutex<Vec<MediaEvent>>>::default();
        let heard = Arc::clone(&events);
        plane.listen(Box::new(move |event| heard.lock().unwrap().push(event)));
        Self { fake, plane, events, room: RoomId::new() }
    }

    async fn pass(&self, role: MediaRole) -> MediaPass {
        self.plane.admit(self.room, role).await.expect("a pass")
    }

    /// Comes in, and waits for the right. Returns the identity.
    async fn enter(&self, pass: &MediaPass, publishes: bool) -> String {
        let (room, identity) = self.fake.join(pass.token.expose()).expect("let in");
        assert_eq!((room.as_str(), identity.as_str()), (&*self.room.to_string(), &*pass.session.to_string()));
        assert_eq!(self.fake.rights(&room, &identity), Some((false, false)), "a pass carries no right");
        let (body, token) = self.fake.event("participant_joined", &room);
        let hook = self.plane.verify(&body, &token).expect("a signed event");
        self.plane.look(hook.room.expect("a room"));
        let given = Some((publishes, !publishes));
        self.eventually("no right is given", || self.fake.rights(&room, &identity) == given).await;
        identity
    }

    async fn eventually(&self, what: &str, mut is: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !is() {
            assert!(begun.elapsed() < AT_ONCE, "{what}");
            sleep(Duration::from_millis(10)).await;
        }
    }

    async fn hears(&self, event: MediaEvent) {
        self.eventually(&format!("{event:?} is not told"), || self.events.lock().unwrap().contains(&event))
            .await;
    }

    fn times(&self, wanted: MediaEvent) -> usize {
        self.events.lock().unwrap().iter().filter(|event| **event == wanted).count()
    }
}

#[tokio::test]
async fn who_has_a_session_gets_its_right_and_is_out_when_it_ends() {
    let stage = Stage::open().await;
    let (room, name) = (stage.room, stage.room.to_string());
    let (host, one, two) = (
        stage.pass(MediaRole::Publisher { replace: false }).await,
        stage.pass(MediaRole::Viewer).await,
        stage.pass(MediaRole::Viewer).await,
    );
    let sender = stage.enter(&host, true).await;
    assert!(stage.fake.publish(&name, &sender));
    stage.hears(MediaEvent::PublisherUp { room, session: host.session }).await;
    let (first, second) = (stage.enter(&one, false).await, stage.enter(&two, false).await);
    stage.hears(MediaEvent::ViewerUp { room, session: one.session }).await;
    assert!(!stage.fake.publish(&name, &first), "a viewer may not publish");

    stage.plane.end(one.session, MediaEnd::Ejected);
    let out = MediaEvent::ViewerDown { room, session: one.session, end: MediaEnd::Ejected };
    assert_eq!(stage.times(out), 1, "it is told at once");
    stage.eventually("it is still in", || stage.fake.rights(&name, &first).is_none()).await;
    // Its pass lets it in, into nothing: it gets no right, and is out again without an event that says so.
    stage.fake.join(stage.token(&one)).expect("LiveKit knows nothing of the end");
    assert_eq!(stage.fake.rights(&name, &first), Some((false, false)));
    stage.eventually("it is in again", || stage.fake.rights(&name, &first).is_none()).await;
    assert_eq!(stage.fake.rights(&name, &second), Some((false, true)), "the neighbour stays");
    assert_eq!(stage.fake.rights(&name, &sender), Some((true, false)));
    assert_eq!(stage.times(out), 1);

    stage.plane.end(host.session, MediaEnd::Ejected);
    stage.plane.end(two.session, MediaEnd::Ejected);
    stage.eventually("the room stays open", || !stage.fake.has_room(&name)).await;
}

impl Stage {
    fn token<'a>(&self, pass: &'a MediaPass) -> &'a str {
        pass.token.expose()
    }
}

#[tokio::test]
async fn a_pass_is_good_for_one_arrival() {
    let stage = Stage::open().await;
    let (room, name) = (stage.room, stage.room.to_string());
    let pass = stage.pass(MediaRole::Viewer).await;
    let identity = stage.enter(&pass, false).await;
    // Somebody else uses it: LiveKit puts the first one out, and we the second.
    stage.fake.join(stage.token(&pass)).expect("let in");
    stage.eventually("the thief is in", || stage.fake.rights(&name, &identity).is_none()).await;
    stage.hears(MediaEvent::ViewerDown { room, session: pass.session, end: MediaEnd::Lost }).await;
    let next = stage.pass(MediaRole::Viewer).await;
    assert_ne!(next.session, pass.session);
    stage.enter(&next, false).await;
}

#[tokio::test]
async fn one_publishes_until_another_takes_over() {
    let stage = Stage::open().await;
    let (room, name) = (stage.room, stage.room.to_string());
    let first = stage.pass(MediaRole::Publisher { replace: false }).await;
    let sender = stage.enter(&first, true).await;
    // Who does not send yet is in nobody's way.
    let second = stage.pass(MediaRole::Publisher { replace: false }).await;
    stage.eventually("the silent one stays", || stage.fake.rights(&name, &sender).is_none()).await;
    let sender = stage.enter(&second, true).await;
    assert!(stage.fake.publish(&name, &sender));
    stage.hears(MediaEvent::PublisherUp { room, session: second.session }).await;
    let busy = stage.plane.admit(room, MediaRole::Publisher { replace: false }).await;
    assert_eq!(busy.map(|pass| pass.session), Err(MediaError::Busy));
    let third = stage.pass(MediaRole::Publisher { replace: true }).await;
    stage.hears(MediaEvent::PublisherDown { room, session: second.session, end: MediaEnd::Ejected }).await;
    stage.enter(&third, true).await;
}

#[tokio::test]
async fn who_is_muted_may_send_a_picture_and_no_sound() {
    let stage = Stage::open().await;
    let (room, name) = (stage.room, stage.room.to_string());
    let pass = stage.pass(MediaRole::Publisher { replace: false }).await;
    let sender = stage.enter(&pass, true).await;
    assert!(!stage.fake.is_silenced(&name, &sender));
    stage.plane.mute(room, true);
    stage.eventually("it may still speak", || stage.fake.is_silenced(&name, &sender)).await;
    assert_eq!(stage.fake.rights(&name, &sender), Some((true, false)), "it may still publish");
    // Whoever takes its place is muted, too.
    let next = stage.pass(MediaRole::Publisher { replace: true }).await;
    let sender = stage.enter(&next, true).await;
    assert!(stage.fake.is_silenced(&name, &sender));
    let viewer = stage.pass(MediaRole::Viewer).await;
    let viewer = stage.enter(&viewer, false).await;
    assert!(!stage.fake.is_silenced(&name, &viewer));
    stage.plane.mute(room, false);
    stage.eventually("it stays muted", || !stage.fake.is_silenced(&name, &sender)).await;
    // A room that is muted before anybody comes; and looking again changes nothing.
    let calls = stage.fake.calls("UpdateParticipant");
    stage.plane.mute(RoomId::new(), true);
    sleep(Duration::from_millis(1_200)).await;
    assert_eq!(stage.fake.calls("UpdateParticipant"), calls);
}

fn bucket(keys: &[(&str, &str)]) -> Option<EgressPlace> {
    let bucket = ObjectsConfig::parse("s3://media/live").expect("a bucket");
    EgressPlace::of(&bucket, keys.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[tokio::test]
async fn a_recorder_gets_our_bucket_once_and_stays_in_the_room() {
    let stage = Stage::open().await;
    let (room, name, object) = (stage.room, stage.room.to_string(), "recordings/one/show.mp4");
    assert!(bucket(&[("AWS_ACCESS_KEY_ID", "key")]).is_none(), "there is nothing to give it");
    let keys = [
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "sesame"),
        ("AWS_ENDPOINT_URL", "https://r2.example"),
        ("AWS_PROFILE", "ours"),
    ];
    let place = bucket(&keys).expect("keys");
    let recorder: Box<dyn OutsideRecorder> =
        Box::new(LiveKitRecorder::new(&config(&stage.fake.url, SECRET), place));
    assert_eq!(recorder.begin(room, object).await, Err(OutsideError::NoRecorder));
    stage.fake.set_recorder(true);
    assert_eq!(recorder.begin(room, object).await, Err(OutsideError::Down), "the room is not there yet");
    let host = stage.pass(MediaRole::Publisher { replace: false }).await;
    let sender = stage.enter(&host, true).await;
    let id = recorder.begin(room, object).await.expect("asked");
    assert_eq!(recorder.begin(room, object).await, Ok(id.clone()), "an answer that was lost begins no other");
    let asked = stage.fake.recordings(&name);
    assert_eq!(asked.len(), 1);
    let upload = S3Upload {
        access_key: "key".into(),
        secret: "sesame".into(),
        region: "us-east-1".into(),
        endpoint: "https://r2.example".into(),
        bucket: "media".into(),
        force_path_style: true,
        ..S3Upload::default()
    };
    assert_eq!(asked[0].1.filepath, "live/recordings/one/show.mp4");
    assert_eq!(asked[0].1.output, Some(Output::S3(upload)));

    assert_eq!(recorder.look(&id).await, Ok(OutsideProgress::Starting));
    stage.fake.record(&name, EgressStatus::EgressActive, None);
    assert_eq!(recorder.look(&id).await, Ok(OutsideProgress::Running));
    // The host is gone for a moment; whoever has no session goes, and the recorder does not.
    stage.plane.end(host.session, MediaEnd::Ejected);
    stage.eventually("the host is still in", || stage.fake.rights(&name, &sender).is_none()).await;
    sleep(Duration::from_millis(1_200)).await;
    assert!(stage.fake.rights(&name, &id).is_some());
    assert_eq!(recorder.end(&id).await, Ok(()));
    let file = FileInfo { started_at: 5_000_000, size: 9, ..FileInfo::default() };
    stage.fake.record(&name, EgressStatus::EgressComplete, Some(file));
    let Ok(OutsideProgress::Complete(OutsideFile { began_at, bytes, .. })) = recorder.look(&id).await else {
        panic!("it is complete");
    };
    assert_eq!((began_at, bytes), (Millis(5), 9));
    stage.eventually("the room stays open", || !stage.fake.has_room(&name)).await;
    // What it knows nothing of, or has no file of, is nothing.
    assert_eq!(recorder.look("EG_unknown").await, Ok(OutsideProgress::Failed));
    stage.fake.record(&name, EgressStatus::EgressComplete, None);
    assert_eq!(recorder.look(&id).await, Ok(OutsideProgress::Failed));
}

#[tokio::test]
async fn an_encoder_comes_by_a_key_of_livekits_until_that_is_closed() {
    let stage = Stage::open().await;
    let (room, name) = (stage.room, stage.room.to_string());
    let ingest: Box<dyn OutsideIngest> = Box::new(LiveKitIngest::new(Arc::clone(&stage.plane)));
    let owner = |kind| IngestOwner { stream: StreamId::new(), kind, version: 7 };
    let refused = ingest.open(room, owner(IngestKind::Whip)).await;
    assert_eq!(refused.map(|opened| opened.id), Err(IngestError::NoIngest));
    stage.fake.set_ingress(true);
    let whip = ingest.open(room, owner(IngestKind::Whip)).await.expect("opened");
    let rtmp = ingest.open(room, owner(IngestKind::Rtmp)).await.expect("opened");
    assert!(whip.key != rtmp.key && whip.url != rtmp.url);
    let owners = async |room| {
        let listed = ingest.list(room).await.expect("a list");
        listed.into_iter().map(|ingest| ingest.owner).collect::<Vec<_>>()
    };
    for room in [None, Some(room)] {
        assert_eq!(owners(room).await, [whip.owner, rtmp.owner]);
    }
    assert_eq!(owners(Some(RoomId::new())).await, []);

    // Nobody has opened the room, and nobody is in it.
    let (_, identity) = stage.fake.arrive(&rtmp.key).expect("let in");
    stage.eventually("it is nobody's", || ingest.encoder(room).is_some()).await;
    let session = ingest.encoder(room).expect("a session");
    stage.hears(MediaEvent::PublisherUp { room, session }).await;
    let busy = stage.plane.admit(room, MediaRole::Publisher { replace: false }).await;
    assert_eq!(busy.map(|pass| pass.session), Err(MediaError::Busy));
    stage.plane.end(session, MediaEnd::Ejected);
    stage.eventually("it is still in", || stage.fake.rights(&name, &identity).is_none()).await;
    stage.fake.arrive(&rtmp.key).expect("its key is good");
    stage.eventually("it does not come again", || ingest.encoder(room).is_some()).await;
    for _ in 0..2 {
        assert_eq!(ingest.close(&rtmp).await, Ok(()));
    }
    stage.eventually("its key is void: still in", || stage.fake.rights(&name, &identity).is_none()).await;
    assert!(stage.fake.arrive(&rtmp.key).is_none() && stage.fake.arrive(&whip.key).is_some());
}

#[tokio::test]
async fn without_a_webhook_a_look_finds_who_came_and_went() {
    let stage = Stage::open().await;
    let (room, name) = (stage.room, stage.room.to_string());
    let host = stage.pass(MediaRole::Publisher { replace: false }).await;
    let (_, sender) = stage.fake.join(stage.token(&host)).expect("let in");
    stage.eventually("no right is given", || stage.fake.publish(&name, &sender)).await;
    stage.hears(MediaEvent::PublisherUp { room, session: host.session }).await;
    stage.fake.leave(&name, &sender);
    stage.hears(MediaEvent::PublisherDown { room, session: host.session, end: MediaEnd::Lost }).await;
}

#[tokio::test]
async fn an_outage_is_told_and_what_outlived_it_goes_on() {
    let stage = Stage::open().await;
    let (room, name) = (stage.room, stage.room.to_string());
    let host = stage.pass(MediaRole::Publisher { replace: false }).await;
    let sender = stage.enter(&host, true).await;
    assert!(stage.fake.publish(&name, &sender));
    let up = MediaEvent::PublisherUp { room, session: host.session };
    stage.hears(up).await;
    stage.fake.set_down(true);
    stage.hears(MediaEvent::PublisherDown { room, session: host.session, end: MediaEnd::Silent }).await;
    assert!(!stage.plane.is_up());
    let refused = stage.plane.admit(room, MediaRole::Viewer).await;
    assert_eq!(refused.map(|pass| pass.session), Err(MediaError::Down));
    stage.fake.set_down(false);
    stage.eventually("it does not go on", || stage.times(up) == 2).await;
    assert!(stage.plane.is_up());
    // A restart forgets everybody.
    stage.fake.restart();
    stage.hears(MediaEvent::PublisherDown { room, session: host.session, end: MediaEnd::Lost }).await;
}

#[tokio::test]
async fn offers_are_for_another_plane_and_unknown_sessions_are_ignored() {
    let stage = Stage::open().await;
    let played = stage.plane.play(stage.room, "v=0".into()).await;
    assert_eq!(played.map(|answer| answer.session), Err(MediaError::OtherPlane));
    let published = stage.plane.publish(stage.room, "v=0".into(), true).await;
    assert_eq!(published.map(|answer| answer.session), Err(MediaError::OtherPlane));
    stage.plane.end(MediaSessionId::new(), MediaEnd::Left);
    assert!(stage.events.lock().unwrap().is_empty());
    assert_eq!(stage.fake.calls("RemoveParticipant"), 0);
}

#[tokio::test]
async fn another_secret_is_found_by_the_check() {
    let stage = Stage::open().await;
    assert_eq!(stage.plane.check().await, Ok(()));
    let other = plane(&stage.fake.url, "another-secret-than-that-of-livekit");
    assert!(other.check().await.is_err_and(|why| why.contains("unauthenticated")));
    let nobody = plane("ws://127.0.0.1:1", SECRET);
    assert!(nobody.check().await.is_err());
}

#[tokio::test]
async fn only_a_signed_fresh_and_new_event_is_taken() {
    let stage = Stage::open().await;
    let name = stage.room.to_string();
    let minutes = |n: u64| Duration::from_secs(60 * n);
    let body = |id: &str, at: u64| event_body(id, "participant_joined", &name, at);
    let (now, good) = (seconds(), body("EV_good", seconds()));
    let token = sign(&good, KEY, SECRET, minutes(5));
    let taken = stage.plane.verify(&good, &token).expect("it is right");
    assert_eq!((taken.id.as_str(), taken.kind.as_str()), ("EV_good", "participant_joined"));
    assert_eq!(taken.room, Some(stage.room));
    for (what, body, token, why) in [
        ("again", good.clone(), token.clone(), WebhookRefusal::Replayed),
        ("unsigned", good.clone(), String::new(), WebhookRefusal::Unsigned),
        ("no token", good.clone(), "Bearer hello".into(), WebhookRefusal::Signature),
        ("of another body", body("EV_other", now), token, WebhookRefusal::Signature),
        (
            "by another secret",
            good.clone(),
            sign(&good, KEY, "another-secret-than-that-of-livekit", minutes(5)),
            WebhookRefusal::Signature,
        ),
        ("by another key", good.clone(), sign(&good, "other", SECRET, minutes(5)), WebhookRefusal::Signature),
        (
            "late",
            body("EV_late", now - 301),
            sign(&body("EV_late", now - 301), KEY, SECRET, minutes(5)),
            WebhookRefusal::ClockSkew,
        ),
        (
            "from the future",
            body("EV_soon", now + 400),
            sign(&body("EV_soon", now + 400), KEY, SECRET, minutes(5)),
            WebhookRefusal::ClockSkew,
        ),
        (
            "of a token that has ended",
            body("EV_ended", now),
            sign_until(&body("EV_ended", now), now - 90),
            WebhookRefusal::ClockSkew,
        ),
        (
            "without an id",
            body("", now),
            sign(&body("", now), KEY, SECRET, minutes(5)),
            WebhookRefusal::Replayed,
        ),
    ] {
        assert_eq!(stage.plane.verify(&body, &token), Err(why), "{what}");
    }
    // What a newer LiveKit says is an event, too.
    let strange =
        format!(r#"{{"event":"moon_landed","id":"EV_moon","createdAt":"{now}","moon":{{"dust":1}}}}"#);
    let hook = stage.plane.verify(&strange, &sign(&strange, KEY, SECRET, minutes(5))).expect("signed");
    assert_eq!((hook.kind.as_str(), hook.room), ("moon_landed", None));
}
