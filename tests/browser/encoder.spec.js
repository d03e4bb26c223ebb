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

const bytes = (page, wanted) =>
  page.evaluate(async (kind) => {
    const reports = [...((await window.backstagePlayer.stats())?.values() ?? [])];
    return reports.filter((one) => one.type === 'inbound-rtp' && one.kind === kind).reduce((sum, one) => sum + one.bytesReceived, 0);
  }, wanted);

test('a viewer whose browser cannot play the picture reads why and hears the sound, until it can', async ({ demo, viewer }) => {
  const words = 'The picture comes in H264, which this browser cannot play.';
  const refuse = { status: 422, headers: { 'x-request-id': 'one' }, json: { error: { code: 'undecodable', message: words } } };
  await viewer.route('**/whep', (route) => (/^m=video/m.test(route.request().postData()) ? route.fulfill(refuse) : route.continue()));
  await viewer.goto(demo.watch);
  await expect(viewer.locator('[data-waiting]')).toHaveText(`${words} You hear the sound.`);
  await expect.poll(() => bytes(viewer, 'audio')).toBeGreaterThan(2_000);
  expect(await bytes(viewer, 'video')).toBe(0);
  await viewer.unroute('**/whep');
  await expect.poll(() => bytes(viewer, 'video'), { message: 'asked again after 15 s', timeout: 25_000 }).toBeGreaterThan(2_000);
  await expect(viewer.locator('[data-waiting]')).toBeHidden();
});

test('who chooses sound only loads no picture, and gets it back', async ({ demo, viewer }) => {
  await viewer.goto(demo.watch);
  await firstFrame(viewer);
  await viewer.keyboard.press('a');
  await expect(viewer.locator('[data-waiting]')).toHaveText('Sound only: no picture is loaded');
  await expect.poll(() => bytes(viewer, 'audio')).toBeGreaterThan(2_000);
  expect(await bytes(viewer, 'video')).toBe(0);
  await viewer.getByRole('button', { name: 'Sound only' }).press('Enter');
  await firstFrame(viewer);
  await expect.poll(() => bytes(viewer, 'video')).toBeGreaterThan(0);
});
