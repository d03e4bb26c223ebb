// Selling over months, with the clock moved: what a creator is paid, with the pages of the desk, and a subscription from
// its application to its end.
import { signUp } from './fixtures.js';
import { CREATOR, SPACE, addPass, axeInBoth, buy, expect, isInside, letPass } from './shop.js';
import { mailAbout, openUntil, payThere, signIn, test } from './shop.js';

const BUYER = 'yves@guests.example';
const SUBSCRIBER = 'zita@guests.example';

/** A pass by the month or by the year, for whoever is approved, with a week before the first charge. */
async function sellByTheMonth(page, shop) {
  await addPass(page, shop, 'Soup club', 'Monthly or yearly', { 'Each month': '6', 'Each year': '60' }, {
    more: async () => {
      await page.getByText('Trial, setup fee and number of payments').click();
      await page.getByLabel('Free days at the beginning').fill('7');
      await page.getByText('Who gets it, number').click();
      await page.getByLabel('Who gets it', { exact: true }).selectOption('apply');
    },
  });
}

/** What one buyer has paid, as the creator's list of orders says. */
async function paidBy(creator, shop, address) {
  await creator.goto(`${shop.space}/orders?q=${encodeURIComponent(address)}`);
  return (await creator.locator('tbody td.n').allInnerTexts()).map((text) => text.trim());
}

/** Goes on by the year, and resolves with what the page before said that this costs now. */
async function changeToTheYear(page) {
  await page.getByRole('button', { name: 'Pay €60 a year instead' }).click();
  await expect(page.getByText('Charged now')).toBeVisible();
  expect(await axeInBoth(page)).toEqual([]);
  const due = (await page.locator('.total .sum dd').innerText()).trim();
  // What is left of the month is taken off.
  expect(due).toMatch(/^€5\d\.\d\d$/);
  await page.getByRole('button', { name: 'Change it for' }).click();
  await expect(page.getByText('It is changed.')).toBeVisible();
  return due;
}

