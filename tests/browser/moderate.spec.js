// Moderation in the browser: cards stay visible above the page, bans have any offered length, actions can be undone.
import { axeFindings, expect, test } from './fixtures.js';

const composer = (page) => page.getByRole('textbox', { name: /message/i });

async function say(page, words) {
  await composer(page).fill(words);
  await page.keyboard.press('Enter');
  await expect(page.locator('#lines .line', { hasText: words })).toBeVisible();
}

/** Opens the card of a line by mouse. */
async function open(page, words) {
  const line = page.locator('#lines .line', { hasText: words });
  await line.hover();
  await line.getByLabel(/^Moderate /).click();
  const card = page.getByRole('dialog', { name: 'Moderate' });
  await expect(card).toBeVisible();
  return card;
}

for (const viewport of [{ width: 360, height: 640 }, { width: 1280, height: 720 }]) {
  test(`the card of the newest line is fully visible, above everything, at ${viewport.width} pixels`, async ({ person, viewer, demo }) => {
    const words = `at the very end ${viewport.width} ${Date.now()}`;
    await viewer.goto(demo.scheduled.watch);
    await say(viewer, words);
    const host = await person('host', { viewport });
    await host.goto(demo.scheduled.watch);
    const card = await open(host, words);
    const box = await card.boundingBox();
    expect(box.y).toBeGreaterThanOrEqual(0);
    expect(box.y + box.height).toBeLessThanOrEqual(viewport.height);
    expect(box.x).toBeGreaterThanOrEqual(0);
    expect(box.x + box.width).toBeLessThanOrEqual(viewport.width);
    for (const name of ['Remove message', '10 min', 'For ever']) {
      const button = card.getByRole('button', { name }).first();
      const hit = await button.evaluate((element) => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
      });
      expect(hit, `${name} is on top`).toBe(true);
    }
    expect(await axeFindings(host)).toEqual([]);
    await host.keyboard.press('Escape');
    await expect(card).toBeHidden();
  });
}

test('a removal is undone from its toast, and the line is back where it was', async ({ viewer, host, demo }) => {
  const [first, second] = [`goes and returns ${Date.now()}`, `stays ${Date.now()}`];
  await viewer.goto(demo.scheduled.watch);
  await host.goto(demo.scheduled.watch);
  await say(viewer, first);
  await say(viewer, second);
  await expect(host.locator('#lines .line', { hasText: second })).toBeVisible();
  await (await open(host, first)).getByRole('button', { name: 'Remove message' }).click();
  await expect(viewer.locator('#lines')).not.toContainText(first);
  await expect(host.getByText('message removed').last()).toBeVisible();
  await host.getByRole('button', { name: 'Undo' }).click();
  const own = viewer.locator('#lines .line').filter({ hasText: new RegExp(`${first}|${second}`) });
  await expect(own).toHaveText([new RegExp(first), new RegExp(second)]);
  await expect(host.locator('#lines')).toContainText(first);
});

test('a muted person sees at once until when, keeps the draft, and can write again when it is lifted', async ({ viewer, host, demo }) => {
  const words = `too loud ${Date.now()}`;
  for (const page of [viewer, host]) await page.goto(demo.scheduled.watch);
  await say(viewer, words);
  await composer(viewer).fill('half a thought');
  await (await open(host, words)).getByRole('group', { name: 'Mute' }).getByRole('button', { name: '1 hour' }).click();
  await expect(viewer.getByText(/You can write again/)).toBeVisible({ timeout: 2_000 });
  await expect(composer(host)).toBeVisible();
  await host.getByRole('button', { name: 'Undo' }).click();
  await expect(composer(viewer)).toHaveValue('half a thought', { timeout: 2_000 });
});

test('an author can delete their own line', async ({ viewer, host, demo }) => {
  const words = `a slip of the tongue ${Date.now()}`;
  await viewer.goto(demo.scheduled.watch);
  await host.goto(demo.scheduled.watch);
  await say(viewer, words);
  const line = viewer.locator('#lines .line', { hasText: words });
  await line.hover();
  await line.getByRole('button', { name: 'Delete this message' }).click();
  await expect(line).toHaveCount(0);
  await expect(host.locator('#lines')).not.toContainText(words);
});

