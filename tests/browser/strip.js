// Makes the strip of screenshots in README.md: six pages of the demo town, side by side.
// Usage: node strip.js, with a built server and the system’s Chromium. It writes strip/town.webp.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import config from './playwright.config.js';
import { startDemo } from './demo.js';

const FOLDER = fileURLToPath(new URL('strip/', import.meta.url));
/** What is photographed, and the size of each picture in the strip. */
const VIEW = { width: 1120, height: 840 };
const TILE = { width: 520, height: 390, gap: 12 };
const COLUMNS = 3;
const QUALITY = 0.74;
/** A show that the viewer watches with a free pass. */
const [PASS, WATCH] = ['/slow-clay/stool', '/slow-clay/wheel-hours'];
const MOST_BYTES = 150_000;

/** Who looks at what, in reading order. */
const shots = (demo) => [
  [null, '/'],
  [null, '/explore'],
  [null, '/slow-clay'],
  ['viewer', WATCH],
  ['host', demo.scheduled.studio],
  ['operator', '/ops'],
];

function cookie(demo, who) {
  const [name, ...value] = demo.cookies[who].split('=');
  return { name, value: value.join('='), url: demo.url };
}

/** Resolves with a PNG of each page, in base64. */
async function photograph(browser, demo) {
  const pictures = [];
  for (const [who, path] of shots(demo)) {
    const context = await browser.newContext({ viewport: VIEW, reducedMotion: 'reduce', locale: 'en-GB', baseURL: demo.url });
    if (who) await context.addCookies([cookie(demo, who)]);
    const page = await context.newPage();
    if (path === WATCH) await page.request.post(`${PASS}/purchase`);
    await page.goto(path);
    const video = page.locator('video').first();
    if (path === WATCH) await video.evaluate((element) => new Promise((shown) => element.requestVideoFrameCallback(shown)));
    // Longer than any line of the chat, figure or still takes to appear.
    await page.waitForTimeout(2_000);
    pictures.push((await page.screenshot({ type: 'png' })).toString('base64'));
    await context.close();
  }
  return pictures;
}

/** Draws the pictures side by side, and resolves with a WebP file. */
async function mount(browser, pictures) {
  const page = await browser.newPage();
  const url = await page.evaluate(
    async ({ pictures, tile, columns, quality }) => {
      const rows = Math.ceil(pictures.length / columns);
      const canvas = document.createElement('canvas');
      canvas.width = columns * (tile.width + tile.gap) - tile.gap;
      canvas.height = rows * (tile.height + tile.gap) - tile.gap;
      const context = canvas.getContext('2d');
      context.imageSmoothingQuality = 'high';
      for (const [at, bytes] of pictures.entries()) {
        const image = new Image();
        image.src = `data:image/png;base64,${bytes}`;
        await image.decode();
        const [x, y] = [(at % columns) * (tile.width + tile.gap), Math.floor(at / columns) * (tile.height + tile.gap)];
        context.drawImage(image, x, y, tile.width, tile.height);
      }
      return canvas.toDataURL('image/webp', quality);
    },
    { pictures, tile: TILE, columns: COLUMNS, quality: QUALITY },
  );
  await page.close();
  return Buffer.from(url.split(',')[1], 'base64');
}

const demo = await startDemo(undefined, ['--people']);
const browser = await chromium.launch(config.use.launchOptions);
try {
  // The pictures of the town hang by then, and the scripted people have written a few lines.
  await new Promise((resolve) => setTimeout(resolve, 60_000));
  const strip = await mount(browser, await photograph(browser, demo));
  if (strip.length > MOST_BYTES) throw new Error(`${strip.length} bytes are more than ${MOST_BYTES}: lower QUALITY or TILE`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(`${FOLDER}town.webp`, strip);
  console.log(`${strip.length} bytes`);
} finally {
  await browser.close();
  await demo.stop();
}
