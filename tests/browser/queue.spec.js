// A full stream: newcomers wait on a page that shows their place and lets them in by itself.
import { axeFindings, codeIn, expect, giveName, newestMail, test as base } from './fixtures.js';
import { startDemo } from './demo.js';

const WATCH = '/maya/rehearsal-room';
const CALLED_MS = 20_000;

const test = base.extend({
  // One seat for viewers, and one more that is reserved for buyers.
  demo: [
    async ({}, use) => {
      const demo = await startDemo(undefined, ['--admit-limit', '1']);
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker' },
  ],
});

/** Signs in and takes the free pass. */
async function becomeGuest(page, address) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(address);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await page.getByLabel('Six-digit code').fill(codeIn((await newestMail(page, address)).text));
  await giveName(page, address.split('@')[0]);
  await expect(page).toHaveURL(/\/account$/);
  await page.request.post('/maya/lobby/purchase');
}

const place = (page) => page.locator('#queue dd').first();
const stage = (page) => page.locator('#stage');

/** Enters the stream, with a feed. */
async function comeIn(page) {
  await page.goto(WATCH);
  await expect(page.locator('body')).toHaveAttribute('data-feed', 'on');
}

test('a waiting person sees their place, keeps it, and is admitted when somebody leaves', async ({ person, stranger, viewer, host }) => {
  await stranger.request.post('/maya/lobby/purchase');
  await comeIn(stranger);
  const [first, second] = [await person(), await person()];
  await becomeGuest(first, 'first@example.com');
  await becomeGuest(second, 'second@example.com');
  const asked = /** @type {[import('@playwright/test').Page, string][]} */ ([[first, '1'], [second, '2'], [first, '1']]);
  for (const [page, number] of asked) {
    const answer = await page.goto(WATCH);
    expect(answer.status()).toBe(503);
    expect(Number(answer.headers()['retry-after'])).toBeGreaterThan(0);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Every place is taken');
    await expect(place(page)).toHaveText(number);
    await expect(page.getByText('not known yet')).toBeVisible();
  }
  await comeIn(viewer);
  await comeIn(host);
  await stranger.evaluate(() => (window.sameDocument = true));

  // The page polls by itself, and stays the same document while nothing has changed.
  await second.evaluate(() => (window.sameDocument = true));
  await second.waitForResponse((answer) => answer.url().includes('/queue?shown=2') && answer.status() === 204);
  expect(await second.evaluate(() => window.sameDocument)).toBe(true);
  expect(await stranger.evaluate(() => window.sameDocument)).toBe(true);
  await expect(stranger.locator('body')).toHaveAttribute('data-feed', 'on');

  await host.close();
  await viewer.close();
  await stranger.close();
  await expect(stage(first)).toBeVisible({ timeout: CALLED_MS });
  await expect(first.locator('body')).toHaveAttribute('data-feed', 'on');
  await expect(place(second)).toHaveText('1');
  await expect(stage(second)).toHaveCount(0);
  await first.close();
  await expect(stage(second)).toBeVisible({ timeout: CALLED_MS });
  for (const page of [first, second]) expect(page.faults).toEqual([]);
});

test('without scripts the page reloads itself and also admits', async ({ host, visitor: waiting, demo, browser }) => {
  await comeIn(host);
  await becomeGuest(waiting, 'plain@example.com');
  const context = await browser.newContext({ baseURL: demo.url, javaScriptEnabled: false, storageState: await waiting.context().storageState() });
  const plain = await context.newPage();
  await plain.goto(WATCH);
  await expect(place(plain)).toHaveText('1');
  await host.close();
  await expect(stage(plain)).toBeVisible({ timeout: CALLED_MS });
  await context.close();
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`the queue page is accessible, ${colorScheme}`, async ({ host, visitor: page }) => {
    await comeIn(host);
    await becomeGuest(page, `looks-${colorScheme}@example.com`);
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await page.goto(WATCH);
      await expect(page.locator('#queue')).toBeVisible();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBe(0);
      expect(await axeFindings(page)).toEqual([]);
      if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/queue-${width}-${colorScheme}.png`, fullPage: true });
    }
  });
}