test('the log is one tab stop: arrow keys move between lines and to their tools', async ({ viewer, host, demo }) => {
  const words = ['one', 'two'].map((word) => `by key ${word} ${Date.now()}`);
  await viewer.goto(demo.scheduled.watch);
  for (const line of words) await say(viewer, line);
  await host.goto(demo.scheduled.watch);
  await host.locator('#log').focus();
  await host.keyboard.press('ArrowUp');
  await expect(host.locator('.line:focus')).toContainText(words[1]);
  await host.keyboard.press('ArrowUp');
  await expect(host.locator('.line:focus')).toContainText(words[0]);
  await host.keyboard.press('ArrowRight');
  await host.keyboard.press('Enter');
  const card = host.getByRole('dialog', { name: 'Moderate' });
  await expect(card).toContainText(words[0]);
  await host.keyboard.press('Escape');
  await host.keyboard.press('Tab');
  await expect(composer(host)).toBeFocused();
  await expect(host.locator('#lines .line time').first()).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT\d\d:\d\dZ$/);
});

test('one toast at a time is shown, over the stage and never over the newest lines', async ({ viewer, host, demo }) => {
  const words = ['one', 'two'].map((word) => `for a toast ${word} ${Date.now()}`);
  await viewer.goto(demo.watch);
  for (const line of words) await say(viewer, line);
  await host.goto(demo.watch);
  for (const line of words) {
    await (await open(host, line)).getByRole('button', { name: 'Remove message' }).click();
    await expect(host.locator('#lines .line', { hasText: line })).toHaveCount(0);
  }
  await expect(host.locator('.toast')).toHaveCount(1);
  const [toast, stage] = await Promise.all(['.toast', '#stage'].map((selector) => host.locator(selector).boundingBox()));
  expect(toast.x + toast.width).toBeLessThanOrEqual(stage.x + stage.width);
  expect(toast.y + toast.height).toBeLessThanOrEqual(stage.y + stage.height);
});

test('an undo goes under the pointer only when the server would refuse it, or when another moderator undid it', async ({ viewer, person, host, demo }) => {
  test.setTimeout(150_000);
  const words = `for an undo ${Date.now()}`;
  await viewer.goto(demo.watch);
  await say(viewer, words);
  await host.goto(demo.watch);
  await (await open(host, words)).getByRole('group', { name: 'Mute' }).getByRole('button', { name: '1 min' }).click();
  const toast = host.locator('.toast');
  await toast.hover();
  await host.waitForTimeout(33_000);
  await expect(toast, 'a mute can be lifted at any time').toBeVisible();
  await host.mouse.move(0, 0);
  await expect(toast).toHaveCount(0, { timeout: 5_000 });
  const other = await person('host');
  await other.goto(demo.watch);
  await (await open(host, words)).getByRole('button', { name: 'Lift mute' }).click();
  await (await open(host, words)).getByRole('group', { name: 'Mute' }).getByRole('button', { name: '1 min' }).click();
  await expect(toast).toContainText('was muted');
  await (await open(other, words)).getByRole('button', { name: 'Lift mute' }).click();
  await expect(toast).toHaveCount(0, { timeout: 2_000 });
  await (await open(host, words)).getByRole('button', { name: 'Remove message' }).click();
  await toast.hover();
  await host.waitForTimeout(12_000);
  await expect(toast).toBeVisible();
  await expect(toast, 'a removal can be undone no longer').toHaveCount(0, { timeout: 22_000 });
});

for (const viewport of [{ width: 360, height: 740 }, { width: 1280, height: 720 }]) {
  test(`a toast covers no control of the studio at ${viewport.width} pixels`, async ({ viewer, person, demo }) => {
    const words = `for the studio ${viewport.width} ${Date.now()}`;
    await viewer.goto(demo.scheduled.watch);
    await say(viewer, words);
    const host = await person('host', { viewport });
    await host.goto(demo.scheduled.studio);
    await (await open(host, words)).getByRole('button', { name: 'Remove message' }).click();
    const toast = host.locator('.toast');
    await expect(toast).toBeInViewport();
    await host.evaluate(() => scrollTo(0, 0));
    const box = await toast.boundingBox();
    const preview = await host.locator('#preview').boundingBox();
    expect(box.x).toBeGreaterThanOrEqual(preview.x);
    expect(box.y).toBeGreaterThanOrEqual(preview.y);
    expect(box.x + box.width).toBeLessThanOrEqual(preview.x + preview.width);
    expect(box.y + box.height).toBeLessThanOrEqual(preview.y + preview.height);
  });
}
