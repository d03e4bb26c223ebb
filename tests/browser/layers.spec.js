// A host that sends the picture in layers: each watcher chooses its own quality, by keyboard, and nobody else's changes.
import { expect, test } from './fixtures.js';
import { as, startDemo } from './demo.js';
import { firstFrame, framesSent, longestStill, rememberPeers } from './media.js';

const heightOf = (page) => page.locator('#video').evaluate((video) => /** @type {HTMLVideoElement} */ (video).videoHeight);
const menuOf = (page) => page.getByRole('combobox', { name: 'Quality' });

test('a watcher changes the quality by keyboard, and another watcher keeps theirs', async ({ browser }) => {
  test.setTimeout(180_000);
  const demo = await startDemo();
  const [host, watcher, other] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer'), await as(browser, demo, 'viewer')];
  try {
    await host.goto(demo.scheduled.studio);
    await host.getByLabel('Test card').check();
    await host.locator('[data-do=start]').click();
    await host.getByRole('button', { name: 'Go live' }).click({ timeout: 15_000 });
    for (const page of [watcher, other]) {
      await page.goto(demo.scheduled.watch);
      await firstFrame(page);
      // The browser begins with the smallest layer, and measures before it adds the others.
      await expect(menuOf(page).getByRole('option')).toHaveCount(4, { timeout: 60_000 });
      await expect(menuOf(page)).toHaveValue('auto');
    }
    const options = await menuOf(watcher).getByRole('option').allTextContents();
    const heights = options.slice(1).map((words) => Number(/ (\d+)p$/.exec(words)?.[1]));
    expect(options[0]).toBe('Auto');
    expect(options[3]).toMatch(/^Low · /);
    expect(heights[0]).toBeGreaterThan(heights[1]);
    expect(heights[1]).toBeGreaterThan(heights[2]);

    await menuOf(other).selectOption('high');
    await expect.poll(() => heightOf(other), { timeout: 15_000 }).toBe(heights[0]);
    await menuOf(watcher).focus();
    await watcher.keyboard.press('End');
    await expect(menuOf(watcher)).toHaveValue('low');
    await expect.poll(() => heightOf(watcher), { timeout: 15_000 }).toBe(heights[2]);
    expect(await heightOf(other)).toBe(heights[0]);
    await watcher.keyboard.press('ArrowUp');
    await expect.poll(() => heightOf(watcher), { timeout: 15_000 }).toBe(heights[1]);
    await watcher.getByRole('button', { name: 'Statistics' }).press('Enter');
    await expect(watcher.locator('#player-stats')).toContainText(`Medium · ${heights[1]}p`);
    expect(await heightOf(other)).toBe(heights[0]);

    await watcher.reload();
    await firstFrame(watcher);
    await expect(menuOf(watcher), 'it is remembered').toHaveValue('medium', { timeout: 15_000 });
    await expect.poll(() => heightOf(watcher), { timeout: 15_000 }).toBe(heights[1]);
  } finally {
    for (const page of [host, watcher, other]) await page.context().close();
    await demo.stop();
  }
});

test('the studio sends the full size only while somebody gets it', async ({ browser }) => {
  test.setTimeout(180_000);
  const demo = await startDemo();
  const [host, watcher] = [await as(browser, demo, 'host'), await as(browser, demo, 'viewer')];
  try {
    await rememberPeers(host);
    await host.goto(demo.scheduled.studio);
    await host.getByLabel('Test card').check();
    await host.locator('[data-do=start]').click();
    await host.getByRole('button', { name: 'Go live' }).click({ timeout: 15_000 });
    await watcher.goto(demo.scheduled.watch);
    await firstFrame(watcher);
    await expect(menuOf(watcher).getByRole('option')).toHaveCount(4, { timeout: 60_000 });
    await menuOf(watcher).selectOption('high');
    await expect.poll(() => heightOf(watcher), { timeout: 15_000 }).toBe(720);
    const paused = host.getByText('full size paused');
    await expect(paused).toBeHidden();

    await menuOf(watcher).selectOption('low');
    await expect.poll(() => heightOf(watcher), { timeout: 15_000 }).toBeLessThan(360);
    await expect(paused, 'after ten seconds').toBeVisible({ timeout: 30_000 });
    const inASecond = async (rid) => {
      const before = await framesSent(host, rid);
      await host.waitForTimeout(1_000);
      return (await framesSent(host, rid)) - before;
    };
    await expect.poll(() => inASecond('f'), { timeout: 15_000 }).toBe(0);
    expect(await inASecond('q'), 'the smaller ones go on').toBeGreaterThan(0);
    await expect(menuOf(watcher).getByRole('option'), 'it can still be chosen').toHaveCount(4);

    const still = await longestStill(watcher);
    await menuOf(watcher).selectOption('high');
    await expect.poll(() => heightOf(watcher), { timeout: 15_000 }).toBe(720);
    expect(await still(), 'ms without a new frame').toBeLessThan(1_500);
    expect(await inASecond('f')).toBeGreaterThan(0);
    await expect(paused).toBeHidden();
  } finally {
    for (const page of [host, watcher]) await page.context().close();
    await demo.stop();
  }
});

test('where there is one layer there is nothing to choose', async ({ viewer: page, demo }) => {
  const asked = page.waitForResponse((response) => response.url().endsWith('/layer'));
  await page.goto(demo.watch);
  await firstFrame(page);
  expect((await (await asked).json()).heights).toHaveLength(1);
  await expect(menuOf(page)).toBeHidden();
});
