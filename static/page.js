// Every page: local times, countdowns, menus, toasts, forms that are submitted once.

// What scripts say, in the language of the page. `views/text/scripts.rs` lists it for each script.
const texts = JSON.parse(document.getElementById('texts').textContent);
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Words and dates agree: the reader's own variant of the page's language, if the browser names one.
const { lang } = document.documentElement;
const locale = navigator.languages.find((tag) => tag.split('-')[0] === lang) ?? (lang === 'en' ? 'en-GB' : lang);

const moment = { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' };
const formats = {
  moment,
  second: { ...moment, second: '2-digit' },
  clock: { hour: '2-digit', minute: '2-digit' },
  date: { dateStyle: 'long' },
};

function localTimes() {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll('time[data-local]'))) {
    const at = new Date(time.dateTime);
    const format = formats[time.dataset.local];
    const thisYear = at.getFullYear() === new Date().getFullYear();
    const text = new Intl.DateTimeFormat(locale, thisYear || !format.day ? format : { ...format, year: 'numeric' }).format(at);
    if (time.textContent !== text) time.textContent = text;
    time.title ||= at.toLocaleString(locale);
  }
}

// The leaf of a calendar beside a moment turns to the reader's day.
const leaf = { month: { month: 'short' }, day: { day: 'numeric' }, weekday: { weekday: 'short' } };

function leaves() {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll('time[data-leaf]'))) {
    const at = new Date(time.dateTime);
    for (const part of /** @type {NodeListOf<HTMLElement>} */ (time.querySelectorAll('[data-part]'))) {
      const text = new Intl.DateTimeFormat(locale, leaf[part.dataset.part]).format(at);
      if (part.textContent !== text) part.textContent = text;
    }
  }
}

// 2 d 4 h, 4 h 20 min, 4:32; seconds have two digits so that the width stays the same.
function left(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const [days, hours, minutes] = [seconds / 86400, (seconds / 3600) % 24, (seconds / 60) % 60].map(Math.floor);
  if (days) return fill(texts.daysHours, { days, hours });
  if (hours) return fill(texts.hoursMinutes, { hours, minutes });
  return `${minutes}:${String(seconds % 60).padStart(2, '0')}`;
}

const counting = { in: [texts.inTime, texts.inNoTime], for: [texts.forTime, texts.forNoTime] };

function countdowns() {
  for (const time of /** @type {NodeListOf<HTMLTimeElement>} */ (document.querySelectorAll('time[data-countdown]'))) {
    const rest = Date.parse(time.dateTime) - Date.now();
    const [during, after] = counting[time.dataset.countdown];
    const text = rest > 0 ? fill(during, { left: left(rest) }) : after;
    if (time.textContent !== text) time.textContent = text;
  }
}

const zone = /** @type {HTMLInputElement} */ (document.querySelector('[data-zone]'));
if (zone) inOwnZone(zone);

// Shows the times of a form in the reader's zone and submits that zone. Converts a value that the server wrote in UTC.
/** @param {HTMLInputElement} zone */
function inOwnZone(zone) {
  const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!name) return;
  zone.value = name;
  const around = zone.form?.querySelector('.zoned');
  const hint = around?.querySelector('small');
  if (hint) hint.textContent = hint.textContent.replace(texts.inUtc, fill(texts.inZone, { zone: name }));
  const input = /** @type {HTMLInputElement | null} */ (around?.querySelector('input[type="datetime-local"]'));
  if (!input?.value || !around.hasAttribute('data-utc')) return;
  const at = new Date(`${input.value}Z`);
  input.value = new Date(at.getTime() - at.getTimezoneOffset() * 60000).toISOString().slice(0, 16);
}

const chosenZone = /** @type {HTMLInputElement} */ (document.querySelector('[data-own-zone] input'));
if (chosenZone) offerZones(chosenZone);

// Proposes the reader's zone where none was chosen, and the names of all that the browser knows.
/** @param {HTMLInputElement} input */
function offerZones(input) {
  input.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone ?? '';
  const names = document.createElement('datalist');
  names.id = `${input.id}-names`;
  names.append(...(Intl.supportedValuesOf?.('timeZone') ?? []).map((name) => new Option(name)));
  input.after(names);
  input.setAttribute('list', names.id);
}

localTimes();
leaves();
countdowns();
setInterval(countdowns, 1000);
document.addEventListener('htmx:after:swap', () => {
  localTimes();
  leaves();
  countdowns();
});

