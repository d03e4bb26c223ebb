//! The embedded SFU's public handle to the media thread.

use crate::{
    door::Door,
    net::{self, Bell, LineLimits, PublicIps, Socket},
    recording::{Recorder, RecorderConfig},
    restream::{FfmpegConfig, FfmpegRestreamer},
    sfu::{self, Command, Join, Role, SharedStatus},
    test_card::Film,
};
use domain::{
    clock::BoxFuture,
    id::{MediaSessionId, RoomId},
    live::media::{
        Keyframe, LayerWish, MediaAnswer, MediaEnd, MediaError, MediaEvent, MediaHealth, MediaPlane,
        Transport, ViewerLayers,
    },
};
use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, mpsc},
    time::Instant,
};
use tokio::sync::oneshot;

#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// The address for UDP and TCP; port 0 lets the kernel choose. For `0.0.0.0` all IPv4 addresses of the machine are offered,
    /// for `[::]` those of both families.
    pub listen: SocketAddr,
    /// The only addresses to offer, if the machine is behind a NAT that preserves ports.
    pub public_ips: PublicIps,
    /// The connections of those that UDP does not reach.
    pub tcp: LineLimits,
    /// Viewers of a room that may be connecting at a time. In a crowd, each of them takes a tenth of a second.
    pub pending_per_room: usize,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: (Ipv4Addr::LOCALHOST, 0).into(),
            public_ips: PublicIps::default(),
            tcp: LineLimits { total: 1_000, per_network: 600 },
            pending_per_room: 400,
        }
    }
}

/// Dropping it stops it.
pub struct EmbeddedSfu {
    door: Door,
    commands: mpsc::Sender<Command>,
    bell: Bell,
    status: Arc<SharedStatus>,
    address: SocketAddr,
    offered: Vec<SocketAddr>,
    /// The room of connections that only try whether they reach us. Nobody publishes into it.
    trials: RoomId,
}

impl EmbeddedSfu {
    /// Binds the sockets and starts the media thread.
    ///
    /// # Errors
    /// The address cannot be bound, the machine has no usable address, or creating a certificate or thread fails.
    pub fn start(config: Config) -> io::Result<Self> {
        let (socket, address) = Socket::bind(config.listen, config.public_ips, config.tcp)?;
        let offered = net::candidates(address, config.public_ips)?;
        let door =
            Door::new(&offered).ok_or_else(|| io::Error::other("no certificate for media could be made"))?;
        let (commands, inbox) = mpsc::channel();
        let (bell, status) = (socket.bell.clone(), Arc::new(SharedStatus::default()));
        let theirs = status.clone();
        std::thread::Builder::new()
            .name("media".into())
            .spawn(move || sfu::run(socket, inbox, config.pending_per_room, theirs))?;
        tracing::info!(%address, ?offered, "media is listening");
        Ok(Self { door, commands, bell, status, address, offered, trials: RoomId::new() })
    }

    /// The address that the sockets are bound to.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Notifies all peers and ends the thread. Whoever asks afterwards is answered `Down`.
    pub fn stop(&self) {
        // A thread that has already ended needs no stop command.
        let _ = self.tell(Command::Stop);
    }

    /// Plays the looping test card into a room as its publisher, until [`MediaPlane::end`] is called with its session.
    ///
    /// # Errors
    /// `Busy` while another publisher's packets flow; `Down` if the media thread is gone.
    pub async fn play_test_card(&self, room: RoomId) -> Result<MediaSessionId, MediaError> {
        self.play_film(room, Film::TestCard).await
    }

    /// The same with any of the built-in films.
    ///
    /// # Errors
    /// As [`Self::play_test_card`].
    pub async fn play_film(&self, room: RoomId, film: Film) -> Result<MediaSessionId, MediaError> {
        let session = MediaSessionId::new();
        self.ask(|reply| Command::Card { film, session, room, reply }).await?;
        Ok(session)
    }

