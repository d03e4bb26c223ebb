// The form of a pass asks for the amounts of the chosen kind of price, and keeps what was typed for another one.
import { axeInBoth, expect, test } from './shop.js';

const KINDS = {
  Free: [],
  'Paid once': ['Amount', 'Currency'],
  'Pay what you want': ['At least', 'Suggested', 'Currency'],
  'Monthly or yearly': ['Each month', 'Each year', 'Currency'],
};
const ALL = [...new Set(Object.values(KINDS).flat())];

test('a pass shows the amounts of its kind of price, and keeps what was typed', async ({ creator: page, shop }) => {
  await page.goto(`${shop.space}/access_passes/new`);
  const form = page.locator('main form').filter({ has: page.getByRole('radio', { name: 'Paid once' }) });
  for (const [kind, labels] of Object.entries(KINDS)) {
    await page.getByRole('radio', { name: kind }).check();
    for (const label of ALL) {
      const field = form.getByLabel(label).first();
      await (labels.includes(label) ? expect(field).toBeVisible() : expect(field).toBeHidden());
    }
  }
  expect(await axeInBoth(page)).toEqual([]);
  await page.getByRole('radio', { name: 'Paid once' }).check();
  await form.getByLabel('Amount').fill('6.50');
  await page.getByRole('radio', { name: 'Free' }).check();
  await page.getByRole('radio', { name: 'Paid once' }).check();
  await expect(form.getByLabel('Amount')).toHaveValue('6.50');
  // What is refused comes back with it: the title is missing.
  await page.getByRole('radio', { name: 'Monthly or yearly' }).check();
  await page.evaluate(() => document.querySelectorAll('form').forEach((one) => (one.noValidate = true)));
  await page.getByRole('button', { name: 'Add the pass' }).click();
  await expect(form.getByLabel('Each month')).toBeVisible();
  await page.getByRole('radio', { name: 'Paid once' }).check();
  await expect(form.getByLabel('Amount')).toHaveValue('6.50');
});
