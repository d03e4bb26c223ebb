// The chat log: scrolling, unread lines, keyboard navigation, and the tools of a line.

const texts = JSON.parse(document.getElementById('texts').textContent);
const { lang } = document.documentElement;
const locale = navigator.languages.find((tag) => tag.split('-')[0] === lang) ?? (lang === 'en' ? 'en-GB' : lang);
const MOST_LINES = 300;
const NEAR = 48; // pixels from the end that still count as the end

const log = document.getElementById('log');
const lines = document.getElementById('lines');
const newer = document.getElementById('newer');
const feed = document.getElementById('feed');
const me = document.body.dataset.me?.slice(-12); // lines name their author by the end of the account id

let atEnd = true;
let unread = 0;

function toEnd() {
  atEnd = true;
  unread = 0;
  newer.hidden = true;
  while (lines.childElementCount > MOST_LINES) lines.firstElementChild.remove();
  log.scrollTop = log.scrollHeight;
}

// A restored line returns to its original place. If it is older than all lines of a trimmed log, it stays away.
function sort(line) {
  const seq = (other) => Number(other.id.slice('line-'.length));
  let before = line;
  while (before.previousElementSibling && seq(before.previousElementSibling) > seq(line)) before = before.previousElementSibling;
  if (before === line) return false;
  if (before === lines.firstElementChild && lines.childElementCount > MOST_LINES) line.remove();
  else before.before(line);
  return true;
}

const clock = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' });

// All readers get the same bytes. The browser adds what is personal: local time, and a button on the reader's own lines.
function makeOwn() {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (lines.querySelectorAll('time:not([title])'))) {
    const at = new Date(time.dateTime);
    time.textContent = clock.format(at);
    time.title = full.format(at);
  }
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (lines.querySelectorAll('a:not([tabindex])'))) link.tabIndex = -1;
  if (!me) return;
  for (const line of lines.querySelectorAll(`[data-author="${me}"]:not(.mine)`)) {
    line.classList.add('mine');
    if (line.querySelector('.tools')) continue;
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'tools', textContent: texts.delete, tabIndex: -1 });
    button.setAttribute('aria-label', texts.deleteThis);
    line.append(button);
  }
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

const arrivals = new MutationObserver((changes) => {
  const nodes = /** @type {HTMLElement[]} */ (changes.flatMap((change) => [...change.addedNodes]));
  const added = nodes.filter((node) => node.matches?.('.line'));
  if (!added.length) return;
  makeOwn();
  // A restored line is not new: lines after it were here before.
  const fresh = added.filter((line) => !sort(line));
  arrivals.takeRecords();
  const mine = fresh.some((line) => line.dataset.author === me);
  if (atEnd || mine) return toEnd();
  unread += fresh.length;
  newer.textContent = unread === 1 ? texts.newLine : texts.newLines.replace('{n}', unread);
  newer.hidden = unread === 0;
});
arrivals.observe(lines, { childList: true });
// If a keyboard opens or the window shrinks, keep the end in view for readers who are there.
new ResizeObserver(() => atEnd && toEnd()).observe(log);
document.addEventListener('htmx:after:swap', makeOwn);
makeOwn();
toEnd();

// After a reconnect the feed may repeat lines that the page already has.
document.addEventListener('htmx:before:swap', (event) => {
  for (const { target, swapSpec, fragment } of event.detail.tasks ?? []) {
    if (target !== lines || swapSpec.style !== 'beforeend') continue;
    for (const line of [...fragment.children]) if (document.getElementById(line.id)) line.remove();
  }
});

// Up and down move between lines; left and right move to the controls inside a line. Tab leaves the log.
const steps = { ArrowUp: -1, ArrowDown: 1, Home: -Infinity, End: Infinity };
const inside = (line) => [line, ...line.querySelectorAll('a, button')].filter((element) => element.offsetParent);

log.addEventListener('keydown', (event) => {
  const line = /** @type {HTMLElement} */ (event.target).closest('.line');
  const all = [...log.querySelectorAll('.line')];
  let next;
  if (event.key in steps && all.length) {
    const at = line ? all.indexOf(line) + steps[event.key] : all.length - 1;
    next = all[Math.max(0, Math.min(all.length - 1, at))];
  } else if (line && ['ArrowLeft', 'ArrowRight'].includes(event.key)) {
    const parts = inside(line);
    next = parts[parts.indexOf(event.target) + (event.key === 'ArrowRight' ? 1 : -1)];
  }
  if (!next) return;
  event.preventDefault();
  next.tabIndex = -1;
  next.focus();
});

// ---- the tools of a line

const card = document.getElementById('card');
const EDGE = 8;

// Above or below the line, and always fully visible.
function place(about) {
  const [anchor, own] = [about.getBoundingClientRect(), card.getBoundingClientRect()];
  const below = anchor.bottom + own.height + EDGE <= innerHeight;
  const top = below ? anchor.bottom : anchor.top - own.height;
  card.style.top = `${Math.max(EDGE, Math.min(top, innerHeight - own.height - EDGE))}px`;
  card.style.left = `${Math.max(EDGE, Math.min(anchor.right - own.width, innerWidth - own.width - EDGE))}px`;
}

async function openCard(link) {
  card.replaceChildren();
  await htmx.ajax('GET', link.getAttribute('href'), { source: log, target: card, swap: 'innerHTML' });
  if (!card.childElementCount) return;
  card.showPopover();
  place(link);
  card.querySelector('button')?.focus({ preventScroll: true });
}

// The choice was sent: close the card.
card?.addEventListener('htmx:finally:request', () => card.hidePopover());

const base = feed.dataset.refresh.split('/fragment')[0];
// Somebody else's line gets a link to report it when it is pointed at: most lines never are.
function offerReport(event) {
  const line = event.target.closest?.('.line');
  if (!me || !line?.id || line.dataset.author === me || line.querySelector('.tools')) return;
  const link = Object.assign(document.createElement('a'), { className: 'tools', href: `${base}/messages/${line.id.slice('line-'.length)}/report`, textContent: texts.report, tabIndex: -1 });
  link.setAttribute('aria-label', texts.reportThis);
  line.append(link);
}
log.addEventListener('pointerover', offerReport);
log.addEventListener('focusin', offerReport);

log.addEventListener('click', (event) => {
  const link = event.target.closest('a.tools');
  if (link && card?.showPopover && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    openCard(link);
  }
  const button = event.target.closest('button.tools');
  const seq = button?.closest('.line').id.replace('line-', '');
  if (seq) htmx.ajax('POST', `${base}/messages/${seq}/removal`, { source: log, target: log, swap: 'none' });
});
