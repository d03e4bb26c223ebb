// A person who opens live updates very often: the page goes on by polling, and follows again later.
import { expect, test as base } from './fixtures.js';
import { startDemo } from './demo.js';

const test = base.extend({
  demo: [
    async ({}, use) => {
      const demo = await startDemo(undefined, ['--limit-account-openings', '2']);
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker' },
  ],
});

test('a page that may open no more feeds for a while polls, and then follows again', async ({ operator: page }) => {
  test.setTimeout(120_000);
  const body = page.locator('body');
  for (let n = 0; n < 2; n += 1) {
    await page.goto('/ops');
    await expect(body).toHaveAttribute('data-feed', 'on');
  }
  const refused = page.waitForResponse((answer) => answer.url().includes('/events') && answer.status() === 429);
  await page.goto('/ops');
  expect(Number((await refused).headers()['retry-after'])).toBeGreaterThan(0);
  await expect(body).toHaveAttribute('data-feed', 'refresh');
  await expect(body).toHaveAttribute('data-feed', 'on', { timeout: 60_000 });
  expect(page.faults).toEqual([]);
});