    /// Begins to record what is published in a room.
    ///
    /// # Errors
    /// As [`Recorder::start`].
    pub fn record(&self, room: RoomId, config: RecorderConfig) -> io::Result<Recorder> {
        Recorder::start(&self.status.taps, room, config)
    }

    /// Sends what is published in rooms to other platforms.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn restreamer(&self, config: FfmpegConfig) -> io::Result<FfmpegRestreamer> {
        FfmpegRestreamer::new(self.status.taps.clone(), config)
    }

    async fn join(
        &self,
        room: RoomId,
        role: Role,
        (offer, by): (&str, Option<Transport>),
        replace: bool,
    ) -> Result<MediaAnswer, MediaError> {
        let connection = self.door.answer(role, offer, by, Instant::now())?;
        let (session, sdp) = (MediaSessionId::new(), connection.sdp.clone());
        self.ask(|reply| Command::Join(Join { session, room, role, replace, connection, reply })).await?;
        Ok(MediaAnswer { session, sdp })
    }

    /// A dead or failing thread drops the reply's sender, which reads as `Down`.
    async fn ask(&self, command: impl FnOnce(sfu::Reply) -> Command) -> Result<(), MediaError> {
        let (reply, answer) = oneshot::channel();
        self.tell(command(reply))?;
        answer.await.unwrap_or(Err(MediaError::Down))
    }

    fn tell(&self, command: Command) -> Result<(), MediaError> {
        self.commands.send(command).map_err(|_| MediaError::Down)?;
        self.bell.ring();
        Ok(())
    }
}

impl Drop for EmbeddedSfu {
    fn drop(&mut self) {
        self.stop();
    }
}

impl MediaPlane for EmbeddedSfu {
    fn publish(
        &self,
        room: RoomId,
        offer: String,
        replace: bool,
    ) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        Box::pin(async move { self.join(room, Role::Publisher, (&offer, None), replace).await })
    }

    fn play(&self, room: RoomId, offer: String) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        Box::pin(async move { self.join(room, Role::Viewer, (&offer, None), false).await })
    }

    fn addresses(&self) -> Vec<SocketAddr> {
        self.offered.clone()
    }

    fn try_out(&self, offer: String, by: Transport) -> BoxFuture<'_, Result<MediaAnswer, MediaError>> {
        Box::pin(async move { self.join(self.trials, Role::Viewer, (&offer, Some(by)), false).await })
    }

    fn choose_layer(&self, session: MediaSessionId, wish: LayerWish) -> BoxFuture<'_, Option<ViewerLayers>> {
        Box::pin(async move {
            let (reply, answer) = oneshot::channel();
            self.tell(Command::ChooseLayer { session, wish, reply }).ok()?;
            answer.await.ok()?
        })
    }

    fn pause_layers(&self, session: MediaSessionId) {
        // A dead thread has no publishers.
        let _ = self.tell(Command::PauseLayers(session));
    }

    fn end(&self, session: MediaSessionId, end: MediaEnd) {
        // A dead thread has no sessions left to end.
        let _ = self.tell(Command::End(session, end));
    }

    /// It mutes at once. Sound is let through by the media thread, after it has ended the sessions that were ended before.
    fn mute(&self, room: RoomId, muted: bool) {
        if muted {
            return self.status.mute(room);
        }
        let Some(order) = self.status.muted_by(room) else { return };
        if self.tell(Command::Unmute { room, order }).is_err() {
            self.status.unmute(room, order);
        }
    }

    fn health(&self, room: RoomId) -> Option<MediaHealth> {
        self.status.health(room)
    }

    fn still(&self, room: RoomId) -> BoxFuture<'_, Option<Keyframe>> {
        Box::pin(async move {
            let (reply, answer) = oneshot::channel();
            self.tell(Command::Still { room, reply }).ok()?;
            answer.await.ok()?
        })
    }

    fn listen(&self, listener: Box<dyn Fn(MediaEvent) + Send + Sync>) {
        self.status.listen(listener);
    }
}
