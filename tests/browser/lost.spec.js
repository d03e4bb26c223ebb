// The server is unreachable: stage and studio say so and nothing claims to be live; the messages go when the server is
// back.
import { expect, test } from './fixtures.js';
import { startDemo } from './demo.js';
import { firstFrame } from './media.js';

test('stage and studio say that the connection is lost while the server is down', async ({ browser }) => {
  test.setTimeout(120_000);
  let demo = await startDemo();
  const contexts = [];
  const enter = async (name) => {
    const context = await browser.newContext({ baseURL: demo.url });
    contexts.push(context);
    const [key, value] = demo.cookies[name].split('=');
    await context.addCookies([{ name: key, value, url: demo.url }]);
    return context.newPage();
  };
  try {
    const [viewer, host] = [await enter('viewer'), await enter('host')];
    await viewer.goto(demo.watch);
    await firstFrame(viewer);
    await host.goto(demo.scheduled.studio);
    await host.getByLabel('Test card').check();
    await host.locator('[data-do=start]').click();
    await expect(host.locator('[data-status]')).toHaveText('Sending.');
    const live = viewer.locator('.badge.live').first();
    const colour = () => live.evaluate((badge) => getComputedStyle(badge).backgroundColor);
    const red = await colour();

    await demo.kill();
    for (const page of [viewer, host]) await expect(page.locator('#connection')).toContainText('We lost the connection to the server');
    expect(await colour()).not.toBe(red);
    await expect(host.locator('[data-status]')).not.toHaveText('Sending.');

    demo = await startDemo(demo);
    for (const page of [viewer, host]) await expect(page.locator('#connection')).toBeEmpty({ timeout: 20_000 });
    expect(await colour()).toBe(red);
    await expect(host.locator('[data-status]')).toHaveText('Sending.', { timeout: 20_000 });
  } finally {
    for (const context of contexts) await context.close();
    await demo.stop();
  }
});
