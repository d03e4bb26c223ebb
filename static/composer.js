// The composer: each line being sent is shown under the log until the server has confirmed it. Only our own 204, which
// names the line in `X-Line`, confirms it. On any other answer except our own refusal the outcome is unknown, so the
// line is sent again under the same client id, and the server keeps one copy.

const texts = JSON.parse(document.getElementById('texts').textContent);
const SOON = 500;
const LATEST = 30_000;
const PATIENCE = 15_000;
const SHOWN = 5_000; // ms after which a confirmed line is dropped even if the feed has not brought it

const unsent = document.getElementById('unsent');
const hint = document.getElementById('unsent-hint');
const log = document.getElementById('log');
const feed = document.getElementById('feed');
const composer = () => /** @type {HTMLFormElement} */ (document.querySelector('[data-composer]'));
const me = document.body.dataset.me?.slice(-12); // lines name their author by the end of the account id
const store = `unsent ${me} ${feed.dataset.refresh}`;

/** @typedef {{ path: string, body: string, client: string, state: 'sending' | 'unsure' | 'refused' | 'sent', words: string, seq?: string, element?: HTMLElement }} Pending */
/** @type {Pending[]} */
let lines = [];
let sending = false;
let fails = 0;
let timer = 0;

// `randomUUID` exists only in secure contexts: not on plain http, except localhost.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

// ---- what is shown

function draw(line) {
  if (!line.element) {
    line.element = document.createElement('li');
    line.element.className = 'line mine';
    line.element.innerHTML = '<bdi></bdi> <span dir="auto"></span><p><small></small> <button type="button"></button> <button type="button"></button></p>';
    line.element.querySelector('bdi').textContent = texts.you;
    line.element.querySelector('span').textContent = line.body;
    const [retry, discard] = line.element.querySelectorAll('button');
    retry.textContent = texts.tryAgain;
    discard.textContent = texts.discard;
    retry.addEventListener('click', () => tryAgain(line));
    discard.addEventListener('click', () => drop(line));
    unsent.append(line.element);
  }
  line.element.dataset.state = line.state;
  if (line.state !== 'sending') line.element.hidden = false;
  line.element.querySelector('small').textContent = line.words;
  // A refusal is final where nothing can be written any more.
  line.element.querySelector('button').hidden = line.state === 'refused' && !composer();
}

function changed() {
  lines.forEach(draw);
  const kept = lines.filter(({ state }) => state !== 'sent');
  const waiting = kept.filter(({ state }) => state === 'unsure' || state === 'refused').length;
  hint.textContent = waiting ? (waiting === 1 ? texts.oneUnsent : texts.moreUnsent.replace('{n}', waiting)) : '';
  hint.hidden = !waiting;
  try {
    if (kept.length) sessionStorage.setItem(store, JSON.stringify(kept.map(({ path, body, client }) => ({ path, body, client }))));
    else sessionStorage.removeItem(store);
  } catch {
    // without storage the lines stay only on this page
  }
}

function drop(line) {
  const focused = line.element.contains(document.activeElement);
  lines = lines.filter((other) => other !== line);
  line.element.remove();
  if (focused) composer()?.body.focus();
  changed();
}

function tryAgain(line) {
  if (line.state === 'refused') Object.assign(line, { state: 'unsure', words: texts.sending });
  sendSoon(0);
}

// Hides a pending line that the feed has brought. Until the server confirms it, it is recognised by author and text.
function arrived(changes = []) {
  for (const line of [...lines]) {
    if (line.state === 'sent' && document.getElementById(`line-${line.seq}`)) drop(line);
  }
  const next = lines.find(({ state }) => state === 'sending');
  const isNext = (node) => node.dataset?.author === me && node.querySelector('[dir]')?.textContent === next?.body;
  if (next && changes.some(({ addedNodes }) => [...addedNodes].some(isNext))) next.element.hidden = true;
}

// ---- sending

