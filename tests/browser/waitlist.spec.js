// A creator approves one of two people who apply for a pass. The page of the other one follows, and the link of the mail leads on.
import { axeFindings, expect, newestMail, signUp, test } from './fixtures.js';

async function apply(page) {
  await page.goto('/maya/round-table');
  await page.getByRole('link', { name: 'Apply', exact: true }).click();
  await page.getByRole('button', { name: 'Send the application' }).click();
  await expect(page.getByText('The team has your application.')).toBeVisible();
}

test('whoever is approved takes the pass by the link of the mail', async ({ person, host }) => {
  test.setTimeout(90_000);
  await host.goto('/account');
  const space = await host.locator('a[href^="/account/spaces/"]').first().getAttribute('href');
  await host.goto(`${space}/access_passes/new`);
  await host.getByLabel('Title').fill('Round Table');
  await host.locator('input[name="includes"]').first().check();
  await host.getByText('Who gets it, number').click();
  await host.getByLabel('Who gets it', { exact: true }).selectOption('apply');
  await host.getByLabel(/only its own link/).check();
  await host.getByRole('button', { name: 'Add the pass' }).click();
  await expect(host.getByText('The pass is added.')).toBeVisible();

  const [petra, quirin] = [await person(), await person()];
  await signUp(petra, 'petra@guests.example', 'Petra');
  await signUp(quirin, 'quirin@guests.example', 'Quirin');
  await apply(petra);
  await apply(quirin);
  await expect(quirin.locator('.figures dd')).toHaveText('2');
  expect(await axeFindings(quirin)).toEqual([]);

  await host.getByRole('link', { name: 'Round Table' }).click();
  await host.getByRole('link', { name: 'Waitlist', exact: true }).click();
  await host.getByRole('checkbox', { name: 'Petra' }).check();
  expect(await axeFindings(host)).toEqual([]);
  await host.getByRole('button', { name: 'Approve the chosen' }).click();
  await expect(host.getByText('One application is decided.')).toBeVisible();
  await expect(quirin.locator('.figures dd')).toHaveText('1');
  await expect(petra.getByText('A seat is kept for you.')).toBeVisible();

  let mail;
  await expect(async () => {
    mail = await newestMail(petra, 'petra@guests.example');
    expect(mail.subject).toContain('A seat is kept for you');
  }).toPass({ timeout: 15_000 });
  await petra.goto(mail.text.match(/\/account\/waitlist\/\S+/)[0]);
  expect(await axeFindings(petra)).toEqual([]);
  await petra.getByRole('button', { name: 'Take the pass' }).click();
  await expect(petra).not.toHaveURL(/waitlist|purchase/);
  await quirin.goto('/maya/round-table');
  await expect(quirin.getByRole('button', { name: 'Take the pass' })).toHaveCount(0);
  for (const page of [petra, quirin, host]) expect(page.faults).toEqual([]);
});
