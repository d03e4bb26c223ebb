// A person who opens live updates very often: the page goes on by polling, and follows the room again later.
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

test('a page that may open no more feeds for a while polls, and then follows again', async ({ viewer: page, host, demo }) => {
  test.setTimeout(120_000);
  const body = page.locator('body');
  for (let n = 0; n < 2; n += 1) {
    await page.goto(demo.watch);
    await expect(body).toHaveAttribute('data-feed', 'on');
  }
  const refused = page.waitForResponse((answer) => answer.url().includes('/events') && answer.status() === 429);
  await page.goto(demo.watch);
  expect(Number((await refused).headers()['retry-after'])).toBeGreaterThan(0);
  await expect(body).toHaveAttribute('data-feed', 'refresh');
  const words = `while it polls ${Date.now()}`;
  const said = await host.request.post(demo.messages, { form: { body: words }, maxRedirects: 0 });
  expect(said.status()).toBe(303);
  await expect(page.locator('#lines')).toContainText(words, { timeout: 15_000 });
  await expect(page.locator('#connection')).toBeEmpty();
  await expect(body).toHaveAttribute('data-feed', 'on', { timeout: 60_000 });
  expect(page.faults).toEqual([]);
});
