// A browser that prefers German: words, dates and scripts of the pages, their layout, and the choice of a language.
import { axeFindings, expect, test } from './fixtures.js';

const GERMAN = { locale: 'de-DE', viewport: { width: 360, height: 800 } };
const PAGES = {
  visitor: () => ['/', '/explore', '/explore?q=nothing-like-this', '/live', '/maya', '/maya/front-row', '/sign-in', '/status', '/no-such-page'],
  viewer: ({ scheduled }) => ['/account', '/account/purchases', '/maya/friday-session', scheduled.watch],
  host: ({ scheduled }) => ['/account', scheduled.studio],
};

for (const [who, paths] of Object.entries(PAGES)) {
  test(`pages of the ${who} in German fit a phone and are accessible`, async ({ person, demo }) => {
    test.setTimeout(120_000);
    const page = await person(who === 'visitor' ? undefined : who, GERMAN);
    const found = [];
    for (const path of paths(demo)) {
      await page.goto(path);
      await expect(page.locator('html')).toHaveAttribute('lang', 'de');
      await expect(page.getByText('Zum Inhalt springen')).toBeAttached();
      const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      if (beyond > 0) found.push(`${path}: ${beyond} px too wide`);
      for (const finding of await axeFindings(page)) found.push(`${path}: ${finding}`);
    }
    expect(found).toEqual([]);
    expect(page.faults).toEqual([]);
  });
}

test('the language is chosen with the keyboard, for this browser and its search', async ({ person }) => {
  const page = await person(undefined, GERMAN);
  await page.goto('/explore?q=songs');
  const form = page.getByRole('form', { name: 'Sprache' });
  await expect(form.getByRole('button', { name: 'Deutsch' })).toHaveAttribute('aria-current', 'true');
  await form.getByRole('button', { name: 'Deutsch' }).focus();
  await page.keyboard.press('Shift+Tab');
  await expect(form.getByRole('button', { name: 'English' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page).toHaveURL(/\/explore\?q=songs$/);
  await page.goto('/maya');
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await page.getByRole('form', { name: 'Language' }).getByRole('button', { name: 'Deutsch' }).click();
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await expect(page).toHaveURL(/\/maya$/);
  expect(page.faults).toEqual([]);
});

test('what scripts say, and the dates that they write, are in the language of the page', async ({ person, demo }) => {
  const page = await person('viewer', GERMAN);
  await page.goto(demo.watch);
  const words = `Grüße ${Date.now()}`;
  await page.locator('[data-composer] [name=body]').fill(words);
  await page.keyboard.press('Enter');
  const line = page.locator('#lines .line', { hasText: words });
  await expect(line.getByRole('button', { name: 'Diese Nachricht löschen' })).toBeAttached();
  await expect(line.locator('time')).toHaveAttribute('title', /\d{1,2}\. \p{L}+ \d{4}/u);

  // A browser whose own language is none of ours gets words and dates in English.
  const other = await person('viewer', { locale: 'fr-FR' });
  await other.goto('/account/purchases');
  await expect(other.locator('html')).toHaveAttribute('lang', 'en');
  const dates = await other.locator('time[data-local=moment]').allInnerTexts();
  for (const date of dates) expect(date).toMatch(/^(Mon|Tue|Wed|Thu|Fri|Sat|Sun),? /);
  expect([...page.faults, ...other.faults]).toEqual([]);
});