test('a creator is paid what the statement says, and answers a bank', async ({ visitor: buyer, creator, shop }) => {
  test.setTimeout(120_000);
  await addPass(creator, shop, 'Kettle', 'Paid once', { Amount: '20' });
  await signUp(buyer, BUYER, 'Yves');
  const { there } = await buy(buyer, `${SPACE}/kettle`, '€20');

  await creator.goto(`${shop.space}/money`);
  await expect(creator.getByText('Not set up')).toBeVisible();
  await creator.getByRole('button', { name: 'Set up payouts' }).click();
  await creator.getByRole('button', { name: 'Enter everything that is needed' }).click();
  await expect(creator.getByText('Your team is paid each Monday')).toBeVisible();
  await letPass(creator, 15, there);
  await openUntil(creator, `${shop.space}/money`, creator.getByRole('table', { name: 'Past payouts' }));
  expect(await axeInBoth(creator)).toEqual([]);
  const payout = creator.getByRole('table', { name: 'Past payouts' }).locator('tbody tr').first();
  const amount = (await payout.locator('td.n').innerText()).trim();
  await payout.getByRole('link').click();
  await expect(creator.getByRole('heading', { name: 'Statement of a payout' })).toBeVisible();
  await expect(creator.locator('.total .sum dd')).toHaveText(amount);
  await expect(creator.getByRole('row', { name: /^Payment\s*#\d+ Kettle/ })).toContainText('€18');
  expect(await axeInBoth(creator)).toEqual([]);

  const session = there.match(/cs_\w+/)[0];
  const asked = await creator.request.post(new URL('/stand-in/acts', there).href, { form: { session, act: 'dispute' } });
  expect(asked.status()).toBe(200);
  await creator.goto(`${shop.space}/orders?q=${encodeURIComponent(BUYER)}`);
  const order = await creator.getByRole('link', { name: /Kettle/ }).getAttribute('href');
  await openUntil(creator, order, creator.getByRole('link', { name: 'Answer the bank about this payment' }));
  await creator.getByRole('link', { name: 'Answer the bank about this payment' }).click();
  await expect(creator.locator('pre')).toContainText(`Yves, ${BUYER}`);
  await creator.getByLabel('Your words').fill('They came for soup.');
  expect(await axeInBoth(creator)).toEqual([]);
  const evidence = creator.url();
  await creator.getByRole('button', { name: 'Send to the bank' }).click();
  await openUntil(creator, evidence, creator.getByText('The bank decides.'));
  await expect(creator.locator('pre')).toContainText('They came for soup.');
  for (const page of [buyer, creator]) expect(page.faults).toEqual([]);
});

test('people, figures and messages of a space are accessible and name who holds a pass', async ({ visitor: fan, creator, shop }) => {
  test.setTimeout(120_000);
  await addPass(creator, shop, 'Cup', 'Free', {});
  await signUp(fan, 'viggo@guests.example', 'Viggo');
  await fan.goto(`${SPACE}/cup`);
  await fan.getByRole('button', { name: 'Take the pass' }).first().click();
  await expect(fan).not.toHaveURL(/\/cup$/);

  await creator.goto(`${shop.space}/people`);
  const person = creator.getByRole('row', { name: /Viggo/ });
  await expect(person).toContainText('Cup');
  expect(await axeInBoth(creator)).toEqual([]);
  await person.getByRole('link', { name: 'Viggo' }).click();
  await expect(creator.getByRole('heading', { level: 1 })).toContainText('Viggo');
  expect(await axeInBoth(creator)).toEqual([]);

  await creator.goto(`${shop.space}/messages`);
  await creator.getByRole('checkbox', { name: /^Cup/ }).check();
  await creator.getByLabel('Subject').fill('Soup on Sunday');
  await creator.getByLabel('Message', { exact: true }).fill('Bring a spoon.');
  await creator.getByRole('button', { name: 'Show the mail first' }).click();
  await expect(creator.getByRole('heading', { name: 'This is the mail' })).toBeVisible();
  expect(await axeInBoth(creator)).toEqual([]);
  await creator.getByRole('button', { name: 'Send to 1 person' }).click();
  await expect(creator.getByText('The message is on its way.')).toBeVisible();
  expect((await mailAbout(fan, 'viggo@guests.example', 'Soup on Sunday')).text).toContain('Bring a spoon.');

  await creator.goto(`${shop.space}/figures`);
  await expect(creator.getByRole('heading', { name: 'Where visitors come from' })).toBeVisible();
  // When the day is over, it is counted: one person has joined.
  await letPass(creator, 1);
  const yesterday = creator.getByRole('table', { name: 'Day by day' }).locator('tbody tr').first();
  await openUntil(creator, `${shop.space}/figures`, yesterday.locator('td').nth(4).filter({ hasText: /^1$/ }));
  expect(await axeInBoth(creator)).toEqual([]);
  for (const page of [fan, creator]) expect(page.faults).toEqual([]);
});

test('a subscription from its application to its end, a year on', async ({ visitor: fan, creator, shop }) => {
  test.setTimeout(180_000);
  await sellByTheMonth(creator, shop);
  await signUp(fan, SUBSCRIBER, 'Zita');
  await fan.goto(`${SPACE}/soup-club`);
  await fan.getByRole('link', { name: 'Apply', exact: true }).click();
  await fan.getByRole('button', { name: 'Send the application' }).click();
  await expect(fan.getByText('The team has your application.')).toBeVisible();
  await creator.getByRole('link', { name: 'Soup club' }).click();
  await creator.getByRole('link', { name: 'Waitlist', exact: true }).click();
  await creator.getByRole('checkbox', { name: 'Zita' }).check();
  await creator.getByRole('button', { name: 'Approve the chosen' }).click();
  await expect(fan.getByText('A seat is kept for you.')).toBeVisible();

  const mail = await mailAbout(fan, SUBSCRIBER, 'A seat is kept for you');
  await fan.goto(mail.text.match(/\/account\/waitlist\/\S+/)[0]);
  await fan.getByRole('radio', { name: '€6 a month' }).check();
  await fan.getByRole('button', { name: 'Subscribe', exact: true }).click();
  await fan.getByRole('button', { name: 'Start for nothing now' }).click();
  const there = await payThere(fan, /^Subscribe, /);
  await expect(fan.getByText('You are in')).toBeVisible({ timeout: 15_000 });
  await isInside(fan, true);
  await openUntil(fan, '/account/subscriptions', fan.getByText('Free until'));
  expect(await paidBy(creator, shop, SUBSCRIBER)).toEqual([]);

  await letPass(fan, 8, there);
  await openUntil(fan, '/account/subscriptions', fan.getByText('Charged again on'));
  await expect.poll(() => paidBy(creator, shop, SUBSCRIBER)).toEqual(['€6']);
  await fan.getByRole('button', { name: 'Pause', exact: true }).click();
  await expect(fan.getByText(/^Paused: nothing is charged/)).toBeVisible();
  await fan.getByRole('button', { name: 'Resume', exact: true }).click();
  await expect(fan.getByText(/^Charged again on/)).toBeVisible();
  const due = await changeToTheYear(fan);
  await expect.poll(() => paidBy(creator, shop, SUBSCRIBER)).toEqual([due, '€6']);

  await openUntil(fan, '/account/subscriptions', fan.getByText('€60 a year', { exact: true }));
  await fan.getByRole('button', { name: 'End with the period' }).click();
  await expect(fan.getByText('It ends with the period.')).toBeVisible();
  await expect(fan.getByText(/^Ends on/)).toBeVisible();
  // A session lasts a month.
  await letPass(fan, 300, there);
  await signIn(fan, SUBSCRIBER);
  await isInside(fan, true);
  await letPass(fan, 80, there);
  await signIn(fan, SUBSCRIBER);
  await isInside(fan, false);
  await openUntil(fan, '/account/subscriptions', fan.getByText('Ended on'));
  await mailAbout(fan, SUBSCRIBER, 'Ended: Soup club');
  await signIn(creator, CREATOR);
  expect(await paidBy(creator, shop, SUBSCRIBER)).toEqual([due, '€6']);
  for (const page of [fan, creator]) expect(page.faults).toEqual([]);
});
