// The page's feed: htmx's SSE extension follows it and swaps what comes; this keeps it alive, or fetches the page's fragment
// where no connection is to be had.

const BEAT_LIMIT = 20_000; // four beats of the server and some
const REFRESH = 5_000;
const SEATS = 4; // connections to one host that a browser's pages share: HTTP/1.1 has six
const FINAL = [401, 402, 403, 404, 410]; // refusals that another try does not change

const feed = document.getElementById('feed');
const notice = document.getElementById('notice');
// A proxy or a captive portal may answer in our place; what it says about the page is not ours.
const isOurs = (response) => response.headers.has('X-Request-Id');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let connection = null;
let heard = Date.now();
let lastId = '';
let tries = 0;
let over = false;
let displaced = false; // the server ended one of too many feeds: this page goes on without
let free = null; // gives the seat back

const LOST = 2_000; // a connection that is away for this long is worth words on the stage
let losing = 0;

// Whether the server is gone for longer than a reconnect takes: said on the stage, and told to whoever else shows a state.
function lose(gone) {
  clearTimeout(losing);
  losing = 0;
  if (document.body.hasAttribute('data-lost') === gone) return;
  document.body.toggleAttribute('data-lost', gone);
  const words = document.getElementById('connection');
  if (words) words.textContent = gone ? 'We lost the connection to the server. Trying again…' : '';
  document.dispatchEvent(new CustomEvent('backstage:lost', { detail: gone }));
}

function mark(state) {
  document.body.dataset.feed = state;
  if (state !== 'away') lose(false);
  else if (!losing) losing = setTimeout(lose, LOST, true);
}

// An empty text: nothing more will come, and nothing is wrong.
function finish(text) {
  if (over) return;
  over = true;
  mark('over');
  notice.querySelector('p').textContent = text;
  notice.hidden = !text;
  connection?.reader?.cancel();
  free?.();
  document.dispatchEvent(new CustomEvent('backstage:over'));
}

// A seat among the pages of this browser, or null when all are taken. It is held until the page goes or `free` is called.
async function seat() {
  if (!navigator.locks) return () => {};
  for (let n = 0; n < SEATS; n += 1) {
    const held = await new Promise((resolve) => {
      navigator.locks.request(`backstage-feed-${n}`, { ifAvailable: true }, (lock) => {
        if (!lock) return resolve(null);
        return new Promise((release) => resolve(release));
      });
    });
    if (held) return held;
  }
  return null;
}

// Everything that changes on the page, once.
async function refresh() {
  const response = await fetch(feed.dataset.refresh, { headers: { 'HX-Request': 'true', Accept: 'text/html' }, cache: 'no-store' });
  if (isOurs(response) && FINAL.includes(response.status)) return finish('This page is not open to you any more.');
  if (response.headers.has('HX-Refresh')) return location.reload();
  if (!isOurs(response) || !response.ok) throw new Error(`refresh: ${response.status}`);
  await htmx.swap({ text: await response.text(), sourceElement: feed, target: feed, swap: 'none' });
}

function connect() {
  if (over || displaced) return;
  heard = Date.now();
  const headers = lastId ? { 'Last-Event-ID': lastId } : {};
  htmx.ajax('GET', feed.dataset.feed, { source: feed, timeout: 10_000, headers });
}

// The extension repeats a connection that broke, but never the first one.
async function connectAgain(retryAfter) {
  mark('away');
  const delay = retryAfter ? retryAfter * 1000 : Math.min(10_000, 500 * 2 ** tries);
  tries += 1;
  await pause(delay * (0.75 + Math.random() / 2));
  connect();
}

feed.addEventListener('htmx:before:response', (event) => {
  const { raw, status } = event.detail.ctx.response;
  const stream = raw.headers.get('Content-Type')?.startsWith('text/event-stream');
  if (raw.ok && stream) return;
  event.preventDefault();
  // A page instead of a stream is where somebody else was sent: to the sign-in, say.
  if (isOurs(raw) && (raw.ok || FINAL.includes(status))) finish('This page is not open to you any more.');
  else if (raw.headers.has('HX-Refresh')) location.reload();
  else connectAgain(Number(raw.headers.get('Retry-After')));
});
feed.addEventListener('htmx:error', (event) => {
  if (event.target === feed && !connection) connectAgain();
});
feed.addEventListener('htmx:sse:after:connection', (event) => {
  ({ connection } = event.detail);
  tries = 0;
  heard = Date.now();
  mark('on');
});
feed.addEventListener('htmx:sse:after:message', (event) => {
  heard = Date.now();
  lastId = event.detail.message.id || lastId;
});
feed.addEventListener('htmx:sse:before:connection', (event) => {
  if (over || displaced) event.preventDefault();
});
feed.addEventListener('htmx:sse:error', (event) => {
  mark('away');
  // Refused for good, or the seat was lost to others meanwhile: the fragment's door says so, if it is ours that answers.
  if ([...FINAL, 503].includes(event.detail.status)) refresh().catch(() => {});
});
feed.addEventListener('htmx:sse:close', () => {
  connection = null;
  if (!over && !displaced) connectAgain();
});
feed.addEventListener('end', (event) => finish(event.detail.data));
feed.addEventListener('displaced', () => {
  displaced = true;
  connection?.reader?.cancel();
  free?.();
  run();
});
feed.addEventListener('resync', () => refresh().catch(() => {}));

// A link that died without a word: the reader ends, and the extension connects again from the last number.
function watch() {
  if (over || !connection || Date.now() - heard < BEAT_LIMIT) return;
  heard = Date.now();
  mark('away');
  connection.reader?.cancel();
}
setInterval(watch, 2_000);
document.addEventListener('visibilitychange', watch);
addEventListener('online', () => connection?.delayCanceller?.());

// What was said on this page is to be seen on it, whoever fetches the rest.
let said = false;
/** @type {(value?: unknown) => void} */
let wake = () => {};
document.addEventListener('backstage:said', () => {
  said = true;
  wake();
});

// Without a seat the page is fetched now and then, which also keeps its place among those present.
async function run() {
  for (;;) {
    free = displaced ? null : await seat();
    if (free) break;
    said = false;
    await refresh().then(() => over || mark('refresh'), () => mark('away'));
    if (!said) await Promise.race([pause(REFRESH), new Promise((resolve) => { wake = resolve; })]);
    if (over) return;
  }
  connect();
}
run();
