// A creator finds an order and refunds a part of it; the buyer's pages say so.
import { axeFindings, expect, signUp, test } from './fixtures.js';

const BUYER = 'odile@guests.example';

test('a creator refunds a part of an order, and its buyer sees it', async ({ visitor: buyer, host }) => {
  test.setTimeout(90_000);
  await signUp(buyer, BUYER);
  await buyer.goto('/maya/front-row');
  await buyer.getByRole('button', { name: 'Buy for €12' }).first().click();
  const order = buyer.url();
  await buyer.getByRole('button', { name: 'Pay €12' }).click();
  await expect(buyer.getByText(/no money moves/i).first()).toBeVisible();
  await buyer.getByRole('button', { name: 'Pay €12' }).click();
  await expect(buyer.getByText('You are in')).toBeVisible({ timeout: 15_000 });

  await host.goto('/account');
  await host.locator('a[href^="/account/spaces/"]').first().click();
  await host.getByRole('link', { name: 'Orders', exact: true }).click();
  await host.getByLabel('Find orders').fill(BUYER);
  await host.getByRole('button', { name: 'Find' }).click();
  await host.getByRole('link', { name: /Front Row/ }).first().click();
  await expect(host.getByRole('heading', { level: 1 })).toHaveText(/^Order #\d+$/);
  await host.getByText('Refund…').click();
  await host.getByLabel('Amount').fill('3.50');
  await host.getByRole('button', { name: 'Refund the amount' }).click();
  await expect(host.getByText('The refund is on its way.')).toBeVisible();
  expect(await axeFindings(host)).toEqual([]);

  await expect(async () => {
    await buyer.goto(order);
    await expect(buyer.getByText('€3.50 of it went back to you.')).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 15_000 });
  await buyer.getByRole('link', { name: 'Invoice' }).click();
  await expect(buyer.getByText('€3.50 of it went back to you.')).toBeVisible();
  await expect(buyer.getByText(BUYER)).toBeVisible();
  expect(await axeFindings(buyer)).toEqual([]);
  for (const page of [buyer, host]) expect(page.faults).toEqual([]);
});
