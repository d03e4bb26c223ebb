// Selling between two people: money that goes back, a show that is called off, prices that buyers choose, saved cards and
// gifts. And an operator who finds out that the provider's news are refused.
import { createHmac } from 'node:crypto';
import { signUp } from './fixtures.js';
import { SPACE, SUPPER, addPass, axeInBoth, buy, expect, isInside, mailAbout, openUntil, payThere, test } from './shop.js';

/** What is sent to us in the provider's name, signed with this secret. */
async function news(page, secret) {
  const data = JSON.stringify({ id: 'evt_elsewhere', object: 'event', type: 'charge.succeeded' });
  const at = Math.floor(Date.now() / 1000);
  const signature = createHmac('sha256', secret).update(`${at}.${data}`).digest('hex');
  const headers = { 'content-type': 'application/json', 'stripe-signature': `t=${at},v1=${signature}` };
  return page.request.post('/webhooks/stripe', { data, headers });
}

/** Marks a page: the mark is lost when it is loaded anew. */
const mark = (page) => page.evaluate(() => (window.sameDocument = true));
const isMarked = (page) => page.evaluate(() => window.sameDocument === true);

test('an operator sees within a minute that webhooks are signed with another secret', async ({ operator: page }) => {
  test.setTimeout(90_000);
  const board = await page.context().newPage();
  await board.goto('/ops');
  await expect(board.locator('body')).toHaveAttribute('data-feed', 'on');
  const refused = board.locator('#needs').getByText('A webhook was refused').first();
  await expect(refused).toHaveCount(0);
  await page.goto('/ops/money');
  await expect(page.locator('main')).toContainText('Payment provider');
  const why = page.getByText('the signature does not match: another webhook secret');
  await expect(why).toHaveCount(0);

  expect((await news(page, 'whsec_of_another_endpoint')).status()).toBe(400);
  await expect(refused).toBeVisible({ timeout: 60_000 });
  await openUntil(page, '/ops/money', why);
  expect(await axeInBoth(page)).toEqual([]);
  expect(page.faults).toEqual([]);
});

test('a refund that a buyer asked for ends the pass on the pages that are open', async ({ visitor: buyer, creator, shop }) => {
  test.setTimeout(90_000);
  await signUp(buyer, 'tilda@guests.example', 'Tilda');
  const { order } = await buy(buyer, `${SPACE}/spoon`, '€5');
  await buyer.getByRole('link', { name: 'Ask for a refund' }).click();
  const wish = buyer.url();
  expect(await axeInBoth(buyer)).toEqual([]);
  await buyer.getByLabel('Why do you ask?').fill('The soup was cold.');
  await buyer.getByRole('button', { name: 'Ask for a refund' }).click();
  await expect(buyer.getByText('The seller has not answered yet.')).toBeVisible();
  const show = await buyer.context().newPage();
  await isInside(show, true);
  await buyer.goto('/account/purchases');
  const over = buyer.getByRole('heading', { name: 'Passes that have ended' });
  await expect(over).toHaveCount(0);
  for (const page of [show, buyer]) await mark(page);

  await creator.goto(`${shop.space}/orders`);
  await creator.getByRole('link', { name: '1 buyer asks for a refund' }).click();
  await creator.getByRole('link', { name: /Spoon/ }).first().click();
  await expect(creator.getByText('The soup was cold.')).toBeVisible();
  expect(await axeInBoth(creator)).toEqual([]);
  await creator.getByText('Refund…').click();
  await creator.getByRole('button', { name: 'Refund the amount' }).click();
  await expect(creator.getByText('The refund is on its way.')).toBeVisible();

  await expect(show.getByText('Your pass has ended')).toBeVisible();
  await expect(over).toBeVisible();
  for (const page of [show, buyer]) expect(await isMarked(page)).toBe(true);
  await isInside(show, false);
  await buyer.goto(order);
  await expect(buyer.getByRole('heading', { name: 'Refunded' })).toBeVisible();
  await expect(buyer.getByText('€5 went back to where it came from.')).toBeVisible();
  await buyer.goto(wish);
  await expect(buyer.locator('main .badge')).toHaveText('refunded');
  for (const page of [buyer, creator]) expect(page.faults).toEqual([]);
});

