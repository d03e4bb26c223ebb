// The player: media by WHEP, reconnected after any failure. It plays while the stream's state, which the feed delivers,
// says that there is media.

const texts = JSON.parse(document.getElementById('texts').textContent);
const { send, accept, inStereo } = window.backstageRtc;
const REFUSED = 15; // s until the next attempt after a refusal in words: the host may send another codec by then
const LATEST = 3_000; // ms after which all scripts are loaded, although there is no picture
const SILENCE = 6_000; // ms without media, while the host is on air, after which the player reconnects

const stage = document.getElementById('stage');
const video = /** @type {HTMLVideoElement} */ (document.getElementById('video'));
const player = /** @type {HTMLElement} */ (stage.querySelector('[data-player]'));
const part = (what) => player.querySelector(`[data-do=${what}]`);
const waiting = player.querySelector('[data-waiting]');
const reach = /** @type {HTMLElement | null} */ (player.querySelector('[data-reach]')); // the way to the connection check
const volume = /** @type {HTMLInputElement} */ (player.querySelector('[data-volume]'));

let peer = null;
let session = null; // URL of our media session; it is secret
let attempt = 0; // a result that arrives with an older number is dropped
let fails = 0;
let timer = 0;
let closed = false; // refused for good
let soundOnly = false; // we ask for no picture, so that no byte of it comes
let refusal = ''; // why we get no picture, as the server says it: we ask for the sound alone, then
let asking = 0;
let away = ''; // why there is no media at all, likewise
let played = false; // there was a picture once
let hushed = false; // muted by the browser's autoplay policy, not by the person

const state = () => document.getElementById('stream-state')?.dataset.state;
// The server says whether this person may watch now: the team also sees the rehearsal.
const onAir = () => !closed && document.getElementById('stream-state')?.hasAttribute('data-plays');

function show(element, yes) {
  element.hidden = !yes;
}

function paint() {
  const up = stage.dataset.media === 'playing';
  show(player, onAir());
  const tries = fails > 3 ? texts.mediaAway : played ? texts.reconnecting : texts.connecting;
  const words = refusal ? `${refusal} ${up ? texts.heard : ''}`.trim() : up ? texts.soundOnly : away || tries;
  show(waiting, onAir() && (up ? soundOnly || Boolean(refusal) : state() !== 'interrupted' || Boolean(refusal)));
  if (waiting.textContent !== words) waiting.textContent = words;
  if (reach) show(reach, onAir() && !up && !away && fails > 1 && state() !== 'interrupted');
  part('listen').setAttribute('aria-pressed', String(soundOnly));
  show(part('start'), up && video.paused);
  player.toggleAttribute('data-still', up && video.paused);
  show(part('unmute'), up && hushed && !video.paused && video.muted);
  part('play').setAttribute('aria-label', video.paused ? texts.play : texts.pause);
  const silent = video.muted || video.volume === 0;
  part('mute').setAttribute('aria-label', silent ? texts.unmute : texts.mute);
  for (const [when, yes] of [['playing', !video.paused], ['paused', video.paused], ['sound', !silent], ['silent', silent]]) {
    show(player.querySelector(`[data-when=${when}]`), yes);
  }
  volume.value = String(silent ? 0 : Math.round(video.volume * 100));
}

function leave() {
  if (session) fetch(session, { method: 'DELETE', keepalive: true }).catch(() => {});
  session = null;
}

function hangUp() {
  attempt += 1;
  clearTimeout(timer);
  leave();
  peer?.close();
  peer = null;
  delete stage.dataset.media;
}

function again(seconds) {
  hangUp();
  const delay = seconds ? seconds * 1000 : Math.min(8_000, 400 * 2 ** fails);
  fails += 1;
  timer = setTimeout(connect, delay * (0.75 + Math.random() / 2));
}

async function offer(pc, mine) {
  pc.addTransceiver('audio', { direction: 'recvonly' });
  if (!soundOnly && !refusal) pc.addTransceiver('video', { direction: 'recvonly' });
  const made = await pc.createOffer();
  const sdp = inStereo(made.sdp);
  const response = await send(stage.dataset.whep, sdp);
  if (mine !== attempt) return;
  if (response.status === 201) {
    if (soundOnly) refusal = '';
    session = response.headers.get('Location');
    return accept(pc, sdp, response);
  }
  return refused(response, mine);
}

