// The studio's publisher: a media source, its preview, and one WHIP session that is renewed when it breaks.

const texts = JSON.parse(document.getElementById('texts').textContent);
const WIDTH = 1280;
const HEIGHT = 720;
const RATE = 30;
const MOST_BITS = 2_500_000;

const studio = document.getElementById('studio');
const preview = /** @type {HTMLVideoElement} */ (document.getElementById('preview'));
const form = /** @type {HTMLFormElement} */ (studio.querySelector('[data-source]'));
const [camera, microphone] = /** @type {HTMLSelectElement[]} */ (['camera', 'microphone'].map((id) => document.getElementById(id)));
const level = /** @type {HTMLMeterElement} */ (document.getElementById('level'));
const [startButton, stopButton, takeButton] = /** @type {HTMLElement[]} */ (['start', 'stop', 'take'].map((what) => form.querySelector(`[data-do=${what}]`)));
const status = form.querySelector('[data-status]');
const idle = /** @type {HTMLElement} */ (studio.querySelector('[data-idle]'));
const starts = { camera: texts.startCamera, screen: texts.startScreen, card: texts.startCard };

let media = null; // the current source: its stream, and how to end it
let peer = null;
let session = null;
let attempt = 0;
let fails = 0;
let timer = 0;
let audio = null; // one AudioContext, created on a click as browsers require

const chosen = () => form.source.value;
const say = (text) => (status.textContent = text);

function paint() {
  const busy = Boolean(media);
  startButton.hidden = busy;
  stopButton.hidden = !busy;
  idle.hidden = busy;
  startButton.textContent = starts[chosen()];
  /** @type {HTMLElement} */ (form.querySelector('[data-devices]')).hidden = chosen() === 'card';
  studio.dataset.sending = busy ? chosen() : '';
}

function remembered(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key) ?? '';
    localStorage.setItem(key, value);
  } catch {
    // without storage the browser asks again next time
  }
  return '';
}

// ---- sources

const picked = (select) => (select.value ? { exact: select.value } : undefined);
const sound = () => ({ deviceId: picked(microphone), echoCancellation: true, noiseSuppression: true, autoGainControl: true });

async function fromCamera() {
  const picture = { deviceId: picked(camera), width: { ideal: WIDTH }, height: { ideal: HEIGHT }, frameRate: { ideal: RATE } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: picture, audio: sound() });
  await listDevices();
  return { stream, end() {} };
}

async function fromScreen() {
  const stream = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: RATE } }, audio: true });
  if (stream.getAudioTracks().length) return { stream, end() {} };
  // A window without sound of its own: add the host's voice, if there is a microphone.
  const voice = await navigator.mediaDevices.getUserMedia({ audio: sound() }).catch(() => null);
  return { stream: new MediaStream([...stream.getTracks(), ...(voice?.getTracks() ?? [])]), end() {} };
}

function drawCard(pen, frame) {
  const bars = ['#c8c8c8', '#c8c800', '#00c8c8', '#00c800', '#c800c8', '#c80000', '#0000c8'];
  bars.forEach((colour, i) => {
    pen.fillStyle = colour;
    pen.fillRect((i * WIDTH) / bars.length, 0, WIDTH / bars.length + 1, HEIGHT * 0.7);
  });
  pen.fillStyle = '#14110e';
  pen.fillRect(0, HEIGHT * 0.7, WIDTH, HEIGHT * 0.3);
  pen.fillStyle = '#ffb224';
  pen.fillRect(((frame % RATE) / RATE) * WIDTH, HEIGHT * 0.7, 12, HEIGHT * 0.3);
  pen.font = 'bold 96px monospace';
  pen.fillText(new Date().toISOString().slice(11, 22), 48, HEIGHT * 0.89);
  pen.textAlign = 'right';
  pen.fillText(String(frame).padStart(6, '0'), WIDTH - 48, HEIGHT * 0.89);
  pen.textAlign = 'left';
}

// The test card: bars, the time, a counter and a short tone each second make delay and loss visible and audible.
function fromCard() {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const pen = canvas.getContext('2d');
  const out = audio.createMediaStreamDestination();
  const tone = audio.createOscillator();
  const gate = audio.createGain();
  gate.gain.value = 0;
  tone.connect(gate).connect(out);
  tone.start();
  let frame = 0;
  let over = false;
  // The audio clock drives the picture, because browsers slow the timers of a hidden page down to one a second.
  const next = () => {
    if (over) return;
    drawCard(pen, (frame += 1));
    if (frame % RATE === 0) beep(gate.gain);
    const clock = audio.createConstantSource();
    clock.addEventListener('ended', next);
    clock.start();
    clock.stop(audio.currentTime + 1 / RATE);
  };
  next();
  const stream = new MediaStream([...canvas.captureStream(RATE).getTracks(), ...out.stream.getTracks()]);
  return {
    stream,
    end() {
      over = true;
      tone.stop();
    },
  };
}

