// What people do about their account: recovery codes, a new address, the download of their data, and its end.
import { axeFindings, codeIn, expect, giveName, newestMail, test } from './fixtures.js';

/** Signs up and answers the question for a name. */
async function signUp(page, address, name) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(address);
  await page.keyboard.press('Enter');
  await page.getByLabel('Six-digit code').fill(codeIn((await newestMail(page, address)).text));
  await giveName(page, name);
  await expect(page).toHaveURL(/\/account$/);
}

test('recovery codes are shown once, and lead to a new address', async ({ person }) => {
  const [page, elsewhere] = [await person(), await person()];
  await signUp(page, 'rita@example.com', 'Rita');
  await page.getByRole('link', { name: 'Recovery codes' }).click();
  await page.getByRole('button', { name: 'Make ten codes' }).click();
  await expect(page.locator('li code')).toHaveCount(10);
  expect(await axeFindings(page)).toEqual([]);
  const code = await page.locator('li code').first().innerText();
  await page.getByRole('link', { name: 'I have kept them' }).click();

  await elsewhere.goto('/sign-in');
  await elsewhere.getByRole('link', { name: 'Use a recovery code' }).click();
  await elsewhere.getByLabel('The address of your account').fill('rita@example.com');
  await elsewhere.getByLabel('Recovery code').fill('abcd-efgh-jkmn');
  await elsewhere.getByRole('button', { name: 'Sign in' }).click();
  await expect(elsewhere.locator('main')).toContainText('has no such code');
  expect(await axeFindings(elsewhere)).toEqual([]);
  await elsewhere.getByLabel('Recovery code').fill(code);
  await elsewhere.keyboard.press('Enter');
  await expect(elsewhere.getByRole('heading', { name: 'Your e-mail address' })).toBeVisible();
  await elsewhere.getByLabel('New e-mail address').fill('rita@elsewhere.example');
  await elsewhere.keyboard.press('Enter');
  await elsewhere.getByLabel('Six-digit code').fill(codeIn((await newestMail(elsewhere, 'rita@elsewhere.example')).text));
  await expect(elsewhere.getByRole('status').first()).toContainText('Your e-mail address is rita@elsewhere.example now');

  await page.goto('/explore');
  await expect(page.getByRole('alert')).toContainText('address of your account was changed');
  await page.goto('/account/sessions');
  await page.getByRole('button', { name: 'I have read this' }).click();
  await expect(page.getByRole('alert')).toHaveCount(0);
  expect([...page.faults, ...elsewhere.faults]).toEqual([]);
});

test('the data are downloaded, and the account is deleted', async ({ visitor: page }) => {
  await signUp(page, 'quinn@example.com', 'Quinn');
  await page.getByRole('link', { name: 'Download your data' }).click();
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download my data' }).click();
  expect((await saved).suggestedFilename()).toBe('backstage-pass-quinn.zip');

  await page.goto('/account/deletion');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByLabel('Type your username to confirm').fill('somebody');
  await page.getByRole('button', { name: 'Delete my account for good' }).click();
  await expect(page.getByRole('alert').first()).toContainText('type its username: quinn');
  await page.getByLabel('Type your username to confirm').fill('quinn');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status').first()).toContainText('Your account is deleted');
  await page.goto('/account');
  await expect(page).toHaveURL(/\/sign-in/);
  expect(page.faults).toEqual([]);
});
