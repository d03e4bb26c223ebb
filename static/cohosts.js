// The stage beside the host: a picture for each co-host who sends, and what this person sends when they are up. The page's feed
// says who is on the stage; each co-host is one more session, so nobody's coming or going touches another's. On LiveKit these are
// entered with passes, elsewhere by WHIP and WHEP.

const texts = JSON.parse(document.getElementById('texts').textContent);
const { accept, preferVp8 } = window.backstageRtc;
const RETRY = 1_000; // ms until what failed is tried again
const MOST_BITS = 800_000;
const LOUD = 0.0005; // sound energy of a second from which somebody is seen to speak

const scene = document.getElementById('stage') ?? document.getElementById('studio');
const pictures = document.getElementById('guests');
const main = /** @type {HTMLVideoElement | null} */ (document.getElementById('video'));
const own = document.getElementById('own-picture');
const layout = scene.querySelector('[data-do=layout]');

const hand = () => document.getElementById('hand');
const listed = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#participants [data-participant]')]);
// The studio has no state of a player: the host always sees who is up.
const watches = () => document.getElementById('stream-state')?.hasAttribute('data-plays') ?? true;

// ---- the others

const tiles = new Map(); // by participant
let over = false;

function connect(tile) {
  const stream = new MediaStream();
  tile.video.srcObject = stream;
  const played = (track) => {
    for (const older of stream.getTracks()) if (older.kind === track.kind) stream.removeTrack(older);
    stream.addTrack(track);
    tile.video.play().catch(() => {});
  };
  const failed = (seconds) => (tile.timer = setTimeout(connect, Math.max(seconds * 1000, RETRY), tile));
  tile.session = scene.dataset.pass
    ? window.backstageLiveKit.play(`${tile.doors}/pass/watch`, played, failed)
    : window.backstageWhep(`${tile.doors}/whep`, played, failed);
}

function open(entry) {
  const [figure, video, caption] = ['figure', 'video', 'figcaption'].map((name) => document.createElement(name));
  figure.className = 'guest';
  figure.append(video, caption);
  Object.assign(video, { playsInline: true, muted: true });
  pictures.append(figure);
  const tile = { figure, video, caption, doors: entry.dataset.doors, session: null, timer: 0, energy: 0 };
  tiles.set(entry.dataset.participant, tile);
  connect(tile);
}

function drop(id) {
  const tile = tiles.get(id);
  clearTimeout(tile.timer);
  tile.session?.close();
  tile.figure.remove();
  tiles.delete(id);
}

// What one hears of the host, one hears of everybody; whom the host has muted, nobody hears.
function tune() {
  for (const entry of listed()) {
    const tile = tiles.get(entry.dataset.participant);
    if (!tile) continue;
    const muted = entry.hasAttribute('data-muted');
    tile.video.muted = muted || Boolean(main?.muted);
    tile.video.volume = main?.volume ?? 1;
    const name = entry.querySelector('bdi').textContent;
    const words = muted ? `${name} ${texts.guestMuted}` : name;
    // A change is observed, and leads here again.
    if (tile.caption.textContent !== words) tile.caption.textContent = words;
  }
}

function follow() {
  const place = hand()?.dataset.place;
  const wanted = over || !watches() ? [] : listed().filter((entry) => entry.hasAttribute('data-sends') && entry.dataset.participant !== place);
  const ids = new Set(wanted.map((entry) => entry.dataset.participant));
  for (const id of [...tiles.keys()].filter((id) => !ids.has(id))) drop(id);
  for (const entry of wanted.filter((entry) => !tiles.has(entry.dataset.participant))) open(entry);
  tune();
  if (tiles.size) scene.dataset.guests = String(tiles.size);
  else delete scene.dataset.guests;
  if (layout) /** @type {HTMLElement} */ (layout).hidden = !tiles.size;
  followOwn();
}

// Who speaks has a rim. A click makes a picture large, and another one small again.
async function listen() {
  for (const tile of tiles.values()) {
    const reports = [...((await tile.session?.stats()) ?? new Map()).values()];
    const sound = reports.find((report) => report.type === 'inbound-rtp' && report.kind === 'audio');
    const energy = sound?.totalAudioEnergy ?? 0;
    tile.figure.toggleAttribute('data-loud', !tile.video.muted && energy - tile.energy > LOUD);
    tile.energy = energy;
  }
}
setInterval(() => tiles.size && listen().catch(() => {}), 1_000);

pictures.addEventListener('click', (event) => {
  const figure = event.target.closest('.guest');
  for (const other of pictures.children) other.toggleAttribute('data-big', other === figure && !other.hasAttribute('data-big'));
});
layout?.addEventListener('click', () => {
  const grid = scene.dataset.layout !== 'grid';
  scene.dataset.layout = grid ? 'grid' : '';
  layout.setAttribute('aria-pressed', String(grid));
});
main?.addEventListener('volumechange', tune);
main?.addEventListener('pause', () => tiles.forEach((tile) => tile.video.pause()));
main?.addEventListener('playing', () => tiles.forEach((tile) => tile.video.play().catch(() => {})));

