// The host's devices: which ones are chosen, and the camera or the screen as a source. Loaded before `publisher.js`, which uses it.

const { WIDTH, HEIGHT, RATE, compose, mix } = window.backstageSources;

const form = /** @type {HTMLFormElement} */ (document.querySelector('#studio [data-source]'));
const [camera, microphone] = /** @type {HTMLSelectElement[]} */ (['camera', 'microphone'].map((id) => document.getElementById(id)));
const tick = (name) => /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
const [music, beside] = [tick('music'), tick('beside')];

function remembered(key, value) {
  try {
    if (value === undefined) return localStorage.getItem(key) ?? '';
    localStorage.setItem(key, value);
  } catch {
    // without storage the browser asks again next time
  }
  return '';
}

const picked = (select) => (select.value ? { exact: select.value } : undefined);
// What makes speech clear cuts music short, and mixes it down to one channel.
const sound = () => {
  const speech = !music.checked;
  const channels = speech ? {} : { channelCount: { ideal: 2 } };
  return { deviceId: picked(microphone), echoCancellation: speech, noiseSuppression: speech, autoGainControl: speech, ...channels };
};

async function fromCamera() {
  const picture = { deviceId: picked(camera), width: { ideal: WIDTH }, height: { ideal: HEIGHT }, frameRate: { ideal: RATE } };
  const stream = await navigator.mediaDevices.getUserMedia({ video: picture, audio: sound() });
  return { stream, end() {} };
}

const stopAll = (stream) => stream?.getTracks().forEach((track) => track.stop());

async function fromScreen(audio) {
  const screen = await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { ideal: RATE } }, audio: true });
  const voice = await navigator.mediaDevices.getUserMedia({ audio: sound() }).catch(() => null);
  const [shown, heard] = [screen.getVideoTracks()[0], mix(audio, [screen, voice])];
  let [face, both] = [null, null];
  const leaveOut = () => {
    both?.end();
    both?.track.stop();
    stopAll(face);
    [face, both] = [null, null];
  };
  const streamNow = () => new MediaStream([both?.track ?? shown, heard].filter(Boolean));
  const source = {
    stream: streamNow(),
    tracks: [shown],
    // Shows the camera beside the screen, or takes it out again.
    async beside(yes) {
      leaveOut();
      if (yes) {
        face = await navigator.mediaDevices.getUserMedia({ video: { deviceId: picked(camera), width: { ideal: 640 } } });
        both = compose(audio, screen, face);
      }
      source.stream = streamNow();
    },
    end() {
      leaveOut();
      stopAll(screen);
      stopAll(voice);
    },
  };
  // Without a camera, the screen alone is better than nothing.
  if (beside.checked) await source.beside(true).catch(() => (beside.checked = false));
  return source;
}

async function listDevices(unnamed) {
  const devices = await navigator.mediaDevices.enumerateDevices();
  const kinds = /** @type {[HTMLSelectElement, string][]} */ ([[camera, 'videoinput'], [microphone, 'audioinput']]);
  for (const [select, kind] of kinds) {
    const before = select.value || remembered(select.id);
    select.length = 1;
    for (const device of devices.filter((d) => d.kind === kind && d.deviceId)) select.add(new Option(device.label || unnamed, device.deviceId));
    if ([...select.options].some((option) => option.value === before)) select.value = before;
  }
}

window.backstageDevices = { camera, microphone, music, beside, remembered, fromCamera, fromScreen, listDevices };
