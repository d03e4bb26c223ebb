// Every page: no serious axe findings and no horizontal scrolling, at 360 and 1280 pixels, light and dark, full and
// empty.
import { axeFindings, expect, signUp, test } from './fixtures.js';

const WIDTHS = [360, 1280];
const PAGES = {
  visitor: () => ['/', '/explore', '/explore?q=nothing-like-this', '/explore?q=songs&category=music&live=1&max=20&sort=name', '/maya', '/@maya', '/maya/front-row', '/maya/friday-session', '/sign-in', '/status', '/no-such-page'],
  host: ({ scheduled }) => [
    ...['', '/purchases', '/sessions', '/email', '/recovery', '/export', '/deletion'].map((page) => `/account${page}`),
    scheduled.studio,
    '/maya/friday-session',
  ],
  viewer: ({ scheduled }) => ['/maya/friday-session', scheduled.watch, '/account/purchases'],
  operator: () => ['/ops', '/ops?status=parked&sort=rate', '/ops?branch=jobs&q=pulse', '/ops/actors/job_worker.pulse', '/ops/audit', '/ops/money', '/dev/mailbox'],
};

async function look(page, path, colorScheme) {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  const found = [];
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto(path);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    if (beyond > 0) found.push(`${path} at ${width}: ${beyond} px too wide`);
    for (const finding of await axeFindings(page)) found.push(`${path} at ${width}, ${colorScheme}: ${finding}`);
  }
  return found;
}

/** The team pages of a space, found through links as a creator finds them. */
async function manage(page) {
  await page.goto('/account');
  const space = await page.locator('a[href^="/account/spaces/"]').first().getAttribute('href');
  const base = space.split('#')[0].match(/\/account\/spaces\/[0-9a-f-]+/)[0];
  const team = await page.locator('a[href^="/account/teams/"]').first().getAttribute('href');
  return [team, base, `${base}/look`, `${base}/sales`, `${base}/closing`, `${base}/experiences`, `${base}/experiences/new`, `${base}/access_passes`, `${base}/access_passes/new`, `${base}/money`, `${base}/orders`];
}

for (const colorScheme of ['light', 'dark']) {
  for (const [who, paths] of Object.entries(PAGES)) {
    test(`pages of the ${who}, ${colorScheme}`, async ({ person, demo }) => {
      test.setTimeout(180_000);
      const page = await person(who === 'visitor' ? undefined : who);
      const all = paths(demo);
      if (who === 'host') all.push(...(await manage(page)));
      const found = [];
      for (const path of all) found.push(...(await look(page, path, colorScheme)));
      expect(found).toEqual([]);
      expect(page.faults).toEqual([]);
    });
  }

  test(`pages of a new account, still empty, ${colorScheme}`, async ({ visitor: page }) => {
    test.setTimeout(120_000);
    await signUp(page, `empty-${colorScheme}@example.com`);
    const found = [];
    for (const path of ['/account', '/account/purchases', ...(await manage(page))]) found.push(...(await look(page, path, colorScheme)));
    expect(found).toEqual([]);
  });
}
