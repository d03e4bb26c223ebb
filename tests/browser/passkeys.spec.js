// Passkeys, with the virtual authenticator of Chromium. Browsers keep none for an address, so these stories go to `localhost`.
import { axeFindings, codeIn, expect, giveName, newestMail, test } from './fixtures.js';

const named = (demo) => demo.url.replace('127.0.0.1', 'localhost');

/** A page at the name of this machine, in a browser with a device that keeps passkeys. */
async function withDevice(person, demo) {
  const page = await person(undefined, { baseURL: named(demo) });
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const options = { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true };
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...options, automaticPresenceSimulation: true },
  });
  /** Whether the next finger is the owner's. */
  const recognise = (isUserVerified) => cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
  return { page, recognise };
}

async function signInByCode(page, address, name) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(address);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
  const mail = await newestMail(page, address);
  await page.getByLabel('Six-digit code').fill(codeIn(mail.text));
  if (name) await giveName(page, name);
  await expect(page).toHaveURL(/\/account$/);
}

async function addPasskey(page, name) {
  await page.goto('/account/passkeys');
  await page.getByLabel('Name', { exact: true }).last().fill(name);
  await page.getByRole('button', { name: 'Add this device' }).click();
  await expect(page.getByText('The passkey is added.')).toBeVisible();
}

async function signOut(page) {
  await page.goto('/account');
  await page.getByRole('button', { name: 'Sign out', exact: true }).click();
  await expect(page.getByText('You are signed out.')).toBeVisible();
}

test('a passkey is registered, and signs in without a code', async ({ person, demo }) => {
  const { page, recognise } = await withDevice(person, demo);
  await signInByCode(page, 'quentin@example.com', 'Quentin');
  await addPasskey(page, 'Laptop');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel('Name', { exact: true }).last().fill('The same laptop');
  await page.getByRole('button', { name: 'Add this device' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'has a passkey for your account already' })).toBeVisible();

  await signOut(page);
  await page.goto('/sign-in?next=/account/passkeys');
  expect(await axeFindings(page)).toEqual([]);
  await recognise(false);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'Nothing happened' })).toBeVisible();
  await recognise(true);
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await expect(page).toHaveURL(/\/account\/passkeys$/);
  await expect(page.getByRole('listitem').filter({ hasText: 'Laptop' })).toContainText('last used');
  expect(page.faults).toEqual([]);
});

test('a team that requires passkeys asks a session by code for one', async ({ person, demo }) => {
  const { page } = await withDevice(person, demo);
  await signInByCode(page, 'quinta@example.com', 'Quinta');
  const team = await page.locator('a[href^="/account/teams/"]').first().getAttribute('href');
  await page.goto(team);
  await expect(page.getByRole('button', { name: 'Require passkeys' })).toHaveCount(0);
  await addPasskey(page, 'Laptop');
  await page.goto(team);
  await page.getByRole('link', { name: 'signed in with a passkey' }).click();
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL(`${named(demo)}${team}`);
  await page.getByRole('button', { name: 'Require passkeys' }).click();
  await expect(page.getByText('Passkeys are required from now on.')).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);

  await signOut(page);
  await signInByCode(page, 'quinta@example.com');
  await page.goto(team);
  await expect(page.getByRole('heading', { name: 'A passkey is required' })).toBeVisible();
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await expect(page).toHaveURL(`${named(demo)}${team}`);
  await page.getByRole('button', { name: 'Require them no longer' }).click();
  await expect(page.getByText('Passkeys are no longer required.')).toBeVisible();
  expect(page.faults).toEqual([]);
});

test('at an address there is no button, but the way to a name', async ({ visitor: page, demo }) => {
  await page.goto('/sign-in');
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toHaveCount(0);
  await page.getByRole('link', { name: named(demo) }).click();
  await expect(page).toHaveURL(new RegExp(`^${named(demo)}/sign-in`));
  await expect(page.getByRole('button', { name: 'Sign in with a passkey' })).toBeVisible();
});
