// A recorded show: its replay plays, seeks to the right picture, and shows its chat in step.
import { expect, test } from './fixtures.js';
import { as, startDemo } from './demo.js';
import { frameCounter } from './media.js';

const [FRAMES_IN_CLIP, FRAMES_A_SECOND] = [250, 25];
/** What is recorded, in ms: some segments of four seconds. */
const LENGTH = 14_000;

/** Seeks, and returns the frame's number in the picture. */
async function pictureAt(page, seconds) {
  await page.evaluate(
    (to) =>
      new Promise((resolve) => {
        const video = document.querySelector('video');
        video.pause();
        video.addEventListener('seeked', resolve, { once: true });
        video.currentTime = to;
      }),
    seconds,
  );
  return frameCounter(page);
}

test('a replay plays, seeks to the right picture, and shows the chat in step', async ({ browser }) => {
  test.setTimeout(90_000);
  const demo = await startDemo();
  const [host, viewer] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer')];
  try {
    const stream = new URL(demo.events, demo.url).pathname.split('/')[2];
    await host.goto(`/account/streams/${stream}/studio`);
    await host.getByRole('button', { name: 'Record this show' }).click();
    await expect(host.getByText('This show is being recorded.')).toBeVisible();
    await viewer.goto(demo.watch);
    await expect(viewer.getByTitle('The host records this show.')).toBeVisible();
    await host.waitForTimeout(LENGTH / 2);
    await viewer.getByRole('textbox', { name: /message/i }).fill('in the middle of it');
    await viewer.getByRole('textbox', { name: /message/i }).press('Enter');
    await host.waitForTimeout(LENGTH / 2);
    await host.getByText('End…').click();
    await host.getByRole('button', { name: 'End the stream' }).click();
    const replay = `/streams/${stream}/replay`;
    await expect.poll(async () => (await viewer.request.get(replay)).status(), { timeout: 60_000 }).toBe(200);

    await viewer.goto(replay);
    const duration = await viewer.waitForFunction(() => document.querySelector('video').duration || null);
    expect(await duration.jsonValue()).toBeGreaterThan(LENGTH / 1000 - 3);
    // Whatever the clip's number is at one moment, six seconds later it is that of six seconds later.
    for (const from of [1, 3, 2]) {
      const [before, after] = [await pictureAt(viewer, from), await pictureAt(viewer, from + 6)];
      const steps = (after - before + FRAMES_IN_CLIP) % FRAMES_IN_CLIP;
      expect(Math.abs(steps - 6 * FRAMES_A_SECOND)).toBeLessThanOrEqual(2);
    }
    await pictureAt(viewer, 0.5);
    await expect(viewer.getByText('in the middle of it')).toBeHidden();
    await pictureAt(viewer, LENGTH / 1000 - 2);
    await expect(viewer.getByText('in the middle of it')).toBeVisible();
    await viewer.evaluate(() => document.querySelector('video').play());
    const begun = await viewer.evaluate(() => document.querySelector('video').currentTime);
    await expect.poll(() => viewer.evaluate(() => document.querySelector('video').currentTime)).toBeGreaterThan(begun + 0.5);

    // Lines that do not come are asked for again, but not without a pause.
    let asked = 0;
    await viewer.route('**/replay/lines?*', (route) => {
      asked += 1;
      return route.fulfill({ status: 503 });
    });
    await viewer.reload();
    await viewer.waitForTimeout(3_000);
    expect(asked).toBeGreaterThan(0);
    expect(asked).toBeLessThan(5);
  } finally {
    await host.context().close();
    await viewer.context().close();
    await demo.stop();
  }
});
