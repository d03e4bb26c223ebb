// The page's feed: htmx's SSE extension follows it and swaps its messages. This file keeps it alive, and polls the
// page's fragment where no connection can be had.

const texts = JSON.parse(document.getElementById('texts').textContent);
const BEAT_LIMIT = 20_000; // ms; the server sends a beat every 5 s
const REFRESH = 5_000;
const SEATS = 4; // feed connections that all pages of a browser share; HTTP/1.1 allows six per host
const FINAL = [401, 402, 403, 404, 410]; // refusals that a retry does not change
const OFTEN = 429; // too many feeds were opened lately: this page polls until it may open one again

const feed = document.getElementById('feed');
const notice = document.getElementById('notice');
// A proxy or a captive portal may answer in our place; its status says nothing about the page.
const isOurs = (response) => response.headers.has('X-Request-Id');
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let connection = null;
let heard = Date.now();
let lastId = '';
let tries = 0;
let over = false;
let displaced = false; // the server ended this feed but not the page: it polls instead
let often = false; // a feed was refused with `OFTEN`
let free = null; // releases the seat

const LOST = 2_000; // ms after which a lost connection is shown on the stage
let losing = 0;

// Shows on the stage whether the server has been unreachable for `LOST` ms, and notifies other scripts.
function lose(gone) {
  clearTimeout(losing);
  losing = 0;
  if (document.body.hasAttribute('data-lost') === gone) return;
  document.body.toggleAttribute('data-lost', gone);
  const words = document.getElementById('connection');
  if (words) words.textContent = gone ? texts.lost : '';
  document.dispatchEvent(new CustomEvent('backstage:lost', { detail: gone }));
}

function mark(state) {
  document.body.dataset.feed = state;
  // The style sheet shows it behind these headings while `data-feed` is `away`.
  for (const heading of document.querySelectorAll('.chat > header h2, .ops h1')) heading.setAttribute('data-away', texts.away);
  if (state !== 'away') lose(false);
  else if (!losing) losing = setTimeout(lose, LOST, true);
}

// Ends the feed for good. With an empty text nothing is shown: it ended as expected.
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

// Takes one of the browser's seats, or null if all are taken. Held until the page closes or `free` is called.
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

// Fetches all changing parts of the page once.
async function refresh() {
  const response = await fetch(feed.dataset.refresh, { headers: { 'HX-Request': 'true', Accept: 'text/html' }, cache: 'no-store' });
  if (isOurs(response) && FINAL.includes(response.status)) return finish(texts.closed);
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

// Polls for as long as the server says, and then connects.
async function connectLater(seconds = 0) {
  often = false;
  const until = Date.now() + (seconds || 10) * 1000 * (1 + Math.random() / 4);
  while (!over && Date.now() < until) {
    await poll();
    await rest(Math.min(REFRESH, until - Date.now()));
  }
  connect();
}

// The extension reconnects after a broken connection, but does not retry the first one.
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
  // A page instead of a stream means a redirect, for example to the sign-in.
  if (isOurs(raw) && (raw.ok || FINAL.includes(status))) finish(texts.closed);
  else if (raw.headers.has('HX-Refresh')) location.reload();
  else if (isOurs(raw) && status === OFTEN) connectLater(Number(raw.headers.get('Retry-After')));
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
  if (over || displaced || often) event.preventDefault();
});
feed.addEventListener('htmx:sse:error', (event) => {
  mark('away');
  // Refused for good, or the seat in the room was lost: the server's answer for the fragment says which.
  if ([...FINAL, 503].includes(event.detail.status)) refresh().catch(() => {});
  often = event.detail.status === OFTEN;
});
feed.addEventListener('htmx:sse:close', () => {
  connection = null;
  if (over || displaced) return;
  if (often) connectLater();
  else connectAgain();
});
// After the free minutes the page shows the passes.
feed.addEventListener('end', (event) => {
  if (document.querySelector('[data-free]')) location.reload();
  else finish(event.detail.data);
});
feed.addEventListener('displaced', () => {
  displaced = true;
  connection?.reader?.cancel();
  free?.();
  run();
});
feed.addEventListener('resync', () => refresh().catch(() => {}));

// What somebody has opened stays open when the page changes.
document.addEventListener('htmx:before:morph:attr', (event) => {
  if (event.detail.attrName === 'open' && event.target.matches('details[data-kept-open]')) event.preventDefault();
});

// A dead connection: end the reader, and the extension reconnects from the last number.
function watch() {
  if (over || !connection || Date.now() - heard < BEAT_LIMIT) return;
  heard = Date.now();
  mark('away');
  connection.reader?.cancel();
}
setInterval(watch, 2_000);
document.addEventListener('visibilitychange', watch);
addEventListener('online', () => connection?.delayCanceller?.());

// A line sent from this page must appear on it, also when the page polls.
let said = false;
/** @type {(value?: unknown) => void} */
let wake = () => {};
document.addEventListener('backstage:said', () => {
  said = true;
  wake();
});

async function poll() {
  said = false;
  await refresh().then(() => over || mark('refresh'), () => mark('away'));
}

// Waits, unless a line was sent from this page.
async function rest(ms) {
  if (!said) await Promise.race([pause(ms), new Promise((resolve) => { wake = resolve; })]);
}

// Without a seat the page polls its fragment, which also keeps the person present in the room.
async function run() {
  for (;;) {
    free = displaced ? null : await seat();
    if (free) break;
    await poll();
    await rest(REFRESH);
    if (over) return;
  }
  connect();
}
run();