async function refused(response, mine) {
  const ours = response.headers.has('X-Request-Id');
  if (ours && [401, 402, 403, 404].includes(response.status)) {
    closed = true;
    hangUp();
    return paint();
  }
  const reason = ours && response.status >= 409 ? await response.json().catch(() => null) : null;
  if (mine !== attempt) return;
  // The stream has moved to another media plane since this page was loaded.
  if (reason?.error?.code === 'other_plane') return location.reload();
  if (ours && response.status === 422) {
    const silent = soundOnly || refusal;
    refusal = reason?.error?.message ?? '';
    if (silent) again(REFUSED);
    else listenMeanwhile();
    return paint();
  }
  away = response.status === 503 ? (reason?.error?.message ?? '') : '';
  again(Number(response.headers.get('Retry-After')));
  paint();
}

// The sound plays where the picture cannot. Beside it we ask for the picture again: the host may send another codec by then.
function listenMeanwhile() {
  hangUp();
  connect();
  clearInterval(asking);
  asking = setInterval(() => askForPicture().catch(() => {}), REFUSED * 1000);
}

async function askForPicture() {
  if (refusal && onAir()) {
    const pc = new RTCPeerConnection();
    pc.addTransceiver('video', { direction: 'recvonly' });
    const { sdp } = await pc.createOffer();
    const response = await send(stage.dataset.whep, sdp).finally(() => pc.close());
    if (response.status !== 201) return;
    fetch(response.headers.get('Location'), { method: 'DELETE' }).catch(() => {});
    if (refusal) hangUp();
  }
  clearInterval(asking);
  refusal = '';
  follow();
}

// The same on a plane that browsers speak to by themselves: we answer with a pass.
async function enter(room, mine) {
  const response = await fetch(stage.dataset.pass, { method: 'POST' });
  if (mine !== attempt) return;
  if (response.status !== 201) return refused(response, mine);
  refusal = '';
  session = response.headers.get('Location');
  const pass = await response.json();
  if (mine === attempt) await room.watch(pass, soundOnly);
}

function join(stream) {
  const mine = attempt;
  const room = window.backstageLiveKit.session({
    up: () => (fails = 0),
    lost: () => room === peer && again(),
    track: (track) => add(stream, track),
  });
  peer = room;
  enter(room, mine).catch(() => mine === attempt && again());
  paint();
}

function add(stream, track) {
  for (const older of stream.getTracks()) if (older.kind === track.kind) stream.removeTrack(older);
  stream.addTrack(track);
  if (video.srcObject !== stream) video.srcObject = stream;
  start();
}

function connect() {
  if (peer || !onAir()) return;
  const mine = (attempt += 1);
  const stream = new MediaStream();
  if (stage.dataset.pass) return join(stream);
  const pc = new RTCPeerConnection();
  peer = pc;
  pc.addEventListener('track', ({ track }) => {
    stream.addTrack(track);
    if (video.srcObject !== stream) video.srcObject = stream;
    start();
  });
  pc.addEventListener('connectionstatechange', () => {
    if (pc !== peer) return;
    if (pc.connectionState === 'connected') {
      fails = 0;
      if (!video.paused) plays();
    }
    if (pc.connectionState === 'failed') again();
    if (pc.connectionState === 'disconnected') setTimeout(() => pc === peer && pc.connectionState === 'disconnected' && again(), 3_000);
  });
  offer(pc, mine).catch(() => mine === attempt && again());
  paint();
}

// A browser says that a stream plays as soon as it has tracks, although nothing of them may ever come.
const isConnected = () => (peer instanceof RTCPeerConnection ? peer.connectionState === 'connected' : Boolean(peer));

function plays() {
  if (!isConnected()) return;
  away = '';
  stage.dataset.media = 'playing';
  played = true;
  paint();
}

// Plays with sound if the browser allows it; else muted, with a button for sound; else paused, with a button to play.
async function start() {
  if (stage.dataset.paused) return;
  try {
    await video.play();
  } catch (error) {
    if (error.name !== 'NotAllowedError' || video.muted) return paint();
    video.muted = true;
    hushed = true;
    await video.play().catch(() => {});
  }
  paint();
}

// Bytes received at the last look: if they do not grow while the host is on air, the session is stuck.
let bytes = 0;
let moved = Date.now();
async function look() {
  // An encoder may send a picture without a sound: who gets no picture then gets nothing.
  if (!peer || refusal || state() === 'interrupted') {
    moved = Date.now();
    return;
  }
  let sum = 0;
  for (const report of (await peer.getStats()).values()) if (report.type === 'inbound-rtp') sum += report.bytesReceived;
  if (sum !== bytes) moved = Date.now();
  bytes = sum;
  if (Date.now() - moved > SILENCE) {
    moved = Date.now();
    again();
  }
}
setInterval(() => look().catch(() => {}), 2_000);

// ---- statistics

const figures = /** @type {HTMLElement} */ (document.getElementById('player-stats'));
let before = { at: 0, bytes: 0, lost: 0, packets: 0 };