// One toast at a time: the newest. It disappears by itself, after `data-stays` ms if it says so, but not while focus or
// pointer is on it. An undo that the server refuses after `data-undo` ms goes then in any case.
const toasts = document.getElementById('toasts');
new MutationObserver((changes) => {
  const nodes = /** @type {HTMLElement[]} */ (changes.flatMap((change) => [...change.addedNodes]));
  for (const toast of nodes.filter((node) => node.matches?.('.toast'))) {
    for (const older of [...toasts.children]) if (older !== toasts.lastElementChild) older.remove();
    const undo = Number(toast.dataset.undo);
    const leave = () => (!undo && toast.matches(':hover, :focus-within') ? setTimeout(leave, 2000) : dismiss(toast));
    setTimeout(leave, undo || Number(toast.dataset.stays) || 8_000);
  }
}).observe(toasts, { childList: true });
/** @param {HTMLElement} toast */
function dismiss(toast) {
  if (toast.contains(document.activeElement)) document.getElementById('log')?.focus({ preventScroll: true });
  toast.remove();
}
// The action of its button was answered: remove the toast.
toasts.addEventListener('htmx:after:request', (event) => {
  const toast = event.target.closest('.toast');
  if (toast) dismiss(toast);
});
// What it would undo was undone elsewhere: `data-while` matched on this page, and does no longer.
document.addEventListener('htmx:after:swap', () => {
  for (const toast of /** @type {NodeListOf<HTMLElement>} */ (toasts.querySelectorAll('[data-while]'))) {
    if (document.querySelector(toast.dataset.while)) toast.dataset.begun = 'yes';
    else if (toast.dataset.begun) dismiss(toast);
  }
});

// The studio's toasts lie over the preview, but only where all of it is in view.
const preview = document.querySelector('.preview');
if (preview) {
  const look = (seen) => toasts.toggleAttribute('data-over', seen.at(-1).intersectionRatio > 0.99);
  new IntersectionObserver(look, { threshold: [0, 0.99, 1] }).observe(preview);
}

const menus = 'details:is(.confirm, .modes)[open]';
const menuAround = (element) => /** @type {HTMLDetailsElement} */ (element.closest?.(menus));
document.addEventListener('click', (event) => {
  for (const menu of /** @type {NodeListOf<HTMLDetailsElement>} */ (document.querySelectorAll(menus))) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener('keydown', (event) => {
  const menu = event.key === 'Escape' ? menuAround(event.target) : null;
  if (!menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});
// The menu's form was sent: close the menu.
document.addEventListener('htmx:finally:request', (event) => {
  const menu = menuAround(event.target);
  if (menu && event.target.matches('form')) menu.open = false;
});

// The browser's own way to share, where it has one. Where it has none, or fails, the address opens under the button.
document.addEventListener('click', async (event) => {
  const share = /** @type {HTMLDetailsElement | undefined} */ (event.target.closest('[data-share] > summary')?.parentElement);
  if (!share || !navigator.share) return;
  event.preventDefault();
  try {
    await navigator.share({ title: share.dataset.title, url: share.dataset.share });
  } catch (error) {
    if (error.name !== 'AbortError') share.open = true;
  }
});

document.addEventListener('click', async (event) => {
  const button = event.target.closest('[data-copy]');
  if (!button) return;
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copy));
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = texts.copied;
  } catch {
    field.type = 'text';
    field.select();
    button.textContent = texts.pressCopy;
  }
  setTimeout(() => (button.textContent = texts.copy), 2500);
});

// Ignores a second submit of a plain form until the page of the first has loaded.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== 'post' || form.hasAttribute('hx-post')) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = 'yes';
});
addEventListener('pageshow', () => {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('form[data-sent]'))) delete form.dataset.sent;
});

// Closes content that was loaded into the page, and returns the focus to the link that opened it.
document.addEventListener('click', (event) => {
  const id = event.target.closest('[data-empty]')?.dataset.empty;
  if (!id) return;
  document.getElementById(id).replaceChildren();
  /** @type {HTMLAnchorElement} */ (document.querySelector(`a[hx-target="#${id}"]`))?.focus();
});

// Submits a form that only needs its button pressed: a sign-in link.
/** @type {HTMLFormElement} */ (document.querySelector('form[data-submit]'))?.requestSubmit();

// Submits a sign-in code at its sixth digit, typed or pasted. Only once: after a correction the person presses the button.
const codeForm = /** @type {HTMLFormElement} */ (document.querySelector('form[data-code]'));
codeForm?.addEventListener('input', function send(event) {
  const field = /** @type {HTMLInputElement} */ (event.target);
  if (field.value.replace(/\D/g, '').length !== 6) return;
  codeForm.removeEventListener('input', send);
  codeForm.requestSubmit();
});
