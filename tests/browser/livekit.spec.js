// A show on a real livekit-server: one browser sends and another watches, whoever loses access is out within two seconds, a used or
// old pass opens nothing, and an outage is told and heals. Runs only with `LIVEKIT_SERVER`: `tests/run livekit`.
import { expect, test } from '@playwright/test';
import { as } from './demo.js';
import { startBoth } from './livekit.js';
import { firstFrame, inbound, rememberPeers } from './media.js';

const OUT_MS = 2_000;
const NOTICED_MS = 3_000;

/** The host chooses LiveKit and goes live with the test card; the viewer's page plays. */
async function onAir(demo, host, viewer) {
  await host.goto(demo.scheduled.studio);
  await host.locator('[data-plane]').getByLabel('LiveKit').check();
  await host.getByRole('button', { name: 'Run it there' }).click();
  await expect(host.locator('#studio')).toHaveAttribute('data-pass', /\/pass\/host$/);
  await viewer.goto(demo.scheduled.watch);
  await host.getByLabel('Test card').check();
  await host.locator('[data-do=start]').click();
  await host.getByRole('button', { name: 'Go live' }).click({ timeout: 20_000 });
  await firstFrame(viewer, 20_000);
}

const playing = (page) => page.evaluate(() => /** @type {HTMLVideoElement} */ (document.getElementById('video')).currentTime);

