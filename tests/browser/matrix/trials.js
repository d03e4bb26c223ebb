// What is tried with a viewer's page, one after the other, and how it is said in a cell of the table.
import { eventually, pause } from './browsers.js';

const FIRST_MS = 30_000;
const LAYERS_MS = 60_000;
const SWITCH_MS = 20_000;
const HIDDEN_MS = 8_000;
const CUT_MS = 10_000;
const BACK_MS = 60_000;

/** Must run before the page's own scripts: counts the frames that the page shows. */
export const countFrames = (page) =>
  page.evaluateOnNewDocument(() => {
    window.seen = { first: 0, frames: 0 };
    addEventListener('DOMContentLoaded', () => {
      const video = document.querySelector('video');
      const next = (now) => {
        window.seen.first ||= now;
        window.seen.frames += 1;
        video.requestVideoFrameCallback(next);
      };
      video?.requestVideoFrameCallback(next);
    });
  });

const frames = (page) => page.evaluate(() => window.seen.frames);
const height = (page) => page.evaluate(() => document.querySelector('video').videoHeight);
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** What the page says to the person at the moment, without what it always says. */
async function said(page) {
  const words = await page.evaluate(() => {
    const parts = /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-waiting], #connection, #stream-state'));
    return [...parts].filter((part) => part.checkVisibility()).map((part) => part.innerText.replace(/\s+/g, ' ').trim());
  });
  return words.filter((one) => one && one !== 'LIVE');
}

/** Bytes of a kind that the page has received. */
const bytes = (page, kind) =>
  page.evaluate(async (wanted) => {
    const reports = [...((await window.backstagePlayer.stats())?.values() ?? [])];
    return reports.filter((one) => one.type === 'inbound-rtp' && one.kind === wanted).reduce((sum, one) => sum + one.bytesReceived, 0);
  }, kind);

/** Time until frames come again, and keep coming; and what was said meanwhile. */
async function back(page, words) {
  const began = Date.now();
  let before = await frames(page);
  let since = 0;
  const moving = await eventually(async () => {
    for (const word of await said(page)) words.add(word);
    const now = await frames(page);
    if (now === before) since = 0;
    else since ||= Date.now();
    before = now;
    return since && Date.now() - since > 1_500;
  }, BACK_MS, 250);
  return moving ? since - began : null;
}

const quoted = (words) => (words.size ? [...words].map((word) => `“${word}”`).join(', ') : 'no word');

async function watch({ page, url, demo }) {
  await page.goto(url + demo.scheduled.watch, { waitUntil: 'domcontentloaded' });
  const first = await eventually(() => page.evaluate(() => window.seen?.first), FIRST_MS, 50);
  if (!first) {
    const heard = await bytes(page, 'audio');
    await pause(2_000);
    const sound = (await bytes(page, 'audio')) > heard ? 'sound comes' : 'no sound';
    return { ok: false, words: `no picture, ${sound}: ${quoted(new Set(await said(page)))}` };
  }
  await pause(2_000);
  const before = await frames(page);
  await pause(3_000);
  const rate = Math.round(((await frames(page)) - before) / 3);
  return { ok: rate > 0, words: `first frame ${seconds(first)}, ${rate}/s at ${await height(page)}p` };
}

async function layers({ page }) {
  const options = () => page.$$eval('[data-quality]:not([hidden]) option', (all) => all.map(({ value, textContent }) => [value, textContent]));
  const found = await eventually(async () => (await options()).length === 4 && options(), LAYERS_MS, 500);
  if (!found) {
    const some = await options();
    return { ok: some.length === 0, words: some.length ? `only ${some.map(([, words]) => words).join(', ')}` : 'one size: no menu' };
  }
  const took = [];
  for (const quality of ['low', 'high']) {
    const [, words] = found.find(([value]) => value === quality);
    const wanted = Number(/(\d+)p/.exec(words)?.[1]);
    await page.select('[data-quality]', quality);
    const began = Date.now();
    const there = await eventually(async () => (await height(page)) === wanted, SWITCH_MS, 50);
    if (!there) return { ok: false, words: `${words}: still ${await height(page)}p after ${SWITCH_MS / 1000} s` };
    took.push(`${wanted}p in ${seconds(Date.now() - began)}`);
  }
  await page.select('[data-quality]', 'auto');
  return { ok: true, words: took.join(', ') };
}

async function hide({ page }) {
  const other = await page.browserContext().newPage();
  await other.bringToFront();
  const hidden = await eventually(() => page.evaluate(() => document.hidden), 5_000);
  await pause(HIDDEN_MS / 2);
  const [picture, sound] = [await bytes(page, 'video'), await bytes(page, 'audio')];
  await pause(HIDDEN_MS / 2);
  const rates = [(await bytes(page, 'video')) - picture, (await bytes(page, 'audio')) - sound].map((sum) => Math.round((sum * 8) / (HIDDEN_MS / 2)));
  const began = Date.now();
  const before = await frames(page);
  await page.bringToFront();
  await other.close();
  const shown = await eventually(async () => (await frames(page)) > before + 2, SWITCH_MS, 50);
  const coming = shown ? `frames ${seconds(Date.now() - began)} after` : `no frame within ${SWITCH_MS / 1000} s`;
  if (!hidden) return { ok: false, words: 'this browser does not say that the page is hidden' };
  return { ok: Boolean(shown) && rates[1] > 0, words: `hidden ${rates[0]} + ${rates[1]} kbit/s, ${coming}` };
}

async function cut({ page, link }) {
  const words = new Set();
  link.cut();
  for (const end = Date.now() + CUT_MS; Date.now() < end; await pause(500)) for (const word of await said(page)) words.add(word);
  link.mend();
  const took = await back(page, words);
  return { ok: took !== null, words: `${took === null ? 'no frames again' : `frames ${seconds(took)} after`}; ${quoted(words)}` };
}

async function restart({ page, restartServer }) {
  const words = new Set();
  await restartServer(async () => {
    for (const end = Date.now() + 5_000; Date.now() < end; await pause(500)) for (const word of await said(page)) words.add(word);
  });
  const took = await back(page, words);
  return { ok: took !== null, words: `${took === null ? 'no frames again' : `frames ${seconds(took)} after`}; ${quoted(words)}` };
}

/** In the order of the table's columns. */
export const TRIALS = {
  'first frame': watch,
  'layer by menu': layers,
  'hidden 8 s, shown': hide,
  'network cut 10 s': cut,
  'server killed, started': restart,
};
