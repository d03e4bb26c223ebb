// Watching: the test card plays and its frame counter is read back from the pixels; a page load stays small; tabs share
// a person.
import { expect, test } from './fixtures.js';
import { firstFrame, frameCounter, inbound, rememberPeers } from './media.js';

const FRAMES_IN_CLIP = 250;

test('the stream plays, and its frame counter is read from the pixels', async ({ viewer: page, demo }) => {
  await rememberPeers(page);
  await page.goto(demo.watch);
  await firstFrame(page);
  const [before, first] = [await inbound(page, 'video'), await frameCounter(page)];
  await expect.poll(async () => (await inbound(page, 'video')).framesDecoded, { timeout: 10_000 }).toBeGreaterThan(before.framesDecoded + 50);
  const second = await frameCounter(page);
  for (const counter of [first, second]) expect(counter).toBeLessThan(FRAMES_IN_CLIP);
  expect(second).not.toBe(first);
  expect((await inbound(page, 'audio')).packetsReceived).toBeGreaterThan(50);
  expect(page.faults).toEqual([]);
});

test('from a cold cache to the first decoded frame it takes at most 60 KB apart from the media', async ({ viewer: page, demo }) => {
  // The page fetches what can wait from its own callback of the first frame, often before a look from outside sees that frame.
  await page.addInitScript(() => {
    const ask = HTMLVideoElement.prototype.requestVideoFrameCallback;
    HTMLVideoElement.prototype.requestVideoFrameCallback = function (told) {
      return ask.call(this, (...frame) => {
        window.firstFrameAt ??= performance.timeOrigin + performance.now();
        told(...frame);
      });
    };
  });
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.setCacheDisabled', { cacheDisabled: true });
  /** @type {Map<string, { sentAt: number, bytes: number }>} */
  const requests = new Map();
  /** @type {(id: string, bytes: number) => void} */
  const count = (id, bytes) => {
    const request = requests.get(id);
    if (request) request.bytes += bytes;
  };
  network.on('Network.requestWillBeSent', ({ requestId, wallTime }) => requests.set(requestId, { sentAt: wallTime * 1000, bytes: 0 }));
  network.on('Network.dataReceived', ({ requestId, encodedDataLength }) => count(requestId, encodedDataLength));
  network.on('Network.responseReceived', ({ requestId, response }) => count(requestId, response.encodedDataLength));
  await page.goto(demo.watch);
  await firstFrame(page);
  const firstFrameAt = await page.evaluate(() => window.firstFrameAt);
  if (!firstFrameAt) throw new Error('the page asks for no frame');
  const before = [...requests.values()].filter(({ sentAt }) => sentAt < firstFrameAt);
  const bytes = before.reduce((sum, request) => sum + request.bytes, 0);
  console.log(`bytes before the first frame: ${bytes}`);
  expect(bytes).toBeGreaterThan(5_000);
  expect(bytes).toBeLessThanOrEqual(60 * 1024);
});

/** @type {<T>(page: import('@playwright/test').Page, look: (video: HTMLVideoElement) => T) => Promise<T>} */
const ofVideo = (page, look) => page.locator('#video').evaluate(look);
const isPaused = (page) => ofVideo(page, (video) => video.paused);
const isMuted = (page) => ofVideo(page, (video) => video.muted);

test('a click pauses, a double click toggles full screen, keys work, and mute is remembered', async ({ viewer: page, demo }) => {
  await page.goto(demo.watch);
  await firstFrame(page);
  const picture = { position: { x: 300, y: 60 } };
  await page.locator('#stage').click(picture);
  await expect.poll(() => isPaused(page)).toBe(true);
  await page.keyboard.press('k');
  await expect.poll(() => isPaused(page)).toBe(false);
  await page.locator('#stage').dblclick(picture);
  await expect(page.locator('body')).toHaveAttribute('data-full', '');
  expect(await isPaused(page), 'a double click is no pause').toBe(false);
  await page.keyboard.press('f');
  await expect(page.locator('body')).not.toHaveAttribute('data-full', '');

  expect(await isMuted(page)).toBe(false);
  await page.keyboard.press('m');
  expect(await isMuted(page)).toBe(true);
  await page.reload();
  await firstFrame(page);
  expect(await isMuted(page), 'after a reload').toBe(true);
  await page.keyboard.press('m');
  expect(await isMuted(page)).toBe(false);

  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
});

test('controls and pointer hide when idle, and come back', async ({ viewer: page, demo }) => {
  await page.goto(demo.watch);
  await firstFrame(page);
  const controls = page.locator('.controls');
  const cursor = () => page.locator('.player').evaluate((player) => getComputedStyle(player).cursor);
  await page.mouse.move(300, 200);
  await expect(controls).toHaveCSS('opacity', '1');
  await expect(controls).toHaveCSS('opacity', '0', { timeout: 6_000 });
  expect(await cursor()).toBe('none');
  await page.mouse.move(310, 210);
  await expect(controls).toHaveCSS('opacity', '1');
  expect(await cursor()).not.toBe('none');
});

test('on a phone in landscape the video fills the screen, and the chat is a drawer', async ({ person, demo }) => {
  const page = await person('viewer', { viewport: { width: 740, height: 360 }, hasTouch: true });
  await page.goto(demo.watch);
  await firstFrame(page);
  const width = async (selector) => (await page.locator(selector).boundingBox())?.width ?? 0;
  expect(await width('.chat')).toBeCloseTo(740 * 0.4, 0);
  expect((await page.locator('#stage').boundingBox()).height).toBe(360);
  await page.keyboard.press('c');
  await expect(page.locator('.chat')).toBeHidden();
  expect(await width('#stage')).toBe(740);
});

test('eight tabs of one browser all load, and count as one person', async ({ viewer: page, demo }) => {
  test.setTimeout(150_000);
  const tabs = [page];
  for (let at = 1; at < 8; at += 1) tabs.push(await page.context().newPage());
  for (const tab of tabs) {
    await tab.goto(demo.watch, { waitUntil: 'domcontentloaded' });
    await expect(tab.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await expect(page.locator('#people')).toContainText(/\b1\b/);
  const words = `to all tabs ${Date.now()}`;
  await page.getByRole('textbox', { name: /message/i }).fill(words);
  await page.keyboard.press('Enter');
  for (const tab of tabs) await expect(tab.locator('#lines')).toContainText(words, { timeout: 30_000 });

  // A line sent from a page without a feed appears there at once, not with the next poll.
  const last = tabs.at(-1);
  await expect(last.locator('body')).toHaveAttribute('data-feed', 'refresh');
  const own = `from the last tab ${Date.now()}`;
  await last.bringToFront();
  const fetched = last.waitForResponse((response) => response.url().includes('/fragment'));
  await fetched;
  await last.getByRole('textbox', { name: /message/i }).fill(own);
  await last.keyboard.press('Enter');
  await expect(last.locator('#lines')).toContainText(own, { timeout: 3_000 });
});

test('without JavaScript a person can read the page, post a line and take a free pass', async ({ person, demo }) => {
  const page = await person('stranger', { javaScriptEnabled: false });
  await page.goto(demo.pass_free);
  await page.getByRole('button', { name: /take/i }).first().click();
  await expect(page).toHaveURL(/\/maya\/rehearsal-room$/);
  const words = `plain ${Date.now()}`;
  await page.getByRole('textbox', { name: /message/i }).fill(words);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.locator('#lines')).toContainText(words);
});