/** A client that is not ours, on an empty page: enters with a pass and takes whatever it can get. */
async function outsider(browser, demo, client, { url, token }) {
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${demo.url}/healthz`);
  await page.addScriptTag({ url: client });
  await page.evaluate(
    ([address, pass]) => {
      const { Room, RoomEvent } = /** @type {any} */ (window).LivekitClient;
      const room = new Room({ reconnectPolicy: { nextRetryDelayInMs: () => null } });
      const seen = { tracks: 0, out: false };
      Object.assign(window, { seen, room });
      const want = () => {
        for (const other of room.remoteParticipants.values()) other.trackPublications.forEach((track) => track.setSubscribed(true));
      };
      room.on(RoomEvent.TrackSubscribed, () => (seen.tracks += 1));
      room.on(RoomEvent.TrackPublished, want);
      room.on(RoomEvent.ParticipantPermissionsChanged, want);
      room.on(RoomEvent.Disconnected, () => (seen.out = true));
      room.connect(address, pass, { maxRetries: 0 }).catch(() => (seen.out = true));
    },
    [url, token],
  );
  return page;
}

const seen = (page) => page.evaluate(() => /** @type {any} */ (window).seen);

test('a show on LiveKit is watched; whoever loses access is out, and no old pass opens anything', async ({ browser }) => {
  test.setTimeout(180_000);
  const { demo, stop } = await startBoth();
  const [host, viewer, holder] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer'), await as(browser, demo, 'viewer')];
  const others = [];
  try {
    await onAir(demo, host, viewer);
    const before = await playing(viewer);
    await expect.poll(() => playing(viewer)).toBeGreaterThan(before);
    // Of the layers, the smallest comes if that is chosen.
    const height = () => viewer.evaluate(() => /** @type {HTMLVideoElement} */ (document.getElementById('video')).videoHeight);
    const menu = viewer.locator('[data-quality]');
    await expect.poll(height, { timeout: 20_000 }).toBeGreaterThan(360);
    await expect(menu.locator('option')).not.toHaveCount(1);
    await menu.evaluate((select) => {
      /** @type {HTMLSelectElement} */ (select).value = 'low';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await expect.poll(height, { timeout: 20_000 }).toBeLessThan(360);
    const client = await viewer.evaluate(() => /** @type {HTMLScriptElement} */ (document.querySelector('script[src*=livekit-client]')).src);
    const door = demo.scheduled.whep.replace('whep', 'pass/watch');
    const pass = async () => (await holder.request.post(door)).json();
    const enter = async (given) => {
      others.push(await outsider(browser, demo, client, given));
      return others.at(-1);
    };

    // What one client has used opens nothing to another: both are out, and the viewer's own page goes on.
    const used = await pass();
    const first = await enter(used);
    await expect.poll(async () => (await seen(first)).tracks, { timeout: 15_000 }).toBe(2);
    const thief = await enter(used);
    await expect.poll(async () => (await seen(thief)).out, { timeout: 15_000 }).toBe(true);
    expect((await seen(thief)).tracks).toBe(0);

    // Signed out: a client that is not ours loses its packets within two seconds, and its pass is worth nothing.
    const given = await pass();
    const watching = await enter(given);
    await expect.poll(async () => (await seen(watching)).tracks, { timeout: 15_000 }).toBe(2);
    const began = Date.now();
    expect((await viewer.request.post('/sign-out', { maxRedirects: 0 })).status()).toBeLessThan(400);
    await watching.waitForFunction(() => /** @type {any} */ (window).seen.out, null, { timeout: 10_000, polling: 20 });
    const took = Date.now() - began;
    console.log(`out after ${took} ms`);
    expect(took).toBeLessThan(OUT_MS);
    const again = await enter(given);
    await expect.poll(async () => (await seen(again)).out, { timeout: 15_000 }).toBe(true);
    expect((await seen(again)).tracks).toBe(0);
    expect((await holder.request.post(door)).status()).toBe(401);
    // The host still sends.
    await expect(host.locator('#studio-controls')).toHaveAttribute('data-state', 'live');
  } finally {
    for (const page of [host, viewer, holder, ...others]) await page.context().close();
    await stop();
  }
});

test('a co-host on LiveKit is seen, muted, heard again, and removed', async ({ browser }) => {
  test.setTimeout(180_000);
  const { demo, stop } = await startBoth();
  const [host, viewer, other] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer'), await as(browser, demo, 'host')];
  try {
    await rememberPeers(other);
    await onAir(demo, host, viewer);
    await viewer.getByRole('button', { name: 'Raise a hand' }).click();
    await host.getByRole('button', { name: 'Let them come up' }).click();
    await viewer.getByRole('button', { name: 'Start camera and microphone' }).click();
    await expect(viewer.getByText('Everybody sees and hears you.')).toBeVisible({ timeout: 15_000 });
    await other.goto(demo.scheduled.watch);
    for (const page of [host, other]) {
      const picture = page.locator('.guest video');
      await expect(picture).toHaveCount(1, { timeout: 15_000 });
      await expect.poll(() => picture.evaluate((video) => /** @type {HTMLVideoElement} */ (video).videoWidth), { timeout: 15_000 }).toBeGreaterThan(0);
    }
    await expect(viewer.locator('.guest'), 'nobody hears themselves').toHaveCount(0);

    // What is muted ends at the server, and begins anew.
    const tracks = () => other.locator('.guest video').evaluate((video) => /** @type {MediaStream} */ (/** @type {HTMLVideoElement} */ (video).srcObject).getAudioTracks().filter((track) => track.readyState === 'live').length);
    await expect.poll(tracks, { timeout: 15_000 }).toBe(1);
    await host.getByRole('button', { name: 'Mute', exact: true }).last().click();
    await expect(viewer.getByText('The host has muted you.')).toBeVisible();
    await expect.poll(tracks, { timeout: 5_000 }).toBe(0);
    await host.getByRole('button', { name: 'Unmute', exact: true }).last().click();
    await expect.poll(tracks, { timeout: 15_000 }).toBe(1);
    expect((await inbound(other, 'audio')).packetsReceived).toBeGreaterThan(0);

    await host.getByRole('button', { name: 'Remove' }).click();
    await expect(other.locator('.guest')).toHaveCount(0);
    await expect(viewer.getByRole('button', { name: 'Raise a hand' })).toBeVisible();
    await expect(viewer.locator('#own-picture')).toBeHidden();
    await expect(host.locator('#studio-controls')).toHaveAttribute('data-state', 'live');
  } finally {
    for (const page of [host, viewer, other]) await page.context().close();
    await stop();
  }
});

test('LiveKit goes down and comes back: pages say it, the chat goes on, and the show returns', async ({ browser }) => {
  test.setTimeout(120_000);
  const { demo, livekit, stop } = await startBoth();
  const [host, viewer] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer')];
  const state = viewer.locator('#stream-state');
  try {
    await onAir(demo, host, viewer);
    await livekit.kill();
    await expect(state).toHaveAttribute('data-state', 'interrupted', { timeout: NOTICED_MS });
    const said = await viewer.request.post(demo.scheduled.messages, { form: { [demo.message_field]: 'we talk meanwhile' }, maxRedirects: 0 });
    expect(said.status()).toBeLessThan(400);
    await expect(viewer.getByText('we talk meanwhile')).toBeVisible();
    await livekit.start();
    await expect(state).toHaveAttribute('data-state', 'live', { timeout: 20_000 });
    const before = await playing(viewer);
    await expect.poll(() => playing(viewer), { timeout: 20_000 }).toBeGreaterThan(before + 0.5);
  } finally {
    for (const page of [host, viewer]) await page.context().close();
    await stop();
  }
});