// ---- this person's own place

const part = (what) => /** @type {HTMLElement} */ (own.querySelector(what));
let mine = null; // what is sent: its place, stream, peer and session
let hushed = false;

const say = (text) => (part('[data-said]').textContent = text);

function hangUp() {
  if (mine?.session) fetch(mine.session, { method: 'DELETE', keepalive: true }).catch(() => {});
  mine?.peer?.close();
  if (mine) [mine.session, mine.peer] = [null, null];
}

function stop() {
  hangUp();
  for (const track of mine?.stream.getTracks() ?? []) track.stop();
  mine = null;
  /** @type {HTMLVideoElement} */ (part('video')).srcObject = null;
  say('');
}

function again(sending) {
  if (mine !== sending) return;
  hangUp();
  say(texts.connectingUp);
  setTimeout(() => mine === sending && send(sending), RETRY);
}

// Whether the session is there, and still wanted.
function begun(response, sending, peer) {
  const session = response.headers.get('Location');
  if (mine !== sending || sending.peer !== peer) {
    if (session) fetch(session, { method: 'DELETE' }).catch(() => {});
    return false;
  }
  sending.session = session;
  if (response.status === 201) return true;
  // Our own refusal is final: the feed says why, or has said so.
  const final = response.headers.has('X-Request-Id') && response.status < 429;
  if (final) {
    stop();
    say(texts.notUp);
  } else {
    again(sending);
  }
  return false;
}

async function offer(sending, peer) {
  peer.addTransceiver(sending.stream.getAudioTracks()[0] ?? 'audio', { direction: 'sendonly' });
  const sender = peer.addTransceiver(sending.stream.getVideoTracks()[0] ?? 'video', { direction: 'sendonly', sendEncodings: [{ maxBitrate: MOST_BITS }] });
  preferVp8(sender);
  const { sdp } = await peer.createOffer();
  const response = await window.backstageRtc.send(`${sending.doors}/whip`, sdp);
  if (begun(response, sending, peer)) await accept(peer, sdp, response);
}

async function enter(sending, room) {
  const response = await fetch(`${sending.doors}/pass/host`, { method: 'POST' });
  if (begun(response, sending, room)) await room.send(await response.json(), sending.stream.getTracks(), MOST_BITS);
}

function send(sending) {
  const failed = () => sending.peer === peer && again(sending);
  const up = () => sending.peer === peer && say(texts.youAreUp);
  const peer = scene.dataset.pass
    ? window.backstageLiveKit.session({ up, lost: failed })
    : new RTCPeerConnection();
  sending.peer = peer;
  if (scene.dataset.pass) return enter(sending, peer).catch(failed);
  peer.addEventListener('connectionstatechange', () => {
    if (peer.connectionState === 'connected') up();
    if (peer.connectionState === 'failed') failed();
  });
  return offer(sending, peer).catch(failed);
}

async function begin() {
  const { place, doors } = hand().dataset;
  say(texts.connectingUp);
  const wanted = { video: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 30 } }, audio: { echoCancellation: true, noiseSuppression: true } };
  const stream = await navigator.mediaDevices.getUserMedia(wanted);
  if (hand().dataset.place !== place) return stream.getTracks().forEach((track) => track.stop());
  mine = { place, doors, stream, peer: null, session: null };
  const video = /** @type {HTMLVideoElement} */ (part('video'));
  video.srcObject = stream;
  video.muted = true;
  video.play().catch(() => {});
  followOwn();
  send(mine);
}

function followOwn() {
  if (!own) return;
  const { place, doors } = hand()?.dataset ?? {};
  if (mine && (over || mine.place !== place || !doors)) stop();
  own.hidden = over || !doors;
  part('[data-do=begin]').hidden = Boolean(mine);
  part('[data-do=hush]').hidden = part('video').hidden = !mine;
  part('[data-do=hush]').setAttribute('aria-pressed', String(hushed));
  const quiet = hushed || Boolean(hand()?.hasAttribute('data-muted'));
  for (const track of mine?.stream.getAudioTracks() ?? []) track.enabled = !quiet;
}

own?.addEventListener('click', (event) => {
  const what = event.target.closest('[data-do]')?.dataset.do;
  if (what === 'hush') {
    hushed = !hushed;
    followOwn();
  }
  if (what === 'begin') begin().catch((error) => say(error.name === 'NotAllowedError' ? texts.notAllowedUp : texts.notUp));
});

const watched = { subtree: true, childList: true, attributes: true, attributeFilter: ['data-participant', 'data-sends', 'data-muted', 'data-plays', 'data-place', 'data-doors'] };
const observer = new MutationObserver(follow);
for (const element of [scene, hand()?.parentElement]) if (element) observer.observe(element, watched);
document.addEventListener('backstage:over', () => {
  over = true;
  follow();
});
addEventListener('pagehide', hangUp);
addEventListener('pageshow', (event) => event.persisted && mine && again(mine));
follow();
