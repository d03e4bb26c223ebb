// The process is killed under open pages: they reconnect without a reload, and miss nothing.
import { expect, test } from './fixtures.js';
import { startDemo } from './demo.js';
import { firstFrame } from './media.js';

const RESUMED_MS = 20_000;

test('open pages survive kill -9 of the server', async ({ browser }) => {
  test.setTimeout(120_000);
  let demo = await startDemo();
  const context = await browser.newContext({ baseURL: demo.url });
  const [key, value] = demo.cookies.viewer.split('=');
  await context.addCookies([{ name: key, value, url: demo.url }]);
  const page = await context.newPage();
  const say = (body) => context.request.post(demo.messages, { form: { body }, maxRedirects: 0 });
  try {
    await page.goto(demo.watch);
    await firstFrame(page);
    await page.evaluate(() => (window.sameDocument = true));
    expect((await say('before the fall')).status()).toBe(303);
    await expect(page.locator('#lines')).toContainText('before the fall');

    await demo.kill();
    demo = await startDemo(demo);
    expect((await say('while the page was away')).status()).toBe(303);
    await expect(page.locator('#lines')).toContainText('while the page was away', { timeout: RESUMED_MS });
    expect((await say('after')).status()).toBe(303);
    const lines = page.locator('#lines li');
    await expect(lines).toHaveText([/before the fall/, /while the page was away/, /after/]);
    expect(await page.evaluate(() => window.sameDocument)).toBe(true);

    const frames = () => page.evaluate(() => document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames);
    const then = await frames();
    await expect.poll(frames, { timeout: RESUMED_MS }).not.toBe(then);
  } finally {
    await context.close();
    await demo.stop();
  }
});
