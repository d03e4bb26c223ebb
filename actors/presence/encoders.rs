//! Encoders that publish with the key of a stream. A key belongs to no account, so they attend nothing: they are ended when
//! their key ends, or their space is closed.

use domain::id::{MediaSessionId, RoomId, SpaceId};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// One encoder that publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoder {
    pub space: SpaceId,
    pub room: RoomId,
    pub media: MediaSessionId,
}

/// Called when the encoder is to end. Must not block.
type End = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
pub(crate) struct Encoders(Mutex<HashMap<MediaSessionId, (Encoder, End)>>);

/// Registers an encoder until it is dropped.
pub struct EncoderGuard {
    encoders: Arc<Encoders>,
    media: MediaSessionId,
}

impl Encoders {
    pub fn add(self: &Arc<Self>, encoder: Encoder, end: End) -> EncoderGuard {
        self.open().insert(encoder.media, (encoder, end));
        EncoderGuard { encoders: Arc::clone(self), media: encoder.media }
    }

    /// Ends the encoders of a space, or of one of its rooms. Returns their number.
    pub fn end(&self, space: SpaceId, room: Option<RoomId>) -> usize {
        let is_meant =
            |encoder: &Encoder| encoder.space == space && room.is_none_or(|room| encoder.room == room);
        let ended: Vec<_> = self.open().extract_if(|_, (encoder, _)| is_meant(encoder)).collect();
        // Outside of the lock, because ending one drops its guard.
        for (_, (_, end)) in &ended {
            end();
        }
        ended.len()
    }

    fn open(&self) -> MutexGuard<'_, HashMap<MediaSessionId, (Encoder, End)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for EncoderGuard {
    fn drop(&mut self) {
        self.encoders.open().remove(&self.media);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn only_the_encoders_that_are_meant_end_and_each_once() {
        let (encoders, ended) = (Arc::<Encoders>::default(), Arc::<AtomicUsize>::default());
        let (space, room) = (SpaceId::new(), RoomId::new());
        let add = |space, room| {
            let ended = Arc::clone(&ended);
            let encoder = Encoder { space, room, media: MediaSessionId::new() };
            encoders.add(
                encoder,
                Box::new(move || {
                    ended.fetch_add(1, Ordering::Relaxed);
                }),
            )
        };
        let kept = [add(space, room), add(space, RoomId::new()), add(SpaceId::new(), room)];
        drop(add(space, room));
        assert_eq!(encoders.end(space, Some(room)), 1);
        assert_eq!(encoders.end(space, Some(room)), 0);
        assert_eq!(encoders.end(space, None), 1);
        assert_eq!(ended.load(Ordering::Relaxed), 2);
        drop(kept);
        assert!(encoders.open().is_empty());
    }
}
