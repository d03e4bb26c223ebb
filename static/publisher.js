// The studio's publisher: a media source, its preview, and one WHIP session that is renewed when it breaks.

const texts = JSON.parse(document.getElementById('texts').textContent);
const { accept, inStereo, preferVp8 } = window.backstageRtc;
const { MOST_BITS, addPicture, beep, card, chooseLayers } = window.backstageSources;
const { camera, microphone, music, beside, remembered, fromCamera, fromScreen, listDevices } = window.backstageDevices;

const studio = document.getElementById('studio');
const preview = /** @type {HTMLVideoElement} */ (document.getElementById('preview'));
const form = /** @type {HTMLFormElement} */ (studio.querySelector('[data-source]'));
const level = /** @type {HTMLMeterElement} */ (document.getElementById('level'));
const [startButton, stopButton, takeButton] = /** @type {HTMLElement[]} */ (['start', 'stop', 'take'].map((what) => form.querySelector(`[data-do=${what}]`)));
const status = form.querySelector('[data-status]');
/** @type {(what: string) => HTMLElement} */
const tool = (what) => studio.querySelector(`[data-do=${what}]`);
const sent = /** @type {HTMLElement} */ (studio.querySelector('[data-sent]'));
const idle = /** @type {HTMLElement} */ (studio.querySelector('[data-idle]'));
const starts = { camera: texts.startCamera, screen: texts.startScreen, card: texts.startCard };

let media = null; // the current source: its stream, and how to end it
let peer = null;
let session = null;
let attempt = 0;
let fails = 0;
let timer = 0;
let audio = null; // one AudioContext, created on a click as browsers require

const off = { audio: false, video: false }; // what the host has switched off; a change of the source keeps it
const chosen = () => form.source.value;
const isScreen = () => chosen() === 'screen';
const say = (text) => (status.textContent = text);

function paint() {
  const busy = Boolean(media);
  startButton.hidden = busy;
  stopButton.hidden = !busy;
  idle.hidden = busy;
  startButton.textContent = starts[chosen()];
  /** @type {HTMLElement} */ (form.querySelector('[data-devices]')).hidden = chosen() === 'card';
  /** @type {HTMLElement} */ (form.querySelector('[data-beside]')).hidden = chosen() !== 'screen';
  for (const what of ['mic', 'cam']) tool(what).hidden = !busy;
  tool('received').hidden = !busy;
  tool('flip').hidden = !busy || chosen() !== 'camera' || camera.options.length < 3;
  for (const [what, kind] of [['mic', 'audio'], ['cam', 'video']]) tool(what).setAttribute('aria-pressed', String(off[kind]));
  studio.dataset.sending = busy ? chosen() : '';
}

// ---- level

const QUIET = 0.05; // of the meter: -57 dB
const SILENCE = 10_000; // ms without sound before the host is told
let meter = null;
let quietSince = 0;
function listen(stream) {
  clearInterval(meter);
  quietSince = Date.now();
  level.value = 0;
  if (!stream?.getAudioTracks().length) return;
  const analyser = audio.createAnalyser();
  analyser.fftSize = 1024;
  audio.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  meter = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, s) => sum + s * s, 0) / samples.length;
    level.value = Math.min(1, Math.max(0, 1 + Math.log10(power + 1e-9) / 6)); // -60 dB to 0 dB
    if (level.value > QUIET || off.audio || audio.state !== 'running') quietSince = Date.now();
    if (Date.now() - quietSince > SILENCE) {
      quietSince = Date.now();
      say(texts.noSound);
    }
  }, 100);
}

// ---- sending

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
}

function again(seconds) {
  hangUp();
  if (!media) return;
  say(texts.connectingAgain);
  const delay = seconds ? seconds * 1000 : Math.min(5_000, 300 * 2 ** fails);
  fails += 1;
  timer = setTimeout(send, delay);
}

function addTracks(pc) {
  const [sound, picture] = [media.stream.getAudioTracks()[0], media.stream.getVideoTracks()[0]];
  pc.addTransceiver(sound ?? 'audio', { direction: 'sendonly' });
  const sender = addPicture(pc, picture, isScreen());
  preferVp8(sender);
}

// Browsers send one channel of speech unless the other side asks for two of music.
const asMusic = (sdp) => (music.checked ? inStereo(sdp, 'sprop-stereo=1', 'maxaveragebitrate=192000') : sdp);

// The sizes that nobody gets at the moment, as the server says. Without the page's feed we would not hear that somebody wants one,
// so all are sent.
function paused() {
  const { session: of, layers } = document.getElementById('paused-layers').dataset;
  const hears = ['on', 'away'].includes(document.body.dataset.feed) && !document.body.hasAttribute('data-lost');
  return hears && of && layers && session?.includes(of) ? layers.split(' ').map(Number) : [];
}

// One after the other: each change begins from what the last one has set.
let choosing = Promise.resolve();
function choose() {
  const picture = () => peer?.getTransceivers?.().find((one) => one.receiver.track.kind === 'video');
  const change = () => picture() && chooseLayers(picture().sender, isScreen(), paused());
  choosing = choosing.then(change).catch(() => {});
  return choosing;
}
const told = new MutationObserver(choose);
told.observe(studio, { subtree: true, attributeFilter: ['data-session', 'data-layers'] });
told.observe(document.body, { attributeFilter: ['data-feed', 'data-lost'] });

