// The chat: lines that stay in view or wait to be read, and a composer that loses no word.

const MOST_LINES = 300;
const TRIES = 6;
const NEAR = 48; // pixels from the end that still count as being there

const log = document.getElementById('log');
const lines = document.getElementById('lines');
const newer = document.getElementById('newer');
const { me } = document.body.dataset;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

let atEnd = true;
let unread = 0;

function toEnd() {
  atEnd = true;
  unread = 0;
  newer.hidden = true;
  while (lines.childElementCount > MOST_LINES) lines.firstElementChild.remove();
  log.scrollTop = log.scrollHeight;
}

function markMine() {
  if (me) for (const line of lines.querySelectorAll(`[data-author="${me}"]:not(.mine)`)) line.classList.add('mine');
}

log.addEventListener('scroll', () => {
  atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
  if (atEnd) {
    unread = 0;
    newer.hidden = true;
  }
}, { passive: true });
newer.addEventListener('click', () => {
  toEnd();
  log.focus({ preventScroll: true });
});

new MutationObserver((changes) => {
  const nodes = /** @type {HTMLElement[]} */ (changes.flatMap((change) => [...change.addedNodes]));
  const added = nodes.filter((node) => node.matches?.('.line'));
  markMine();
  const mine = added.some((line) => line.dataset.author === me);
  if (atEnd || mine) return toEnd();
  unread += added.length;
  newer.textContent = unread === 1 ? '1 new line' : `${unread} new lines`;
  newer.hidden = unread === 0;
}).observe(lines, { childList: true });
// A keyboard that opens, a window that shrinks: the end stays in view for those who are there.
new ResizeObserver(() => atEnd && toEnd()).observe(log);
document.addEventListener('htmx:after:swap', markMine);
markMine();
toEnd();

// After a reconnect the feed may repeat what the page has already.
document.addEventListener('htmx:before:swap', (event) => {
  for (const { target, swapSpec, fragment } of event.detail.tasks ?? []) {
    if (target !== lines || swapSpec.style !== 'beforeend') continue;
    for (const line of [...fragment.children]) if (document.getElementById(line.id)) line.remove();
  }
});

// Lines on their way, in order. A network that fails is tried again with the same name, so that nothing is said twice.
const queue = [];
let sending = false;
let unsure = null; // sent, but never answered: the same words keep their name

const composer = () => /** @type {HTMLFormElement} */ (document.querySelector('[data-composer]'));

function hint(text) {
  const element = document.getElementById('composer-hint');
  if (!element) return;
  element.dataset.usual ??= element.textContent;
  element.textContent = text || element.dataset.usual;
  element.toggleAttribute('data-bad', Boolean(text));
  if (!text) delete element.dataset.usual;
}

// randomUUID is missing on plain http outside of localhost.
function fresh() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const hex = [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
}

// Resolves to 'said', 'refused' (and a toast says why) or 'lost'.
async function send(line) {
  for (let n = 0; n < TRIES; n += 1) {
    let wait = 500 * 2 ** n;
    try {
      const response = await fetch(line.path, {
        method: 'POST',
        headers: { 'HX-Request': 'true', Accept: 'text/html' },
        body: new URLSearchParams({ body: line.body, client_id: line.client }),
        redirect: 'manual',
        signal: AbortSignal.timeout?.(15_000),
      });
      if (response.ok || response.type === 'opaqueredirect') return 'said';
      if (response.status !== 503) {
        await htmx.swap({ text: await response.text(), sourceElement: lines, target: lines, swap: 'none' });
        return 'refused';
      }
      wait = 1000 * (Number(response.headers.get('Retry-After')) || 1);
    } catch {
      // the answer did not reach us, whatever became of the line
    }
    hint('Not sent yet. Trying again…');
    await pause(wait);
  }
  return 'lost';
}

// What was not said goes back to where it can be mended.
function giveBack(unsent) {
  const input = composer()?.body;
  if (!input) return;
  input.value = [...unsent.map((line) => line.body), input.value].filter(Boolean).join(' ');
}

async function drain() {
  if (sending) return;
  sending = true;
  while (queue.length) {
    const outcome = await send(queue[0]);
    if (outcome === 'said') {
      queue.shift();
      hint('');
      document.dispatchEvent(new CustomEvent('backstage:said'));
      continue;
    }
    const unsent = queue.splice(0);
    giveBack(unsent);
    unsure = outcome === 'lost' && unsent.length === 1 ? unsent[0] : null;
    hint(outcome === 'lost' ? 'Not sent: we cannot reach the server. Your words are still here.' : '');
  }
  sending = false;
}

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!form.matches('[data-composer]')) return;
  event.preventDefault();
  const input = form.body;
  const body = input.value.trim();
  if (!body) return;
  const client = unsure?.body === body ? unsure.client : fresh();
  unsure = null;
  input.value = '';
  queue.push({ path: form.getAttribute('action'), body, client });
  drain();
});
