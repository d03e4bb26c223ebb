//! The stage of a stream: who is up beside the host, and who waits. A part of the stream actor, which alone decides about it.
//!
//! The rows are the truth, and the slot keeps what was published last. Whoever was up there and is so no more loses their sessions
//! when the next list is published, also if the actor died in between.

use crate::{
    engine::behavior::{Context, Failure},
    live::stream::{State, StreamFailure, Streams},
};
use domain::{
    chat::feed::Moment,
    id::AccountId,
    live::{
        participants::{Participants, Stage, StageCommand},
        stream::StreamState,
    },
};
use std::sync::{Arc, PoisonError};

impl Streams {
    /// Decides, stores, and then publishes. When it returns, nobody who has left sends any more.
    pub(super) async fn command_stage(
        &self,
        context: &Context<Self>,
        state: &mut State,
        command: StageCommand,
        by: Option<AccountId>,
    ) -> Result<Arc<Stage>, StreamFailure> {
        let now = self.clock.now();
        if let Some(change) = state.participants.decide(command, state.row.state, now)? {
            let (store, id, wanted) = (Arc::clone(&self.store), context.id(), change.clone());
            let write = async move { store.change_stage(id, wanted, by, now).await };
            match context.slot_state().writer.write(write).await {
                Ok(Ok(())) => state.participants.apply(change),
                Ok(Err(_)) | Err(_) => return Err(StreamFailure::Unavailable),
            }
        }
        Ok(self.show_stage(context, state))
    }

    /// Empties the stage of a stream that is over, and publishes who sends.
    pub(super) async fn look_at_stage(
        &self,
        context: &Context<Self>,
        state: &mut State,
    ) -> Result<(), Failure> {
        if state.row.state == StreamState::Ended && !state.participants.is_empty() {
            self.store.clear_stage(context.id()).await?;
            state.participants = Participants::default();
        }
        self.show_stage(context, state);
        Ok(())
    }

    /// Publishes the stage unless pages show it as it is, ends what those send who are up no more, and has their sound forwarded or not.
    pub(super) fn show_stage(&self, context: &Context<Self>, state: &State) -> Arc<Stage> {
        let mut sending: Vec<_> = state
            .participants
            .up()
            .filter(|one| self.publishers.flows(one.room()))
            .map(|one| one.id)
            .collect();
        sending.sort_unstable();
        let now = Arc::new(Stage { participants: state.participants.clone(), sending });
        let slot_state = context.slot_state();
        let before = {
            let mut shown = slot_state.stage.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *shown, Arc::clone(&now))
        };
        if before == now {
            return now;
        }
        let is_up = |id| now.participants.up().any(|one| one.id == id);
        for gone in before.participants.up().filter(|one| !is_up(one.id)) {
            self.publishers.leave_stage(gone.room());
            // Ended before the mute is forgotten: nobody who was muted is heard in between.
            self.encoders.end(state.row.space, Some(gone.room()));
            self.media.mute(gone.room(), false);
        }
        for one in now.participants.up() {
            self.publishers.join_stage(one.room(), context.id());
            if one.muted != before.participants.get(one.id).is_some_and(|before| before.muted) {
                self.media.mute(one.room(), one.muted);
            }
        }
        slot_state
            .feed
            .get_or_init(|| self.feeds.get(state.row.room))
            .moment(Moment::Stage(Arc::clone(&now)));
        now
    }
}
