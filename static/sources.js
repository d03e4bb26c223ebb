// Pictures and sounds that the studio makes itself: the screen with the camera in its corner, their sounds together, and the test
// card; and the sizes in which a picture is sent. Loaded before `publisher.js`, which uses them.

const WIDTH = 1280;
const HEIGHT = 720;
const RATE = 30;

// Calls `then` after a frame's time. The audio clock tells it, because browsers slow the timers of a hidden page down to one a second,
// and whoever shows another window has hidden this page. Where that clock stands still, for want of a loudspeaker, a timer does.
function afterFrame(audio, then) {
  if (audio.state !== 'running') return setTimeout(then, 1000 / RATE);
  const clock = audio.createConstantSource();
  clock.addEventListener('ended', then);
  clock.start();
  clock.stop(audio.currentTime + 1 / RATE);
}

// Calls `draw` for each frame until the result is called.
function animate(audio, draw) {
  let over = false;
  const next = () => {
    if (over) return;
    draw();
    afterFrame(audio, next);
  };
  next();
  return () => (over = true);
}

/** @type {(stream: MediaStream) => HTMLVideoElement} */
function watched(stream) {
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, srcObject: stream });
  video.play().catch(() => {});
  return video;
}

// The screen with the camera in its corner, as one picture. One track is sent whatever is shown, so nothing is negotiated again.
function compose(audio, screen, face) {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const pen = canvas.getContext('2d');
  const place = (video, [left, top, width, height], fit) => {
    if (!video.videoWidth) return;
    const scale = fit(width / video.videoWidth, height / video.videoHeight);
    const [w, h] = [video.videoWidth * scale, video.videoHeight * scale];
    pen.save();
    pen.beginPath();
    pen.rect(left, top, width, height);
    pen.clip();
    pen.drawImage(video, left + (width - w) / 2, top + (height - h) / 2, w, h);
    pen.restore();
  };
  const [behind, front] = [watched(screen), watched(face)];
  const end = animate(audio, () => {
    pen.fillStyle = '#000';
    pen.fillRect(0, 0, WIDTH, HEIGHT);
    place(behind, [0, 0, WIDTH, HEIGHT], Math.min);
    place(front, [WIDTH * 0.76, HEIGHT * 0.74, WIDTH * 0.22, HEIGHT * 0.22], Math.max);
  });
  return { track: canvas.captureStream(RATE).getVideoTracks()[0], end };
}

// The sound of a tab and the host's voice, as one track; the voice alone, which comes last, where nothing can be mixed.
function mix(audio, streams) {
  const heard = streams.filter((stream) => stream?.getAudioTracks().length);
  if (heard.length < 2 || audio.state !== 'running') return heard.at(-1)?.getAudioTracks()[0];
  const out = audio.createMediaStreamDestination();
  for (const stream of heard) audio.createMediaStreamSource(new MediaStream(stream.getAudioTracks())).connect(out);
  return out.stream.getAudioTracks()[0];
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
function card(audio) {
  const canvas = Object.assign(document.createElement('canvas'), { width: WIDTH, height: HEIGHT });
  const pen = canvas.getContext('2d');
  const out = audio.createMediaStreamDestination();
  const tone = audio.createOscillator();
  const gate = audio.createGain();
  gate.gain.value = 0;
  tone.connect(gate).connect(out);
  tone.start();
  let frame = 0;
  const end = animate(audio, () => {
    drawCard(pen, (frame += 1));
    if (frame % RATE === 0) beep(audio, gate.gain);
  });
  const stream = new MediaStream([...canvas.captureStream(RATE).getTracks(), ...out.stream.getTracks()]);
  return {
    stream,
    end() {
      end();
      tone.stop();
    },
  };
}

function beep(audio, gain) {
  gain.setTargetAtTime(0.2, audio.currentTime, 0.005);
  gain.setTargetAtTime(0, audio.currentTime + 0.12, 0.01);
}

// ---- layers: a camera is sent in three sizes, so that each viewer gets what suits its link and its screen

const MOST_BITS = 2_500_000;
const LAYERS = [
  { rid: 'q', scaleResolutionDownBy: 4, maxBitrate: 150_000 },
  { rid: 'h', scaleResolutionDownBy: 2, maxBitrate: 600_000 },
  { rid: 'f', scaleResolutionDownBy: 1, maxBitrate: MOST_BITS },
];
// A screen is read, so it is sent in full size only. Of a camera, all but the `paused` ones are.
const isSent = (at, screen, paused) => (screen ? at === LAYERS.length - 1 : !paused.includes(at));

function addPicture(pc, picture, screen) {
  const add = (sendEncodings) => pc.addTransceiver(picture, { direction: 'sendonly', sendEncodings });
  try {
    return add(LAYERS.map((layer, at) => ({ ...layer, active: isSent(at, screen, []) })));
  } catch {
    return add([{ maxBitrate: MOST_BITS }]); // this browser sends one size
  }
}

// The same in a running session: nothing is negotiated. A change begins anew with a keyframe, so nothing is set without need.
async function chooseLayers(sender, screen, paused) {
  const parameters = sender.getParameters();
  const { encodings } = parameters;
  if (encodings?.length !== LAYERS.length || encodings.every(({ active }, at) => active === isSent(at, screen, paused))) return;
  encodings.forEach((encoding, at) => (encoding.active = isSent(at, screen, paused)));
  await sender.setParameters(parameters);
}

window.backstageSources = { MOST_BITS, addPicture, chooseLayers, WIDTH, HEIGHT, RATE, beep, card, compose, mix };
