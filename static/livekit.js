// The media plane of LiveKit, for the player and the publisher: one room, entered with a pass of ours. A pass is good for one
// entry, so after any loss the page asks for another one.

/** @typedef {{ url: string, token: string, location: string }} Pass */
/** @typedef {{ up(): void, lost(): void, track?(track: MediaStreamTrack): void }} Told */

const { Room, RoomEvent, Track, VideoQuality, setLogLevel } = window.LivekitClient;
const ENTRY = 8_000; // ms after which an entry that gets no right counts as failed
const MICROPHONE = 2; // among the sources of LiveKit's protocol
const AGAIN = [0, 500]; // ms before each of its own tries to resume; afterwards the page asks for another pass

setLogLevel('silent'); // it would print addresses with passes in them

/** What a page does with its session: it looks like the part of an RTCPeerConnection that both scripts use. */
class Session {
  /** @param {Told} told */
  constructor(told) {
    this.told = told;
    this.connectionState = 'new';
    /** What it sends. @type {MediaStreamTrack[]} */
    this.tracks = [];
    this.most = 0;
    const reconnectPolicy = { nextRetryDelayInMs: ({ retryCount }) => AGAIN[retryCount] ?? null };
    this.room = new Room({ adaptiveStream: false, dynacast: true, disconnectOnPageLeave: false, stopLocalTrackOnUnpublish: false, reconnectPolicy });
    this.room.on(RoomEvent.Disconnected, () => this.move('failed'));
    // Its socket is gone: it tries by itself for a moment, and nothing is lost if that helps.
    for (const event of [RoomEvent.SignalReconnecting, RoomEvent.Reconnecting]) this.room.on(event, () => this.move('disconnected'));
    this.room.on(RoomEvent.Reconnected, () => this.move('connected'));
  }

  move(state) {
    if (this.connectionState === 'closed' || this.connectionState === state) return;
    this.connectionState = state;
    if (state === 'connected') this.told.up();
    if (state === 'failed') this.told.lost();
  }

  /** Enters, and waits until it may do what it came for. @param {Pass} pass @param {'canPublish' | 'canSubscribe'} right */
  async enter(pass, right) {
    await this.room.connect(pass.url, pass.token, { maxRetries: 0 });
    const me = this.room.localParticipant;
    if (!me.permissions?.[right]) {
      await new Promise((resolve, reject) => {
        const late = setTimeout(() => reject(new Error('no right')), ENTRY);
        const look = () => {
          if (!me.permissions?.[right]) return;
          clearTimeout(late);
          resolve(undefined);
        };
        this.room.on(RoomEvent.ParticipantPermissionsChanged, look);
        this.room.on(RoomEvent.Disconnected, () => reject(new Error('removed')));
        look();
      });
    }
  }

  /** Receives whatever is published. @param {Pass} pass @param {boolean} soundOnly so that no byte of a picture comes */
  async watch(pass, soundOnly) {
    const take = (track) => this.told.track?.(track.mediaStreamTrack);
    this.room.on(RoomEvent.TrackSubscribed, take);
    const want = (publication) => publication.setSubscribed(!soundOnly || publication.kind === Track.Kind.Audio);
    this.room.on(RoomEvent.TrackPublished, want);
    await this.enter(pass, 'canSubscribe');
    for (const other of this.room.remoteParticipants.values()) other.trackPublications.forEach(want);
    this.move('connected');
  }

  /** What comes of a kind. @param {string} kind */
  received(kind) {
    const all = [...this.room.remoteParticipants.values()].flatMap((other) => [...other.trackPublications.values()]);
    return all.find((publication) => publication.kind === kind && publication.isSubscribed);
  }

  /** Pixels on the shorter side of each layer of the picture that comes, the smallest first. @returns {number[]} */
  heights() {
    const layers = this.received(Track.Kind.Video)?.trackInfo?.layers ?? [];
    return layers.map((layer) => Math.min(layer.width, layer.height)).sort((a, b) => a - b);
  }

