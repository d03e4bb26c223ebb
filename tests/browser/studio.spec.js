// The studio's tools: what is switched off stays off over a change of the source, and nothing is negotiated again.
import { expect, test } from './fixtures.js';
import { framesSent, inbound, rememberPeers } from './media.js';

const tracks = (page) =>
  page.evaluate(() => {
    const stream = /** @type {MediaStream} */ (/** @type {HTMLVideoElement} */ (document.getElementById('preview')).srcObject);
    return stream.getTracks().map((track) => [track.kind, track.enabled]).sort();
  });

test('mute, picture off, another source, music, and what viewers get', async ({ host: page, demo }) => {
  await rememberPeers(page);
  await page.goto(demo.scheduled.studio);
  await page.locator('[data-do=start]').click();
  await expect(page.locator('#studio')).toHaveAttribute('data-connection', 'connected', { timeout: 15_000 });
  await expect(page.locator('[data-sent]')).toBeVisible();
  await page.getByRole('button', { name: 'Mute', exact: true }).click();
  expect(await tracks(page)).toEqual([['audio', false], ['video', true]]);
  await page.getByLabel('Test card').check();
  await expect(page.locator('#studio')).toHaveAttribute('data-sending', 'card');
  expect(await tracks(page), 'it stays muted').toEqual([['audio', false], ['video', true]]);
  await page.getByRole('button', { name: 'Picture off' }).click();
  expect(await tracks(page)).toEqual([['audio', false], ['video', false]]);
  await page.getByRole('button', { name: 'Picture off' }).click();
  const sessions = await page.evaluate(() => window.peers.length);
  expect(sessions, 'one session through all changes').toBe(1);

  await page.getByRole('button', { name: 'Show what viewers get' }).click();
  await expect.poll(async () => (await inbound(page, 'video')).framesDecoded, { timeout: 10_000 }).toBeGreaterThan(10);
  await page.getByRole('button', { name: 'Show what viewers get' }).click();
  await page.getByLabel('Music').check();
  await page.reload();
  await expect(page.getByLabel('Music'), 'it is remembered').toBeChecked();
  expect(page.faults).toEqual([]);
});

test('the team watches the rehearsal where viewers wait', async ({ host, viewer, demo, person }) => {
  const team = await person('host');
  await host.goto(demo.scheduled.studio);
  await host.getByLabel('Test card').check();
  await host.locator('[data-do=start]').click();
  await expect(host.getByRole('button', { name: 'Go live' })).toBeEnabled({ timeout: 15_000 });
  await team.goto(demo.scheduled.watch);
  await viewer.goto(demo.scheduled.watch);
  await expect.poll(() => team.locator('#video').evaluate((video) => /** @type {HTMLVideoElement} */ (video).videoWidth)).toBeGreaterThan(0);
  await expect(viewer.locator('#video')).toHaveJSProperty('videoWidth', 0);
  await expect(viewer.getByText('Waiting room')).toBeVisible();
});

test('a screen is sent in full size only, from the first frame on', async ({ host: page, demo }) => {
  await rememberPeers(page);
  await page.addInitScript(() => {
    navigator.mediaDevices.getDisplayMedia = async () => {
      const screen = Object.assign(document.createElement('canvas'), { width: 1280, height: 720 });
      const pen = screen.getContext('2d');
      setInterval(() => pen.fillRect(Math.random() * 1280, Math.random() * 720, 10, 10), 40);
      return screen.captureStream(25);
    };
  });
  await page.goto(demo.scheduled.studio);
  await page.locator('[name=source][value=screen]').check();
  await page.locator('[data-do=start]').click();
  await expect.poll(() => page.evaluate(() => window.peers.length)).toBe(1);
  await expect.poll(() => framesSent(page, 'f').catch(() => 0), { timeout: 15_000 }).toBeGreaterThan(20);
  for (const smaller of ['q', 'h']) expect(await framesSent(page, smaller), smaller).toBeLessThan(10);
});

test('where sound never begins to play the picture is sent all the same', async ({ host: page, demo }) => {
  await rememberPeers(page);
  // As in Firefox on a computer without a loudspeaker.
  await page.addInitScript(() => {
    AudioContext.prototype.resume = () => new Promise(() => {});
    Object.defineProperty(BaseAudioContext.prototype, 'state', { get: () => 'suspended' });
  });
  await page.goto(demo.scheduled.studio);
  await page.getByRole('button', { name: 'Test the speaker' }).click();
  await expect(page.locator('[data-status]')).toHaveText('This browser finds no loudspeaker.');
  await page.getByLabel('Test card').check();
  await page.locator('[data-do=start]').click();
  await expect(page.locator('[data-status]')).toHaveText('Sending.', { timeout: 15_000 });
  await expect.poll(() => framesSent(page, 'q'), { timeout: 15_000 }).toBeGreaterThan(20);
  expect(page.faults).toEqual([]);
});
