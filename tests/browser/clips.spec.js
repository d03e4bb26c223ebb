// Clips: one of the last seconds is made without leaving the show, plays from its first moment, and a part of a replay is taken
// from its player.
import { expect, test } from './fixtures.js';
import { as, startDemo } from './demo.js';

/** What is recorded before the clip, in ms: some segments of four seconds. */
const LENGTH = 14_000;

/** Waits until the video knows its length, and returns it. */
async function lengthOf(page) {
  const length = await page.waitForFunction(() => document.querySelector('video').duration || null);
  return length.jsonValue();
}

test('a clip is made while live, plays from its first moment, and another one is taken from the replay', async ({ browser }) => {
  test.setTimeout(120_000);
  const demo = await startDemo();
  const [host, viewer] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer')];
  try {
    const stream = new URL(demo.events, demo.url).pathname.split('/')[2];
    await host.goto(`/account/streams/${stream}/studio`);
    await host.getByRole('button', { name: 'Record this show' }).click();
    await viewer.goto(demo.watch);
    await expect(viewer.getByTitle('The host records this show.')).toBeVisible();
    await viewer.waitForTimeout(LENGTH);

    const watching = viewer.url();
    await viewer.getByText('Clip', { exact: true }).click();
    await viewer.getByLabel('Title of the clip').fill('The throw');
    await viewer.getByRole('button', { name: 'Last 30 seconds' }).click();
    const made = viewer.getByRole('link', { name: 'The throw' });
    await expect(made).toBeVisible();
    expect(viewer.url()).toBe(watching);
    const path = await made.getAttribute('href');

    const clip = await viewer.context().newPage();
    await clip.goto(path);
    // The page is loaded again by itself until the last segment is there.
    await expect(clip.locator('video')).toBeVisible({ timeout: 60_000 });
    expect(await lengthOf(clip)).toBeGreaterThan(LENGTH / 1000 - 4);
    // Its clock is its own, and it begins where the clip does.
    expect(await clip.evaluate(() => document.querySelector('video').seekable.start(0))).toBeLessThan(0.2);
    await clip.evaluate(() => document.querySelector('video').play());
    const begun = await clip.evaluate(() => document.querySelector('video').currentTime);
    await expect.poll(() => clip.evaluate(() => document.querySelector('video').currentTime)).toBeGreaterThan(begun + 0.5);
    expect(await clip.evaluate(() => document.querySelector('video').videoWidth)).toBe(640);

    const stranger = await as(browser, demo, 'stranger');
    await stranger.goto(path);
    expect(new URL(stranger.url()).pathname).toBe(new URL(demo.watch, demo.url).pathname);
    await expect(stranger.locator('video.replay')).toHaveCount(0);
    await stranger.context().close();

    await host.getByText('End…').click();
    await host.getByRole('button', { name: 'End the stream' }).click();
    const replay = `/streams/${stream}/replay`;
    await expect.poll(async () => (await viewer.request.get(replay)).status(), { timeout: 60_000 }).toBe(200);
    await viewer.goto(replay);
    await lengthOf(viewer);
    for (const [seconds, button] of [[3, 'Begin at this moment'], [9, 'End at this moment']]) {
      await viewer.evaluate(
        (to) =>
          new Promise((resolve) => {
            const video = document.querySelector('video');
            video.addEventListener('seeked', resolve, { once: true });
            video.currentTime = to;
          }),
        seconds,
      );
      await viewer.getByRole('button', { name: button }).click();
    }
    await expect(viewer.getByLabel('Begins at')).toHaveValue('0:03');
    await expect(viewer.getByLabel('Ends at')).toHaveValue('0:09');
    await viewer.getByRole('button', { name: 'Make the clip' }).click();
    await expect(viewer.getByText('0:03–0:09')).toBeVisible();
    await expect(viewer.locator('video')).toBeVisible();
  } finally {
    await host.context().close();
    await viewer.context().close();
    await demo.stop();
  }
});
