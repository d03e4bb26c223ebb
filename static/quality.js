// The quality of the picture, where the host sends it in several layers: tells the server what this player shows and what the
// person has chosen, and lists the layers that there are. On LiveKit the player's own session does both.

const texts = JSON.parse(document.getElementById('texts').textContent);
const PACE = 1_000; // ms between two messages
const LOOKS = [2_000, 2_000, 4_000, 8_000, 16_000, 60_000]; // ms after which we ask again which layers there are

const player = window.backstagePlayer;
const video = /** @type {HTMLVideoElement} */ (document.getElementById('video'));
const menu = /** @type {HTMLSelectElement} */ (document.querySelector('[data-quality]'));

const names = { auto: texts.automatic, low: texts.low, medium: texts.medium, high: texts.high };

let choice = 'auto';
let told = ''; // the last message, with its session
let looks = 0;
let due = 0; // when we ask again
let busy = false;

// Pixels on the shorter side of the picture on this screen; nobody sees a hidden one.
function shown() {
  if (document.hidden && !document.pictureInPictureElement) return 0;
  const { videoWidth: width, videoHeight: height } = video;
  if (!width || !height) return null;
  const scale = Math.min(video.clientWidth / width, video.clientHeight / height) * devicePixelRatio;
  return Math.min(10_000, Math.round(Math.min(width, height) * scale));
}

const nameOf = (rank, count) => (rank === 0 ? 'low' : rank === count - 1 ? 'high' : 'medium');
const wordsOf = (name, height) => (height ? `${names[name]} · ${height}p` : names[name]);

function paint({ heights, current }) {
  const count = heights.length;
  const several = count > 1 && current !== null;
  const layers = heights.map((height, rank) => [nameOf(rank, count), wordsOf(nameOf(rank, count), height)]);
  player.layer = several ? layers[current][1] : '';
  menu.hidden = !several;
  const options = [['auto', names.auto], ...layers.reverse()];
  if (several && menu.dataset.listed !== String(options)) {
    menu.replaceChildren(...options.map(([name, words]) => new Option(words, name)));
    menu.dataset.listed = String(options);
  }
  // Of two layers none is in the middle: that means the smaller one.
  menu.value = count === 2 && choice === 'medium' ? 'low' : choice;
}

async function tell() {
  const session = player.session();
  const size = shown();
  const wish = new URLSearchParams({ quality: choice });
  if (size !== null) wish.set('shown', String(size));
  const message = `${session} ${wish}`;
  if (!session || busy || (message === told && Date.now() < due)) return;
  if (!told.startsWith(session)) looks = 0;
  busy = true;
  try {
    const response = await fetch(`${session}/layer`, { method: 'POST', body: wish });
    due = Date.now() + LOOKS[Math.min(looks, LOOKS.length - 1)];
    looks += 1;
    // What is refused for now is told again with the next look.
    if (response.ok) paint(await response.json());
    told = message;
  } finally {
    busy = false;
  }
}

const onLiveKit = Boolean(document.getElementById('stage').dataset.pass);

// The layer that comes is the one whose height is the nearest.
function ask() {
  const room = player.room();
  const heights = room?.heights() ?? [];
  const height = Math.min(video.videoWidth, video.videoHeight);
  const away = (rank) => Math.abs(heights[rank] - height);
  const ranks = heights.map((_, rank) => rank);
  paint({ heights, current: height ? ranks.reduce((best, rank) => (away(rank) < away(best) ? rank : best), 0) : null });
  // A choice that this picture does not have is the smaller one.
  const chosen = ranks.filter((rank) => nameOf(rank, heights.length) === choice);
  room?.choose(choice === 'auto' ? null : (chosen[0] ?? 0), shown() !== 0);
}

const tellNow = () => (onLiveKit ? ask() : tell().catch(() => {}));
// The publisher has changed, or its layers.
const lookAgain = () => (looks = due = 0);

menu.addEventListener('change', () => {
  choice = menu.value;
  try {
    localStorage.setItem('quality', choice);
  } catch {
    // without storage the choice lasts for this page
  }
  lookAgain();
  tellNow();
});
try {
  const remembered = localStorage.getItem('quality');
  if (remembered && remembered in names) choice = remembered;
} catch {
  // it is automatic, then
}
video.addEventListener('resize', lookAgain);
document.addEventListener('visibilitychange', tellNow);
setInterval(tellNow, PACE);
