// Watching: the test card plays, its burnt-in counter is read back, and a page waits light and alone.
import { expect, test } from './fixtures.js';
import { firstFrame, frameCounter, inbound, rememberPeers } from './media.js';

const FRAMES_IN_CLIP = 250;

test('the stream plays, and the counter burnt into it is read from the pixels', async ({ viewer: page, demo }) => {
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

test('from a cold cache to the first decoded frame it takes at most 60 KB beside the media', async ({ viewer: page, demo }) => {
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  await network.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  network.on('Network.dataReceived', ({ encodedDataLength }) => (bytes += encodedDataLength));
  network.on('Network.responseReceived', ({ response }) => (bytes += response.encodedDataLength));
  await page.goto(demo.watch);
  await firstFrame(page);
  console.log(`bytes before the first frame: ${bytes}`);
  expect(bytes).toBeGreaterThan(5_000);
  expect(bytes).toBeLessThanOrEqual(60 * 1024);
});

test('one click turns the sound on, and keys do the rest', async ({ viewer: page, demo }) => {
  await page.goto(demo.watch);
  await firstFrame(page);
  const video = page.locator('video');
  await page.locator('#stage').click({ position: { x: 300, y: 60 } });
  await page.keyboard.press('m');
  const muted = await video.evaluate((/** @type {HTMLVideoElement} */ v) => v.muted);
  await page.keyboard.press('m');
  expect(await video.evaluate((/** @type {HTMLVideoElement} */ v) => v.muted)).toBe(!muted);
  await page.keyboard.press('k');
  expect(await video.evaluate((/** @type {HTMLVideoElement} */ v) => v.paused)).toBe(true);
  await page.keyboard.press('k');
  await expect.poll(() => video.evaluate((/** @type {HTMLVideoElement} */ v) => v.paused)).toBe(false);
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

  // Who speaks on a page without a connection sees it there at once, not with the next fetch.
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

test('without JavaScript the page is read, a line is posted and a free pass is taken', async ({ person, demo }) => {
  const page = await person('stranger', { javaScriptEnabled: false });
  await page.goto(demo.pass_free);
  await page.getByRole('button', { name: /take/i }).first().click();
  await expect(page).toHaveURL(/\/maya\/rehearsal-room$/);
  const words = `plain ${Date.now()}`;
  await page.getByRole('textbox', { name: /message/i }).fill(words);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.locator('#lines')).toContainText(words);
});