const sleepLess = (ms) => ms * (0.75 + Math.random() / 2);

function sendSoon(wait) {
  clearTimeout(timer);
  timer = setTimeout(send, wait);
}

/** Returns `seq` if confirmed, `refused` with our message if refused. Throws if a proxy, the network or we fail. */
async function post(line) {
  const response = await fetch(line.path, {
    method: 'POST',
    headers: { 'HX-Request': 'true', Accept: 'text/html' },
    body: new URLSearchParams({ body: line.body, client_id: line.client }),
    redirect: 'manual',
    signal: AbortSignal.timeout?.(PATIENCE),
  });
  const seq = response.headers.get('X-Line');
  if (response.status === 204 && seq) return { seq };
  const wait = 1000 * Number(response.headers.get('Retry-After'));
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const words = page.querySelector('.toast p')?.textContent;
  const ours = words && response.headers.has('X-Request-Id') && response.status >= 400 && response.status < 500;
  if (ours && response.status !== 429) return { refused: words };
  throw Object.assign(new Error('not confirmed'), { wait, words: ours ? words : undefined });
}

async function send() {
  const line = lines.find(({ state }) => state === 'sending' || state === 'unsure');
  if (sending || !line) return;
  sending = true;
  try {
    const { seq, refused } = await post(line);
    fails = 0;
    if (seq) {
      Object.assign(line, { state: 'sent', seq, words: '' });
      setTimeout(() => lines.includes(line) && drop(line), SHOWN);
      document.dispatchEvent(new CustomEvent('backstage:said'));
    } else {
      Object.assign(line, { state: 'refused', words: texts.refused.replace('{why}', refused) });
    }
    sendSoon(0);
  } catch (error) {
    fails += 1;
    const words = error.words ? texts.later.replace('{why}', error.words) : texts.unsure;
    for (const other of lines) if (other.state === 'sending' || other.state === 'unsure') Object.assign(other, { state: 'unsure', words });
    sendSoon(error.wait || sleepLess(Math.min(LATEST, SOON * 2 ** (fails - 1))));
  }
  sending = false;
  changed();
  arrived();
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-composer]')) return;
  event.preventDefault();
  const body = form.body.value.trim();
  if (!body) return;
  form.body.value = '';
  draft = '';
  const behind = lines.some(({ state }) => state === 'unsure');
  lines.push({ path: form.getAttribute('action'), body, client: newId(), state: behind ? 'unsure' : 'sending', words: behind ? texts.unsure : texts.sending });
  changed();
  log.scrollTop = log.scrollHeight;
  if (!behind) send();
});

const retry = () => lines.some(({ state }) => state === 'unsure') && sendSoon(0);
addEventListener('online', retry);
feed.addEventListener('htmx:sse:after:connection', retry);
new MutationObserver(arrived).observe(document.getElementById('lines'), { childList: true });

// ---- the composer closes and opens again, or the page reloads

let draft = '';
let reopening = 0;
document.addEventListener('input', ({ target }) => {
  const input = /** @type {HTMLInputElement} */ (target);
  if (input.form?.matches('[data-composer]')) draft = input.value;
});

function reopenInTime() {
  clearTimeout(reopening);
  const until = Number(/** @type {HTMLElement} */ (document.querySelector('#composer [data-until]'))?.dataset.until);
  if (until) reopening = setTimeout(() => feed.dispatchEvent(new CustomEvent('resync')), Math.min(2 ** 31 - 1, Math.max(1_000, until - Date.now())));
}

document.addEventListener('htmx:after:swap', () => {
  const input = composer()?.body;
  if (input && !input.value) input.value = draft;
  reopenInTime();
});
reopenInTime();

try {
  for (const kept of JSON.parse(sessionStorage.getItem(store) ?? '[]')) lines.push({ ...kept, state: 'unsure', words: texts.unsure });
} catch {
  lines = [];
}
if (lines.length) {
  changed();
  sendSoon(0);
}