async function measure() {
  const reports = [...((await peer?.getStats())?.values() ?? [])];
  const picture = reports.find((report) => report.type === 'inbound-rtp' && report.kind === 'video');
  const pair = reports.find((report) => report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded');
  const codec = reports.find((report) => report.id === picture?.codecId);
  if (!picture) return [];
  const now = { at: picture.timestamp, bytes: picture.bytesReceived, lost: picture.packetsLost, packets: picture.packetsReceived };
  const [seconds, lost] = [(now.at - before.at) / 1000, Math.max(0, now.lost - before.lost)];
  const packets = Math.max(1, now.packets - before.packets + lost);
  const rate = ((now.bytes - before.bytes) * 8) / seconds / 1e6;
  const first = !before.at || !(seconds > 0);
  before = now;
  return [
    [texts.size, `${picture.frameWidth ?? 0} × ${picture.frameHeight ?? 0}`],
    [texts.frames, String(Math.round(picture.framesPerSecond ?? 0))],
    [texts.bitrate, first ? '–' : `${rate.toFixed(1)} Mbit/s`],
    [texts.loss, first ? '–' : `${((lost / packets) * 100).toFixed(1)} %`],
    [texts.roundTrip, pair?.currentRoundTripTime === undefined ? '–' : `${Math.round(pair.currentRoundTripTime * 1000)} ms`],
    [texts.codec, codec?.mimeType.slice(6) ?? '–'],
    ...(window.backstagePlayer.layer ? [[texts.layer, window.backstagePlayer.layer]] : []),
  ];
}

function tabulate(rows) {
  figures.replaceChildren(
    ...rows.map(([name, value]) => {
      const row = document.createElement('div');
      row.append(Object.assign(document.createElement('dt'), { textContent: name }), Object.assign(document.createElement('dd'), { textContent: value }));
      return row;
    }),
  );
}

let measuring = 0;
function statistics() {
  clearInterval(measuring);
  figures.hidden = !figures.hidden;
  part('stats').setAttribute('aria-pressed', String(!figures.hidden));
  if (figures.hidden) return;
  const draw = () => measure().then(tabulate, () => {});
  before = { at: 0, bytes: 0, lost: 0, packets: 0 };
  measuring = setInterval(draw, 1_000);
  return draw();
}

// ---- the device: its keys for media, and its screen, which stays on while something plays

let awake = null;
async function stayAwake() {
  if (video.paused || document.hidden) {
    await awake?.release();
    awake = null;
  } else if (!awake || awake.released) {
    awake = await navigator.wakeLock?.request('screen');
  }
}
const keepAwake = () => stayAwake().catch(() => {});
document.addEventListener('visibilitychange', keepAwake);

if (navigator.mediaSession) {
  const { title, space } = stage.dataset;
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist: space });
  for (const action of /** @type {MediaSessionAction[]} */ (['play', 'pause'])) navigator.mediaSession.setActionHandler(action, () => play());
}

function follow() {
  if (onAir()) {
    connect();
  } else if (peer) {
    hangUp();
    video.srcObject = null;
  }
  paint();
}

function play() {
  if (video.paused) {
    delete stage.dataset.paused;
    start();
  } else {
    stage.dataset.paused = 'yes';
    video.pause();
  }
}

function remember() {
  try {
    localStorage.setItem('volume', String(video.volume));
    localStorage.setItem('muted', video.muted ? 'yes' : '');
  } catch {
    // without storage the settings last for this page
  }
}

function mute() {
  hushed = false;
  if (video.muted || video.volume === 0) {
    video.muted = false;
    if (video.volume === 0) video.volume = 0.5;
  } else {
    video.muted = true;
  }
  remember();
}

function loudness(value) {
  video.volume = Math.min(1, Math.max(0, value));
  video.muted = video.volume === 0;
  hushed = false;
  remember();
}

function full() {
  if (document.fullscreenElement) return document.exitFullscreen();
  // The whole document, so that toasts stay visible; phones without that support show the video alone.
  if (document.documentElement.requestFullscreen) return document.documentElement.requestFullscreen();
  return video.webkitEnterFullscreen?.();
}

function listen() {
  soundOnly = !soundOnly;
  refusal = '';
  try {
    localStorage.setItem('sound-only', soundOnly ? 'yes' : '');
  } catch {
    // without storage the choice lasts for this page
  }
  hangUp();
  follow();
}

function chat() {
  const alone = document.body.toggleAttribute('data-alone');
  part('chat').setAttribute('aria-pressed', String(!alone));
}

function pip() {
  return document.pictureInPictureElement ? document.exitPictureInPicture() : video.requestPictureInPicture();
}

