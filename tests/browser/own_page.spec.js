// Paying on our own page: the form is a frame of the provider, the bank asks in another one above the page, and without either there is the
// provider's page.
import { axeFindings, expect, signUp, test } from './fixtures.js';

const [DECLINED, ASKS] = ['4000000000000002', '4000002760003184'];

/** Orders the pass. Resolves with the address of the order. */
async function order(page, address) {
  await signUp(page, address);
  await page.goto('/maya/front-row');
  await page.getByRole('button', { name: 'Buy for €12' }).first().click();
  await expect(page.getByRole('button', { name: 'Pay €12', exact: true })).toBeVisible();
  return page.url();
}

/** The button of the form, and the field of the card in its frame. */
function formOn(page) {
  const card = page.frameLocator('iframe[title="Payment form"]').locator('select[name="card"]');
  return { card, pay: page.locator('#payment-form').getByRole('button', { name: 'Pay €12' }) };
}

test('a buyer pays on our own page, where the bank asks', async ({ visitor: buyer }) => {
  test.setTimeout(90_000);
  const here = await order(buyer, 'ottilie@guests.example');
  await buyer.getByRole('button', { name: 'Enter the card on this page' }).click();
  await expect(buyer.getByRole('heading', { name: 'Pay on this page' })).toBeVisible();
  const { card, pay } = formOn(buyer);
  const wrong = buyer.locator('#payment-form p.error');
  await card.selectOption(DECLINED);
  await pay.click();
  await expect(wrong).toHaveText('Your card was declined.');
  expect(await axeFindings(buyer)).toEqual([]);

  await card.selectOption(ASKS);
  await pay.click();
  const bank = buyer.frameLocator('iframe[title="Your bank asks"]');
  await bank.getByRole('button', { name: 'No', exact: true }).click();
  await expect(wrong).toContainText('requires authentication');
  await expect(buyer.locator('dialog')).toHaveCount(0);

  await pay.click();
  await bank.getByRole('button', { name: 'Yes, it is me' }).click();
  await expect(buyer.getByText('You are in')).toBeVisible({ timeout: 15_000 });
  expect(buyer.url()).toBe(here);
  await expect(buyer.locator('#payment-form')).toHaveCount(0);
  await expect(buyer.locator('iframe')).toHaveCount(0);
  await buyer.getByRole('link', { name: 'Invoice' }).click();
  await expect(buyer.getByText('€12').first()).toBeVisible();
  expect(buyer.faults).toEqual([]);
});

test('a second window follows the form, and a third way out leads to the payment page', async ({ visitor: buyer }) => {
  test.setTimeout(90_000);
  const here = await order(buyer, 'ottmar@guests.example');
  const other = await buyer.context().newPage();
  await other.goto(here);
  await buyer.getByRole('button', { name: 'Enter the card on this page' }).click();
  await expect(formOn(buyer).pay).toBeEnabled();
  await expect(formOn(other).pay).toBeEnabled();
  // The provider's script does not come: its page is one click away.
  await other.route('**/stand-in/stripe.js', (route) => route.abort());
  await other.reload();
  await expect(other.getByText('The form could not be loaded.')).toBeVisible();
  await other.getByRole('button', { name: 'Pay on the payment page instead' }).click();
  await expect(other.getByText(/no money moves/i).first()).toBeVisible();
  await expect(buyer.locator('#payment-form')).toHaveCount(0);
  await other.getByRole('button', { name: 'Pay €12', exact: true }).click();
  await expect(other.getByText('You are in')).toBeVisible({ timeout: 15_000 });
  await expect(buyer.getByText('You are in')).toBeVisible({ timeout: 15_000 });
  expect(buyer.faults).toEqual([]);
});

test('without scripts the payment page is the only way', async ({ person }) => {
  const buyer = await person(undefined, { javaScriptEnabled: false });
  await order(buyer, 'otfried@guests.example');
  await expect(buyer.getByRole('button', { name: 'Enter the card on this page' })).toHaveCount(0);
  await buyer.getByRole('button', { name: 'Pay €12', exact: true }).click();
  await expect(buyer.getByText(/no money moves/i).first()).toBeVisible();
});