test('a show is called off: its buyer reads it on the open page and has the money back', async ({ visitor: buyer, creator, shop }) => {
  test.setTimeout(90_000);
  const { stream, title } = shop.supper;
  await addPass(creator, shop, 'Ladle', 'Paid once', { Amount: '6' }, { opens: SUPPER });
  await signUp(buyer, 'wanda@guests.example', 'Wanda');
  const { order } = await buy(buyer, `${SPACE}/ladle`, '€6');
  await buyer.goto(`${SPACE}/late-supper`);
  await expect(buyer.locator(`[data-feed^="/streams/${stream}"]`)).toBeAttached();
  await mark(buyer);

  await creator.goto(`/account/streams/${stream}/schedule`);
  await creator.getByRole('link', { name: 'Cancel and refund buyers' }).click();
  await expect(creator.getByText('1 order, €6')).toBeVisible();
  expect(await axeInBoth(creator)).toEqual([]);
  await creator.getByLabel('Ladle').check();
  const name = creator.getByLabel(/^Write the show.s title to confirm/);
  await name.fill('First soup');
  await creator.getByRole('button', { name: 'Cancel and refund' }).click();
  await expect(creator.getByText(`This is not the title of the show: ${title}`).first()).toBeVisible();
  await expect(creator.getByLabel('Ladle')).toBeChecked();
  await name.fill(title);
  await creator.getByRole('button', { name: 'Cancel and refund' }).click();
  await expect(creator.getByText('1 of 1 order refunded')).toBeVisible({ timeout: 20_000 });
  await expect(creator.getByText('€6 of €6 went back.')).toBeVisible();
  await expect(creator.getByText('All of it has gone back.')).toBeVisible();
  expect(await axeInBoth(creator)).toEqual([]);

  await expect(buyer.locator('main')).toContainText('This stream was cancelled');
  expect(await isMarked(buyer)).toBe(true);
  await buyer.goto(order);
  await expect(buyer.getByRole('heading', { name: 'Refunded' })).toBeVisible();
  const mail = await mailAbout(buyer, 'wanda@guests.example', `Cancelled: ${title}`);
  expect(mail.text).toContain('€6');
  for (const page of [buyer, creator]) expect(page.faults).toEqual([]);
});

test('a buyer chooses a price, pays with the saved card in one step, and gives a pass away', async ({ person, creator, shop }) => {
  test.setTimeout(120_000);
  const [giver, receiver] = [await person(), await person()];
  await addPass(creator, shop, 'Tip jar', 'Pay what you want', { 'At least': '3', Suggested: '8' });
  await signUp(giver, 'ulla@guests.example', 'Ulla');
  await signUp(receiver, 'xenia@guests.example', 'Xenia');

  await giver.goto(`${SPACE}/tip-jar`);
  const amount = giver.getByLabel('Amount in EUR');
  await expect(amount).toHaveValue('8');
  await amount.fill('2');
  await giver.getByRole('button', { name: 'Go on with this amount' }).click();
  await expect(giver.getByText('It costs at least €3.').first()).toBeVisible();
  await expect(amount).toHaveValue('2');
  expect(await axeInBoth(giver)).toEqual([]);
  await amount.fill('7.50');
  await giver.getByRole('button', { name: 'Go on with this amount' }).click();
  await giver.getByLabel('Save the card for next time').check();
  await giver.getByRole('button', { name: 'Pay €7.50', exact: true }).click();
  const there = await payThere(giver, 'Pay €7.50');
  await expect(giver.getByText('You are in')).toBeVisible({ timeout: 15_000 });

  const elsewhere = [];
  const remember = (request) => void (request.url().startsWith(new URL(there).origin) && elsewhere.push(request.url()));
  giver.on('request', remember);
  await addPass(creator, shop, 'Second bowl', 'Paid once', { Amount: '4' }, { opens: SUPPER });
  const oneStep = giver.getByRole('button', { name: 'Pay €4 with Visa •4242' });
  await openUntil(giver, `${SPACE}/second-bowl`, oneStep);
  await oneStep.click();
  await expect(giver.getByText('You are in')).toBeVisible();
  expect(elsewhere).toEqual([]);
  giver.off('request', remember);

  await isInside(receiver, false);
  await giver.goto(`${SPACE}/spoon`);
  await giver.getByRole('link', { name: 'Buy it for somebody else' }).click();
  expect(await axeInBoth(giver)).toEqual([]);
  await giver.getByLabel('E-mail address of whoever gets it').fill('xenia@guests.example');
  await giver.getByRole('button', { name: 'Buy for €5' }).click();
  await giver.getByRole('button', { name: 'Pay €5', exact: true }).click();
  await payThere(giver, 'Pay €5');
  await expect(giver.getByText('xenia@guests.example gets a mail')).toBeVisible({ timeout: 15_000 });

  const mail = await mailAbout(receiver, 'xenia@guests.example', 'A gift for you');
  const [gift] = mail.text.match(/\/account\/comps\/\S+/);
  await giver.goto(gift);
  await expect(giver.getByText('This pass was given to another address.')).toBeVisible();
  await receiver.goto(gift);
  await expect(receiver.getByText('has bought you this pass')).toBeVisible();
  expect(await axeInBoth(receiver)).toEqual([]);
  await receiver.getByRole('button', { name: 'Take the pass' }).click();
  await expect(receiver).not.toHaveURL(/\/account\/comps\//);
  await isInside(receiver, true);
  for (const page of [giver, receiver, creator]) expect(page.faults).toEqual([]);
});