const help = /** @type {HTMLElement} */ (document.getElementById('player-keys'));
const toggleHelp = () => help.togglePopover?.();

// A click on the picture pauses, unless it is the first half of a double click, which toggles full screen. In ms.
const DOUBLE = 250;
let single = 0;
function clickPicture() {
  clearTimeout(single);
  single = setTimeout(play, DOUBLE);
}

const verbs = { start: play, stats: statistics, play, unmute: mute, mute, listen, full, chat, pip, help: toggleHelp };
player.addEventListener('click', (event) => {
  const verb = verbs[event.target.closest('[data-do]')?.dataset.do];
  if (verb) return Promise.resolve(verb()).catch(() => {});
  // The first touch only shows the controls.
  const finger = event instanceof PointerEvent && event.pointerType === 'touch';
  if (finger && !player.hasAttribute('data-awake')) return wake();
  if (!event.target.closest('.controls') && event.detail === 1) clickPicture();
});
player.addEventListener('dblclick', (event) => {
  if (/** @type {HTMLElement} */ (event.target).closest('.controls, [data-do]')) return;
  clearTimeout(single);
  Promise.resolve(full()).catch(() => {});
});
volume.addEventListener('input', () => loudness(Number(volume.value) / 100));
document.addEventListener('fullscreenchange', () => {
  const inside = Boolean(document.fullscreenElement);
  document.body.toggleAttribute('data-full', inside);
  document.body.toggleAttribute('data-alone', inside);
  part('chat').setAttribute('aria-pressed', 'false');
  part('full').setAttribute('aria-pressed', String(inside));
});

const keys = {
  ' ': play,
  k: play,
  m: mute,
  a: listen,
  f: full,
  s: statistics,
  c: () => /** @type {HTMLElement} */ (part('chat')).offsetParent && chat(),
  '?': toggleHelp,
  ArrowUp: () => loudness(video.volume + 0.05),
  ArrowDown: () => loudness(video.volume - 0.05),
};
document.addEventListener('keydown', (event) => {
  const verb = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!verb || !onAir() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest('input, textarea, select, [role=log]')) return;
  if (event.key === ' ' && event.target.closest('button, a, summary')) return;
  event.preventDefault();
  Promise.resolve(verb()).catch(() => {});
});

// Hides controls and pointer after 3 s without a move, unless the keyboard focus is in the controls or nothing plays.
const AWAKE = 3_000;
let drowsy = 0;
function wake() {
  player.toggleAttribute('data-awake', true);
  clearTimeout(drowsy);
  drowsy = setTimeout(() => player.removeAttribute('data-awake'), AWAKE);
}
stage.addEventListener('pointermove', (event) => event.pointerType !== 'touch' && wake());
stage.addEventListener('pointerleave', () => player.removeAttribute('data-awake'));

video.addEventListener('playing', plays);
for (const change of ['playing', 'pause', 'emptied']) video.addEventListener(change, keepAwake);
for (const change of ['loadeddata', 'pause', 'volumechange', 'emptied']) video.addEventListener(change, paint);
video.addEventListener('loadeddata', () => isConnected() && (stage.dataset.media = 'playing'));
new MutationObserver(follow).observe(stage, { subtree: true, attributes: true, attributeFilter: ['data-state', 'data-plays'] });
document.addEventListener('backstage:over', () => {
  closed = true;
  hangUp();
  video.srcObject = null;
  paint();
});
addEventListener('pagehide', leave);
addEventListener('pageshow', (event) => event.persisted && onAir() && again());
addEventListener('online', () => peer && peer.connectionState !== 'connected' && again());

// The markup says muted so that nothing is audible before this script decides.
try {
  video.volume = Number(localStorage.getItem('volume') ?? 1);
  video.muted = video.volume === 0 || Boolean(localStorage.getItem('muted'));
  soundOnly = Boolean(localStorage.getItem('sound-only'));
} catch {
  video.muted = false;
}
show(part('pip'), document.pictureInPictureEnabled);
window.backstagePlayer = { stats: () => peer?.getStats(), session: () => session, room: () => (stage.dataset.pass ? peer : null), layer: '' };
follow();

// The rest is loaded once there is a picture; where none comes, a little later.
let rest = /** @type {HTMLMetaElement | null} */ (document.querySelector('meta[name=later]'))?.content.split(' ') ?? [];
function loadRest() {
  for (const src of rest) document.head.append(Object.assign(document.createElement('script'), { type: 'module', async: false, src }));
  rest = [];
}
if (video.requestVideoFrameCallback) video.requestVideoFrameCallback(loadRest);
else video.addEventListener('playing', loadRest, { once: true });
setTimeout(loadRest, LATEST);
