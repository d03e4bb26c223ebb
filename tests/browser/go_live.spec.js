// Going live: the time from the host's click to the first frame on a waiting page, and what pages show when the host
// disconnects.
import { expect, test } from './fixtures.js';
import { as, startDemo } from './demo.js';
import { firstFrame } from './media.js';

// The requirement is 3 s; use `RUNS=10` for a figure to quote.
const RUNS = Number(process.env.RUNS ?? 2);
const PROMISED_MS = 3_000;

test('a waiting page plays within three seconds after the click', async ({ browser }) => {
  test.setTimeout(30_000 * RUNS);
  const took = [];
  for (let run = 0; run < RUNS; run += 1) {
    const demo = await startDemo();
    const [host, viewer] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer')];
    try {
      await viewer.goto(demo.scheduled.watch);
      await expect(viewer.locator('#stream-state')).toHaveAttribute('data-state', 'scheduled');
      await host.goto(demo.scheduled.studio);
      await host.locator('[data-do=start]').click();
      const live = host.getByRole('button', { name: 'Go live' });
      await expect(live).toBeEnabled({ timeout: 15_000 });
      // Only hosts can watch the rehearsal.
      expect((await viewer.request.post(demo.scheduled.whep, { headers: { 'content-type': 'application/sdp' }, data: 'v=0' })).status()).toBe(409);
      const began = Date.now();
      await live.click();
      await firstFrame(viewer);
      took.push(Date.now() - began);
    } finally {
      await host.context().close();
      await viewer.context().close();
      await demo.stop();
    }
  }
  console.log(`from click to first frame, ms: ${took.join(' ')}; the worst ${Math.max(...took)}`);
  expect(Math.max(...took)).toBeLessThan(PROMISED_MS);
});

test('every page shows that the host has disconnected, and the show continues when they return', async ({ browser }) => {
  const demo = await startDemo();
  const [host, viewer] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer')];
  const state = viewer.locator('#stream-state');
  try {
    await viewer.goto(demo.scheduled.watch);
    await host.goto(demo.scheduled.studio);
    await host.getByLabel('Test card').check();
    await host.locator('[data-do=start]').click();
    await host.getByRole('button', { name: 'Go live' }).click({ timeout: 15_000 });
    await firstFrame(viewer);
    await host.goto('about:blank');
    await expect(state).toHaveAttribute('data-state', 'interrupted', { timeout: 3_000 });
    await expect(viewer.locator('body')).toContainText('The host’s connection dropped'.replace('’', "'"));
    await host.goto(demo.scheduled.studio);
    await host.getByLabel('Test card').check();
    await host.locator('[data-do=start]').click();
    await expect(state).toHaveAttribute('data-state', 'live', { timeout: 10_000 });
    await host.getByText('End…').click();
    await host.getByRole('button', { name: /end the stream/i }).click();
    await expect(state).toHaveAttribute('data-state', 'ended', { timeout: 3_000 });
  } finally {
    await host.context().close();
    await viewer.context().close();
    await demo.stop();
  }
});