function beep(gain) {
  gain.setTargetAtTime(0.2, audio.currentTime, 0.005);
  gain.setTargetAtTime(0, audio.currentTime + 0.12, 0.01);
}

async function listDevices() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const kinds = /** @type {[HTMLSelectElement, string][]} */ ([[camera, 'videoinput'], [microphone, 'audioinput']]);
  for (const [select, kind] of kinds) {
    const before = select.value || remembered(select.id);
    select.length = 1;
    for (const device of devices.filter((d) => d.kind === kind && d.deviceId)) select.add(new Option(device.label || texts.unnamed, device.deviceId));
    if ([...select.options].some((option) => option.value === before)) select.value = before;
  }
}

// ---- level

let meter = null;
function listen(stream) {
  clearInterval(meter);
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

/** @returns {Promise<void>} */
function gathered(pc) {
  return new Promise((resolve) => {
    if (pc.iceGatheringState === 'complete') return resolve();
    pc.addEventListener('icegatheringstatechange', () => pc.iceGatheringState === 'complete' && resolve());
    setTimeout(resolve, 150);
  });
}

function addTracks(pc) {
  const [sound, picture] = [media.stream.getAudioTracks()[0], media.stream.getVideoTracks()[0]];
  pc.addTransceiver(sound ?? 'audio', { direction: 'sendonly' });
  const sender = pc.addTransceiver(picture, { direction: 'sendonly', sendEncodings: [{ maxBitrate: MOST_BITS }] });
  const codecs = RTCRtpSender.getCapabilities('video').codecs;
  const first = codecs.filter((codec) => codec.mimeType === 'video/VP8');
  sender.setCodecPreferences?.([...first, ...codecs.filter((codec) => !first.includes(codec))]);
}

// Lets the server answer that it takes stereo: the sound of a tab has two channels, a voice has one all the same.
const inStereo = (sdp) => (sdp.includes('stereo=1') ? sdp : sdp.replace('useinbandfec=1', 'useinbandfec=1;stereo=1'));

// The host has chosen to end the current publisher.
let takeover = false;

async function offer(pc, mine) {
  addTracks(pc);
  const made = await pc.createOffer();
  await pc.setLocalDescription({ type: 'offer', sdp: inStereo(made.sdp) });
  await gathered(pc);
  const response = await fetch(takeover ? `${studio.dataset.whip}?takeover=true` : studio.dataset.whip, {
    method: 'POST',
    headers: { 'Content-Type': 'application/sdp' },
    body: pc.localDescription.sdp,
  });
  if (mine !== attempt) return;
  if (response.status === 201) {
    takeover = false;
    session = response.headers.get('Location');
    return pc.setRemoteDescription({ type: 'answer', sdp: await response.text() });
  }
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

function send() {
  if (!media || peer) return;
  const mine = (attempt += 1);
  const pc = new RTCPeerConnection({ iceServers: JSON.parse(studio.dataset.ice || '[]') });
  peer = pc;
  say(texts.connecting);
  pc.addEventListener('connectionstatechange', () => {
    if (pc !== peer) return;
    studio.dataset.connection = pc.connectionState;
    if (pc.connectionState === 'connected') {
      fails = 0;
      say(document.body.hasAttribute('data-lost') ? texts.lost : texts.sends);
    }
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

async function open(kind) {
  audio ??= new AudioContext();
  await audio.resume();
  const next = await { camera: fromCamera, screen: fromScreen, card: fromCard }[kind]();
  for (const track of next.stream.getTracks()) {
    track.addEventListener('ended', () => media === next && gone(track));
  }
  return next;
}

// Shows `kind` in the preview and publishes it; a running session switches its tracks without a gap.
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
  preview.srcObject = next.stream;
  preview.play().catch(() => {});
  listen(next.stream);
  if (peer) {
    for (const transceiver of peer.getTransceivers()) {
      const kind = transceiver.receiver.track.kind;
      await transceiver.sender.replaceTrack(next.stream.getTracks().find((track) => track.kind === kind) ?? null);
    }
  } else {
    send();
  }
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

function stop() {
  hangUp();
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
  if (media) show(chosen());
  paint();
});
navigator.mediaDevices?.addEventListener('devicechange', () => listDevices().catch(() => {}));

const state = () => document.getElementById('studio-controls')?.dataset.state;
new MutationObserver(() => state() === 'ended' && media && stop()).observe(studio, { subtree: true, attributes: true, attributeFilter: ['data-state'] });
document.addEventListener('backstage:over', stop);
// While the server is unreachable, its last word about our publishing may be out of date.
document.addEventListener('backstage:lost', ({ detail: gone }) => {
  if (!media) return;
  if (gone) say(texts.lost);
  else say(peer?.connectionState === 'connected' ? texts.sends : texts.connectingAgain);
});
addEventListener('pagehide', leave);
addEventListener('online', () => peer && peer.connectionState !== 'connected' && again());
addEventListener('beforeunload', (event) => {
  if (media && state() === 'live') event.preventDefault();
});
paint();
