// Sign-in by a mailed code.
import { axeFindings, codeIn, expect, giveName, newestMail, test } from './fixtures.js';

/** Requests a code and waits for the page that asks for it. */
async function askForCode(page, address) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(address);
  await page.getByRole('button', { name: 'Send me a code' }).click();
  await expect(page.getByRole('heading', { name: 'Enter your code' })).toBeVisible();
}

/** Typing the sixth digit submits the form. */
async function enterCode(page, code) {
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await page.getByLabel('Six-digit code').fill(code);
  await answered;
}

/** A wrong six-digit code. */
const wrongFor = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, '0');

test('a mailed code opens an account, and signing out closes it', async ({ visitor: page }) => {
  await askForCode(page, 'nora@example.com');
  const mail = await newestMail(page, 'nora@example.com');
  await enterCode(page, codeIn(mail.text));
  await expect(page).toHaveURL(/\/account\/name$/);
  expect(await axeFindings(page)).toEqual([]);
  await giveName(page, 'Nora');
  await expect(page).toHaveURL(/\/account$/);
  await expect(page.getByRole('heading', { name: 'Nora', exact: true, level: 1 })).toBeVisible();

  const { name, httpOnly, sameSite, secure } = (await page.context().cookies()).find(({ name }) => name === 'backstage');
  expect({ name, httpOnly, sameSite, secure }).toEqual({ name: 'backstage', httpOnly: true, sameSite: 'Lax', secure: false });

  const old = await page.context().cookies();
  await page.request.post('/sign-out');
  await page.context().addCookies(old);
  await page.goto('/account');
  await expect(page).toHaveURL(/\/sign-in/);
  expect(page.faults).toEqual([]);
});

test('a code works once, and only in the browser that requested it', async ({ person }) => {
  const [asking, other] = [await person(), await person()];
  await askForCode(asking, 'two@example.com');
  const code = codeIn((await newestMail(asking, 'two@example.com')).text);

  await askForCode(other, 'someone-else@example.com');
  await enterCode(other, code);
  await expect(other.getByLabel('Six-digit code')).toBeVisible();
  await expect(other.locator('body')).toContainText(/not the code/i);

  await enterCode(asking, wrongFor(code));
  await expect(asking.locator('body')).toContainText(/more tries/i);
  await enterCode(asking, code);
  await expect(asking).toHaveURL(/\/account\/name$/);
  await asking.getByRole('button', { name: /^Go on as Guest/ }).click();
  await expect(asking).toHaveURL(/\/account$/);
});

test('after five wrong tries even the right code is refused', async ({ visitor: page }) => {
  await askForCode(page, 'five@example.com');
  const code = codeIn((await newestMail(page, 'five@example.com')).text);
  for (let tries = 0; tries < 5; tries += 1) {
    await enterCode(page, wrongFor(code));
    await expect(page.getByLabel('Six-digit code')).toHaveValue('');
  }
  await enterCode(page, code);
  await expect(page).not.toHaveURL(/\/account$/);
  await page.goto('/account');
  await expect(page).toHaveURL(/\/sign-in/);
});

test('signing in leads back to the page that asked for it', async ({ visitor: page, demo }) => {
  await page.goto('/account/purchases');
  await expect(page).toHaveURL(/\/sign-in/);
  await page.getByLabel('E-mail address').fill('back@example.com');
  await page.keyboard.press('Enter');
  const mail = await newestMail(page, 'back@example.com');
  await enterCode(page, codeIn(mail.text));
  await expect(page).toHaveURL(`${demo.url}/account/purchases`);
});

for (const colorScheme of /** @type {const} */ (['light', 'dark'])) {
  test(`the pages are accessible, ${colorScheme}`, async ({ person }) => {
    const page = await person(undefined, { colorScheme });
    await page.goto('/sign-in');
    expect(await axeFindings(page)).toEqual([]);
    await askForCode(page, `axe-${colorScheme}@example.com`);
    expect(await axeFindings(page)).toEqual([]);
    expect(page.faults).toEqual([]);
  });
}