// The host has chosen to end the current publisher.
let takeover = false;

async function offer(pc, mine) {
  addTracks(pc);
  const made = await pc.createOffer();
  const sdp = asMusic(made.sdp);
  const response = await window.backstageRtc.send(`${studio.dataset.whip}?pauses=true${takeover ? '&takeover=true' : ''}`, sdp);
  if (mine !== attempt) return;
  if (response.status !== 201) return refused(response);
  takeover = false;
  session = response.headers.get('Location');
  await accept(pc, sdp, response, asMusic);
  // Chromium takes an answer with all layers for a wish to get all, also those that it was told not to send.
  return choose();
}

// The same on a plane that browsers speak to by themselves: we answer with a pass.
async function enter(room, mine) {
  const response = await fetch(takeover ? `${studio.dataset.pass}?takeover=true` : studio.dataset.pass, { method: 'POST' });
  if (mine !== attempt) return;
  if (response.status !== 201) return refused(response);
  takeover = false;
  session = response.headers.get('Location');
  const pass = await response.json();
  if (mine !== attempt) return;
  await room.send(pass, media.stream.getTracks(), MOST_BITS);
  hush();
}

async function refused(response) {
  if (response.status === 409 && fails < 4) return again(1);
  // Our own refusal is final; an answer from a proxy is not.
  if (response.headers.has('X-Request-Id') && response.status < 500) {
    const reason = await response.json().catch(() => null);
    stop();
    takeButton.hidden = response.status !== 409;
    return say(reason?.error?.message ?? texts.notTaken);
  }
  again(Number(response.headers.get('Retry-After')));
}

function up() {
  fails = 0;
  studio.dataset.connection = 'connected';
  say(document.body.hasAttribute('data-lost') ? texts.lost : texts.sends);
}

function join(mine) {
  const room = window.backstageLiveKit.session({ up, lost: () => room === peer && again() });
  peer = room;
  say(texts.connecting);
  enter(room, mine).catch(() => mine === attempt && again());
}

function send() {
  if (!media || peer) return;
  const mine = (attempt += 1);
  if (studio.dataset.pass) return join(mine);
  const pc = new RTCPeerConnection();
  peer = pc;
  say(texts.connecting);
  pc.addEventListener('connectionstatechange', () => {
    if (pc !== peer) return;
    studio.dataset.connection = pc.connectionState;
    if (pc.connectionState === 'connected') up();
    if (pc.connectionState === 'failed') again();
    if (pc.connectionState === 'disconnected') setTimeout(() => pc === peer && pc.connectionState === 'disconnected' && again(), 2_000);
  });
  offer(pc, mine).catch(() => mine === attempt && again());
}

// ---- the host's actions

function drop(old) {
  old?.end();
  for (const track of old?.stream.getTracks() ?? []) track.stop();
}

const why = {
  NotAllowedError: texts.notAllowed,
  NotFoundError: texts.notFound,
  NotReadableError: texts.notFree,
};

