// The connection check: one connection without media by UDP, one by TCP and maybe one by a relay, and what became of them. The page
// holds all words.

const LIMIT = 8_000; // ms that one way may take; a browser that gets through needs less than a second

const check = /** @type {HTMLElement} */ (document.querySelector('[data-reach]'));
const start = /** @type {HTMLButtonElement} */ (check.querySelector('[data-do=check]'));

/** @type {(selector: string) => NodeListOf<HTMLElement>} */
const all = (selector) => check.querySelectorAll(selector);

function show(way, state) {
  for (const words of all(`[data-way=${way}] [data-when]`)) words.hidden = words.dataset.when !== state;
}

function conclude(verdict) {
  for (const words of all('[data-verdict]')) words.hidden = words.dataset.verdict !== verdict;
}

// Names the codecs of shows that this browser cannot play, if it says which it can.
function nameMissingCodecs() {
  const known = RTCRtpReceiver.getCapabilities?.('video')?.codecs.map((codec) => codec.mimeType.toLowerCase());
  let missing = 0;
  for (const codec of all('[data-codec]')) {
    codec.hidden = !known || known.includes(codec.dataset.codec.toLowerCase());
    missing += codec.hidden ? 0 : 1;
  }
  for (const words of all('[data-missing]')) words.hidden = missing === 0;
}

// Whether the connection comes about in time.
function connects(pc) {
  return new Promise((resolve) => {
    setTimeout(resolve, LIMIT, false);
    pc.addEventListener('iceconnectionstatechange', () => {
      if (['connected', 'completed'].includes(pc.iceConnectionState)) resolve(true);
      if (pc.iceConnectionState === 'failed') resolve(false);
    });
  });
}

async function reaches(by) {
  const pc = new RTCPeerConnection(by === 'relay' ? { iceTransportPolicy: 'relay' } : {});
  try {
    pc.addTransceiver('audio', { direction: 'recvonly' });
    const { sdp } = await pc.createOffer();
    const response = await window.backstageRtc.send(`${check.dataset.reach}?by=${by}`, sdp);
    if (!response.ok) throw new Error(String(response.status));
    const connected = connects(pc);
    await window.backstageRtc.accept(pc, sdp, response);
    return await connected;
  } finally {
    pc.close();
  }
}

async function attempt(way) {
  show(way, 'trying');
  try {
    const reached = await reaches(way);
    show(way, reached ? 'works' : 'blocked');
    return reached;
  } catch (error) {
    show(way, 'untried');
    throw error;
  }
}

async function run() {
  conclude('');
  const able = 'RTCPeerConnection' in window;
  show('browser', able ? 'works' : 'blocked');
  if (!able) return conclude('browser');
  nameMissingCodecs();
  start.disabled = true;
  const ways = [...all('[data-way]')].map((one) => one.dataset.way).filter((way) => way !== 'browser');
  const tried = await Promise.allSettled(ways.map(attempt));
  start.disabled = false;
  const failed = tried.find((one) => one.status === 'rejected');
  if (failed) return conclude(['429', '503'].includes(failed.reason.message) ? 'often' : 'away');
  const open = tried.flatMap((one, at) => (one.status === 'fulfilled' && one.value ? [ways[at]] : []));
  conclude({ udp: 'well', tcp: 'tcp', relay: 'relay' }[open[0]] ?? 'neither');
}

start.addEventListener('click', run);
start.hidden = false;
