//! An SDP offer, as a publisher's and as a viewer's.

use domain::{
    id::RoomId,
    live::media::{MediaEnd, MediaPlane},
};
use media::{Config, EmbeddedSfu};
use std::sync::LazyLock;
use uuid::Uuid;

const ROOM: RoomId = RoomId(Uuid::from_u128(1));

static PLANE: LazyLock<(tokio::runtime::Runtime, EmbeddedSfu)> = LazyLock::new(|| {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let plane = EmbeddedSfu::start(Config::default()).expect("a media thread");
    (runtime, plane)
});

pub fn run(input: &[u8]) {
    let Ok(offer) = std::str::from_utf8(input) else { return };
    let (runtime, plane) = &*PLANE;
    runtime.block_on(async {
        for answer in [plane.play(ROOM, offer.into()).await, plane.publish(ROOM, offer.into(), false).await] {
            let Ok(answer) = answer else { continue };
            assert!(answer.sdp.starts_with("v=0"), "an answer that is not SDP");
            plane.end(answer.session, MediaEnd::Left);
        }
    });
}