  /** Asks for a layer by its place among them, or for what the link carries; for none if nobody sees it and there is sound. @param {number | null} rank @param {boolean} seen */
  choose(rank, seen) {
    const picture = this.received(Track.Kind.Video);
    const sizes = [...(picture?.trackInfo?.layers ?? [])].sort((a, b) => a.width - b.width);
    picture?.setEnabled(seen || !this.received(Track.Kind.Audio));
    picture?.setVideoQuality(rank === null ? VideoQuality.HIGH : (sizes[rank]?.quality ?? VideoQuality.HIGH));
  }

  /** Sends these tracks. @param {Pass} pass @param {MediaStreamTrack[]} tracks @param {number} most bits a second */
  async send(pass, tracks, most) {
    Object.assign(this, { tracks, most });
    await this.enter(pass, 'canPublish');
    await this.publish();
    this.move('connected');
    const more = () => this.connectionState === 'connected' && this.publish().catch(() => {});
    for (const event of [RoomEvent.ParticipantPermissionsChanged, RoomEvent.LocalTrackUnpublished]) this.room.on(event, more);
  }

  // Publishes what is not yet: sound that the host withheld comes back as a new publication.
  async publish() {
    const me = this.room.localParticipant;
    const sources = me.permissions?.canPublishSources ?? [];
    const heard = !sources.length || sources.includes(MICROPHONE);
    for (const track of this.tracks) {
      const video = track.kind === 'video';
      const published = [...me.trackPublications.values()].some((publication) => publication.kind === track.kind);
      if (published || !(video || heard)) continue;
      await me.publishTrack(track, {
        source: video ? Track.Source.Camera : Track.Source.Microphone,
        simulcast: video,
        videoCodec: 'vp8',
        videoEncoding: { maxBitrate: this.most, maxFramerate: 30 },
        stopMicTrackOnMute: false,
      });
    }
  }

  /** Sends other tracks in place of these. @param {MediaStreamTrack[]} tracks */
  async replace(tracks) {
    this.tracks = tracks;
    for (const publication of this.room.localParticipant.trackPublications.values()) {
      const next = tracks.find((track) => track.kind === publication.kind);
      if (next) await publication.track?.replaceTrack(next, true);
    }
  }

  getTransceivers() {
    return [];
  }

  /** @returns {Promise<Map<string, any>>} */
  async getStats() {
    const all = new Map();
    for (const one of [this.room.localParticipant, ...this.room.remoteParticipants.values()]) {
      for (const { track } of one.trackPublications.values()) {
        const report = await track?.getRTCStatsReport();
        report?.forEach((value, key) => all.set(key, value));
      }
    }
    return all;
  }

  close() {
    this.connectionState = 'closed';
    this.room.disconnect(false).catch(() => {});
  }
}

/** As `backstageWhep`. @type {Window['backstageLiveKit']['play']} */
function play(door, played, failed) {
  let location = null;
  let over = false;
  const leave = () => {
    if (location) fetch(location, { method: 'DELETE', keepalive: true }).catch(() => {});
    location = null;
  };
  const close = () => {
    over = true;
    removeEventListener('pagehide', leave);
    leave();
    session.close();
  };
  const fail = (seconds) => {
    if (over) return;
    close();
    failed(seconds);
  };
  const session = new Session({ up() {}, lost: () => fail(1), track: played });
  const open = async () => {
    const response = await fetch(door, { method: 'POST' });
    location = response.headers.get('Location');
    if (over) return leave();
    if (response.status !== 201) return fail(Number(response.headers.get('Retry-After')) || 2);
    await session.watch(await response.json(), false);
  };
  addEventListener('pagehide', leave);
  open().catch(() => fail(2));
  return { close, stats: () => session.getStats() };
}

window.backstageLiveKit = { session: (/** @type {Told} */ told) => new Session(told), play };
