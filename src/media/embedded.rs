//! The embedded SFU as the rest of the service sees it: a handle to the media thread.

use crate::{
    door::Door,
    net::{self, Bell, Socket},
    sfu::{self, Command, Join, Role, SharedStatus},
};
use domain::{
    clock::BoxFuture,
    id::{MediaSessionId, RoomId},
    live::media::{Answer, MediaEnd, MediaError, MediaEvent, MediaHealth, MediaPlane},
};
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{Arc, mpsc},
    time::Instant,
};
use tokio::sync::oneshot;

#[derive(Clone, Copy, Debug)]
pub struct Config {
    /// UDP; port 0 lets the kernel choose. On `0.0.0.0` or `[::]` all addresses of the machine are offered to peers.
    pub listen: SocketAddr,
    /// The one address to offer instead, where the machine stands behind a NAT that keeps ports.
    pub public_ip: Option<IpAddr>,
}

impl Default for Config {
    fn default() -> Self {
        Self { listen: (Ipv4Addr::LOCALHOST, 0).into(), public_ip: None }
    }
}

/// Ends its thread, and tells all peers, when it is dropped.
pub struct EmbeddedSfu {
    door: Door,
    commands: mpsc::Sender<Command>,
    bell: Bell,
    status: Arc<SharedStatus>,
    address: SocketAddr,
}

impl EmbeddedSfu {
    /// Binds the socket and starts the media thread.
    ///
    /// # Errors
    /// The address cannot be bound, the machine has no address to offer, or no certificate or thread can be made.
    pub fn start(config: Config) -> io::Result<Self> {
        let (socket, address) = Socket::bind(config.listen, config.public_ip)?;
        let offered = net::candidates(address, config.public_ip)?;
        let door =
            Door::new(&offered).ok_or_else(|| io::Error::other("no certificate for media could be made"))?;
        let (commands, inbox) = mpsc::channel();
        let (bell, status) = (socket.bell.clone(), Arc::new(SharedStatus::default()));
        let theirs = status.clone();
        std::thread::Builder::new().name("media".into()).spawn(move || sfu::run(socket, inbox, theirs))?;
        tracing::info!(%address, ?offered, "media listens");
        Ok(Self { door, commands, bell, status, address })
    }

    /// Where the socket is bound.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Plays the looping test card into a room, as its publisher, until [`MediaPlane::end`] is called with its session.
    ///
    /// # Errors
    /// `Busy` while another publisher's packets flow; `Down`.
    pub async fn play_test_card(&self, room: RoomId) -> Result<MediaSessionId, MediaError> {
        let session = MediaSessionId::new();
        self.ask(|reply| Command::Card { session, room, reply }).await?;
        Ok(session)
    }

    async fn join(&self, room: RoomId, role: Role, offer: &str, replace: bool) -> Result<Answer, MediaError> {
        let connection = self.door.answer(role, offer, Instant::now())?;
        let (session, sdp) = (MediaSessionId::new(), connection.sdp.clone());
        self.ask(|reply| Command::Join(Join { session, room, role, replace, connection, reply })).await?;
        Ok(Answer { session, sdp })
    }

    /// A thread that is dead or that fails meanwhile drops the question, and that is the answer.
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
        // A thread that is gone already needs no telling.
        let _ = self.tell(Command::Stop);
    }
}

impl MediaPlane for EmbeddedSfu {
    fn publish(
        &self,
        room: RoomId,
        offer: String,
        replace: bool,
    ) -> BoxFuture<'_, Result<Answer, MediaError>> {
        Box::pin(async move { self.join(room, Role::Publisher, &offer, replace).await })
    }

    fn play(&self, room: RoomId, offer: String) -> BoxFuture<'_, Result<Answer, MediaError>> {
        Box::pin(async move { self.join(room, Role::Viewer, &offer, false).await })
    }

    fn end(&self, session: MediaSessionId, end: MediaEnd) {
        // A dead thread sends nothing to anybody.
        let _ = self.tell(Command::End(session, end));
    }

    fn health(&self, room: RoomId) -> Option<MediaHealth> {
        self.status.health(room)
    }

    fn listen(&self, listener: Box<dyn Fn(MediaEvent) + Send + Sync>) {
        self.status.listen(listener);
    }
}