// A browser without a loudspeaker may never begin to play, nor say so: Firefox does not. Whatever needs no sound goes on all the same.
const PATIENCE = 1_000; // ms
async function wakeAudio() {
  audio ??= new AudioContext();
  await Promise.race([audio.resume(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
}

async function open(kind) {
  await wakeAudio();
  const next = await { camera: fromCamera, screen: () => fromScreen(audio), card: () => card(audio) }[kind]();
  // Only now are devices named.
  if (kind === 'camera') await listDevices(texts.unnamed);
  for (const track of next.tracks ?? next.stream.getTracks()) {
    track.addEventListener('ended', () => media === next && gone(track));
  }
  return next;
}

// What is switched off stays so, whichever source is shown: black, and silent.
function hush() {
  for (const track of media?.stream.getTracks() ?? []) track.enabled = !off[track.kind];
}

// Sends the tracks of the source; a running session switches without a gap.
async function swap() {
  hush();
  if (!receiver) preview.srcObject = media.stream;
  preview.play().catch(() => {});
  listen(media.stream);
  if (!peer) return send();
  if (peer.replace) {
    await peer.replace(media.stream.getTracks());
    return hush();
  }
  for (const transceiver of peer.getTransceivers()) {
    const kind = transceiver.receiver.track.kind;
    await transceiver.sender.replaceTrack(media.stream.getTracks().find((track) => track.kind === kind) ?? null);
  }
  await choose();
}

// Shows `kind` in the preview and publishes it.
async function show(kind) {
  let next;
  try {
    next = await open(kind);
  } catch (error) {
    say(why[error.name] ?? texts.notStarted);
    return;
  }
  const old = media;
  media = next;
  await swap();
  drop(old);
  paint();
}

// A device was unplugged, or the person stopped the sharing in the browser's own bar.
function gone(track) {
  if (chosen() !== 'camera') return stop();
  say(track.kind === 'video' ? texts.cameraGone : texts.microphoneGone);
  (track.kind === 'video' ? camera : microphone).value = '';
  show('camera');
}

// ---- what viewers get

let receiver = null; // plays our own stream, as they do
function dismiss() {
  receiver?.close();
  receiver = null;
  if (media) preview.srcObject = media.stream;
  tool('received').setAttribute('aria-pressed', 'false');
}

function compare() {
  if (receiver) return dismiss();
  tool('received').setAttribute('aria-pressed', 'true');
  const [stream, failed] = [
    new MediaStream(),
    () => {
      dismiss();
      say(texts.notStarted);
    },
  ];
  preview.srcObject = stream;
  const { pass, whep } = studio.dataset;
  const played = (track) => stream.addTrack(track);
  receiver = pass ? window.backstageLiveKit.play(pass.replace(/host$/, 'watch'), played, failed) : window.backstageWhep(whep, played, failed);
}

// ---- figures of this browser

const limits = { cpu: texts.limitedProcessor, bandwidth: texts.limitedNetwork };
let warned = '';
async function measure() {
  const reports = [...((await peer?.getStats())?.values() ?? [])];
  const layers = reports.filter((report) => report.type === 'outbound-rtp' && report.kind === 'video');
  layers.sort((a, b) => (b.frameHeight ?? 0) - (a.frameHeight ?? 0));
  const video = layers.find((layer) => layer.framesPerSecond) ?? layers[0];
  sent.hidden = !video?.frameWidth;
  if (sent.hidden) return;
  sent.querySelector('[data-frames]').textContent = String(Math.round(video.framesPerSecond ?? 0));
  sent.querySelector('[data-size]').textContent = `${video.frameWidth} × ${video.frameHeight}`;
  sent.querySelector('[data-paused]').toggleAttribute('hidden', !paused().length);
  const limit = limits[video.qualityLimitationReason] ?? '';
  sent.querySelector('[data-limit]').textContent = limit;
  if (limit !== warned) say(limit || texts.sends);
  warned = limit;
}
setInterval(() => measure().catch(() => {}), 1_000);

function stop() {
  hangUp();
  dismiss();
  drop(media);
  media = null;
  fails = 0;
  listen(null);
  preview.srcObject = null;
  say('');
  delete studio.dataset.connection;
  paint();
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  takeButton.hidden = true;
  show(chosen());
});
takeButton.addEventListener('click', () => {
  takeButton.hidden = true;
  takeover = true;
  show(chosen());
});
stopButton.addEventListener('click', stop);
form.addEventListener('change', (event) => {
  const device = [camera, microphone].find((select) => select === event.target);
  if (device) remembered(device.id, device.value);
  if (event.target === music) remembered('music', music.checked ? 'yes' : '');
  if (event.target === beside) toggleBeside();
  else if (media) show(chosen());
  paint();
});

function toggleBeside() {
  if (!media?.beside) return;
  media.beside(beside.checked).then(swap, (error) => {
    beside.checked = false;
    say(why[error.name] ?? texts.notStarted);
    return swap();
  });
}

function toggle(kind) {
  off[kind] = !off[kind];
  hush();
  paint();
}

// The next camera: on a phone, the one on its other side.
function flip() {
  const real = [...camera.options].filter((option) => option.value);
  const now = media.stream.getVideoTracks()[0]?.getSettings().deviceId;
  const at = real.findIndex((option) => option.value === now);
  camera.value = real[(at + 1) % real.length].value;
  remembered(camera.id, camera.value);
  show('camera');
}

async function test() {
  await wakeAudio();
  if (audio.state !== 'running') return say(texts.noSpeaker);
  const [tone, gain] = [audio.createOscillator(), audio.createGain()];
  gain.gain.value = 0;
  tone.connect(gain).connect(audio.destination);
  tone.start();
  beep(audio, gain.gain);
  tone.stop(audio.currentTime + 0.5);
}

const tools = { mic: () => toggle('audio'), cam: () => toggle('video'), flip, test, received: compare };
studio.addEventListener('click', (event) => tools[event.target.closest('[data-do]')?.dataset.do]?.());
music.checked = Boolean(remembered('music'));
navigator.mediaDevices?.addEventListener('devicechange', () => listDevices(texts.unnamed).catch(() => {}));

const state = () => document.getElementById('studio-controls')?.dataset.state;
new MutationObserver(() => {
  // What was said when the page was opened is about the state before.
  document.querySelector('p.flash')?.remove();
  if (state() === 'ended' && media) stop();
}).observe(studio, { subtree: true, attributes: true, attributeFilter: ['data-state'] });
document.addEventListener('backstage:over', stop);
// While the server is unreachable, its last word about our publishing may be out of date.
document.addEventListener('backstage:lost', ({ detail: gone }) => {
  if (!media) return;
  if (gone) say(texts.lost);
  else say(peer?.connectionState === 'connected' ? texts.sends : texts.connectingAgain);
});
addEventListener('pagehide', () => {
  leave();
  dismiss();
});
addEventListener('online', () => peer && peer.connectionState !== 'connected' && again());
addEventListener('beforeunload', (event) => {
  if (media && state() === 'live') event.preventDefault();
});
paint();
