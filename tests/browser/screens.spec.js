// What pages of spaces and shows do in a browser: sharing, dates in the reader's zone, and the ticket that stays in view.
import { axeFindings, expect, test } from './fixtures.js';

/** Replaces the browser's own way to share by one that remembers, or takes it away. */
const sharing = (page, there) =>
  page.addInitScript((kept) => {
    const calls = [];
    const share = kept ? async (what) => void calls.push(what) : undefined;
    Object.defineProperty(Navigator.prototype, 'share', { configurable: true, value: share });
    Object.assign(window, { shared: calls });
  }, there);

const summary = (page) => page.locator('[data-share] > summary');

/** The address that the page of a space names for sharing. */
async function addressOf(page) {
  const address = await page.locator('[data-share]').getAttribute('data-share');
  expect(address).toMatch(/^https?:\/\/[^/]+\/maya$/);
  return address;
}

test('a page is shared in the way of the browser, or by copying its address', async ({ person }) => {
  const [phone, desk] = [await person(), await person(undefined, { permissions: ['clipboard-read', 'clipboard-write'] })];
  await sharing(phone, true);
  await phone.goto('/maya');
  await summary(phone).click();
  await expect.poll(() => phone.evaluate(() => Reflect.get(window, 'shared'))).toEqual([{ title: 'Maya Lin', url: await addressOf(phone) }]);
  await expect(phone.getByLabel('Address of this page')).toBeHidden();

  await sharing(desk, false);
  await desk.goto('/maya');
  await summary(desk).focus();
  await desk.keyboard.press('Enter');
  const address = await addressOf(desk);
  await expect(desk.getByLabel('Address of this page')).toHaveValue(address);
  expect(await axeFindings(desk)).toEqual([]);
  await desk.getByRole('button', { name: 'Copy' }).click();
  await expect(desk.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await desk.evaluate(() => navigator.clipboard.readText())).toBe(address);
  await desk.keyboard.press('Escape');
  await expect(desk.getByLabel('Address of this page')).toBeHidden();
  await expect(summary(desk)).toBeFocused();
  expect([...phone.faults, ...desk.faults]).toEqual([]);
});

test('without scripts the address can be read, and nothing offers to copy it', async ({ person }) => {
  const page = await person(undefined, { javaScriptEnabled: false });
  await page.goto('/maya');
  await summary(page).click();
  await expect(page.getByLabel('Address of this page')).toHaveValue(await addressOf(page));
  await expect(page.getByRole('button', { name: 'Copy' })).toBeHidden();
});

test('the leaf of a date is that of the reader, not of the server', async ({ person }) => {
  const days = [];
  for (const timezoneId of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    const page = await person(undefined, { timezoneId });
    await page.goto('/maya');
    const leaf = page.locator('[data-leaf]').first();
    const at = await leaf.getAttribute('datetime');
    const day = (zone) => new Intl.DateTimeFormat('en-GB', { day: 'numeric', timeZone: zone }).format(new Date(at));
    await expect(leaf.locator('[data-part=day]')).toHaveText(day(timezoneId));
    days.push(await leaf.locator('[data-part=day]').innerText());
    expect(page.faults).toEqual([]);
  }
  // These zones are a day and an hour apart.
  expect(days[0]).not.toBe(days[1]);
});

test('on a phone the ticket stays in view, and on a wide screen it stands beside the programme', async ({ visitor: page }) => {
  const [bar, ticket] = [page.locator('.buybar'), page.locator('#passes article.chosen')];
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ['/maya?pass=front-row', '/maya/friday-session']) {
    await page.goto(path);
    for (const y of [0, 400, 100_000]) {
      await page.evaluate((top) => scrollTo(0, top), y);
      await expect(bar).toBeInViewport({ ratio: 1 });
    }
    // The end of the page is not covered.
    const [foot, over] = await Promise.all([page.locator('.footer').boundingBox(), bar.boundingBox()]);
    expect(foot.y + foot.height).toBeLessThanOrEqual(over.y + 1);
  }
  await page.goto('/maya?pass=front-row');
  await bar.getByRole('button', { name: 'Buy for €12' }).click();
  await expect(page.getByLabel('E-mail address')).toBeVisible();

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.goto('/maya');
  await expect(bar).toBeHidden();
  const [side, programme] = await Promise.all([ticket.boundingBox(), page.locator('#space-programme').boundingBox()]);
  expect(side.x).toBeGreaterThan(programme.x + programme.width);
});
