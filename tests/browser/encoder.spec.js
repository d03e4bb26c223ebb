// An encoder beside the browser's own studio: where it sends, its key, and what a viewer is told whose browser cannot play
// its picture.
import { expect, test } from './fixtures.js';
import { firstFrame } from './media.js';

test('the host copies server and key, and another key replaces the first', async ({ demo, person }) => {
  const host = await person('host', { permissions: ['clipboard-read', 'clipboard-write'] });
  await host.goto(demo.scheduled.studio);
  await host.getByText('Use an encoder instead').click();
  const panel = host.locator('#encoder');
  const copied = () => host.evaluate(() => navigator.clipboard.readText());
  await panel.getByRole('button', { name: 'Copy' }).first().click();
  await expect.poll(copied).toBe(await panel.getByLabel('Server').inputValue());
  const key = panel.getByLabel('Bearer key');
  await panel.getByRole('button', { name: 'Copy' }).last().click();
  const first = await key.inputValue();
  await expect.poll(copied).toBe(first);
  await panel.getByRole('button', { name: 'Make a new key' }).click();
  await expect(key).not.toHaveValue(first);
});

test('a viewer whose browser cannot play the picture reads why, instead of waiting', async ({ demo, viewer }) => {
  const words = 'The picture comes in H264, which this browser cannot play.';
  await viewer.route('**/whep', (route) =>
    route.fulfill({ status: 422, headers: { 'x-request-id': 'one' }, json: { error: { code: 'undecodable', message: words } } }),
  );
  await viewer.goto(demo.watch);
  await expect(viewer.locator('[data-waiting]')).toHaveText(words);
});

test('who chooses sound only loads no picture, and gets it back', async ({ demo, viewer }) => {
  await viewer.goto(demo.watch);
  await firstFrame(viewer);
  await viewer.keyboard.press('a');
  await expect(viewer.locator('[data-waiting]')).toHaveText('Sound only: no picture is loaded');
  const bytes = (kind) =>
    viewer.evaluate(async (kind) => {
      const reports = await window.backstagePlayer.stats();
      return [...reports.values()].filter((r) => r.type === 'inbound-rtp' && r.kind === kind).reduce((sum, r) => sum + r.bytesReceived, 0);
    }, kind);
  await expect.poll(() => bytes('audio')).toBeGreaterThan(2_000);
  expect(await bytes('video')).toBe(0);
  await viewer.getByRole('button', { name: 'Sound only' }).press('Enter');
  await firstFrame(viewer);
  await expect.poll(() => bytes('video')).toBeGreaterThan(0);
});
