// The list of people in a room: it opens beside the show, names can be left out of it, and the host may hide the count.
import { axeFindings, expect, test } from './fixtures.js';

test('a viewer opens the list of people and takes their own name off it', async ({ viewer: page, host, demo }) => {
  await host.goto(demo.watch);
  await page.goto(demo.watch);
  await page.getByRole('link', { name: 'Who is here' }).click();
  const list = page.locator('#here');
  await expect(list.getByText('(you)')).toBeVisible();
  // The host is there, too, and is no viewer.
  await expect(list.getByRole('listitem')).toHaveCount(1);
  expect(page.url()).toContain(demo.watch);
  expect(await axeFindings(page)).toEqual([]);
  await list.getByRole('button', { name: 'Do not list me' }).click();
  await expect(list.getByRole('listitem')).toHaveCount(0);
  await expect(list).toContainText('1 person is here, not listed by name.');
  await expect(page.locator('#people')).toContainText(/\b1\b/);
  await list.getByRole('button', { name: 'List me' }).click();
  await expect(list.getByText('(you)')).toBeVisible();
  await list.getByRole('button', { name: 'Close' }).click();
  await expect(list).toBeEmpty();
  expect(page.faults).toEqual([]);
});

test('the host hides the count, and open pages stop showing it', async ({ viewer: page, host, demo }) => {
  const studio = `/account/streams/${demo.events.match(/[0-9a-f]{32}/)[0]}/studio`;
  await page.goto(demo.watch);
  await expect(page.locator('#people')).toContainText(/[1-9]/);
  await host.goto(studio);
  await host.getByRole('button', { name: 'Hide the count from viewers' }).click();
  await expect(page.locator('#people')).toBeHidden();
  await expect(host.locator('#people')).toContainText(/\b1\b/);
  await expect(host.locator('#viewership')).toContainText('People so far');
  expect(await axeFindings(host)).toEqual([]);
  await page.getByRole('link', { name: 'Who is here' }).click();
  await expect(page.locator('#here')).toContainText('The host shows this list to the team only.');
  await host.getByRole('button', { name: 'Show viewers the count' }).click();
  await expect(page.locator('#people')).toContainText(/\b1\b/);
  expect([...page.faults, ...host.faults]).toEqual([]);
});

test('without scripts the list is a page', async ({ person, demo }) => {
  const page = await person('viewer', { javaScriptEnabled: false });
  await page.goto(demo.watch);
  await page.getByRole('link', { name: 'Who is here' }).click();
  await expect(page.getByRole('heading', { name: 'Who is here' })).toBeVisible();
  await page.getByRole('button', { name: 'Do not list me' }).click();
  await expect(page.locator('main')).toContainText('counted, and not listed');
  await page.getByRole('button', { name: 'List me' }).click();
  await expect(page.locator('main')).toContainText('Your name is listed');
});
