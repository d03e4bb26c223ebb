// A server whose clock can be moved, with one creator and nothing else. The town would have subscribers of its own, whom
// a moved clock charges, too.
import { axeFindings, codeIn, expect, signUp, test as base } from './fixtures.js';
import { startDemo } from './demo.js';

export { expect };

export const CREATOR = 'senta@kitchen.example';
const OPERATOR = 'olga@demo.example';
const DAY = 24 * 3600;

/** The address of the space, and what it shows: an experience that everything opens, and one that is called off. */
export const SPACE = '/sentas-kitchen';
const DOOR = `${SPACE}/soup-session`;
export const [SESSION, SUPPER] = ['Soup session', 'Late supper'];

// `tsc` does not infer two kinds of fixtures at once.
/** @type {import('./types.d.ts').ShopStories} */
export const test = /** @type {any} */ (base).extend({
  demo: [
    async ({}, use) => {
      const demo = await startDemo(undefined, ['--empty', '--test-clock']);
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker' },
  ],

  shop: [
    async ({ browser, demo }, use) => {
      const context = await browser.newContext({ baseURL: demo.url, locale: 'en-GB', timezoneId: 'UTC' });
      const shop = await openShop(await context.newPage());
      const cookies = await context.cookies();
      demo.cookies.creator = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
      await context.close();
      await use(shop);
    },
    { scope: 'worker' },
  ],

  // Stories that move the clock end the sessions of the others.
  creator: async ({ shop, person }, use) => {
    const page = await person('creator');
    await page.goto(shop.space);
    if (new URL(page.url()).pathname.startsWith('/sign-in')) await signIn(page, CREATOR);
    await use(page);
  },
  operator: async ({ person }, use) => {
    const page = await person('operator');
    await page.goto('/ops');
    if (new URL(page.url()).pathname.startsWith('/sign-in')) await signIn(page, OPERATOR);
    await use(page);
  },
});

/** A new creator's space with two experiences, a stream in each, and a pass of €5 for the first. */
async function openShop(page) {
  await signUp(page, CREATOR, 'Senta');
  await page.getByRole('link', { name: /in one line/i }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Senta’s kitchen');
  await page.getByLabel('Address').fill(SPACE.slice(1));
  await page.getByLabel('One line about it').fill('Songs over soup');
  await page.getByRole('button', { name: 'Save the space' }).click();
  await expect(page.getByText('The space is saved.')).toBeVisible();
  await page.goto('/account');
  const link = await page.locator('a[href^="/account/spaces/"]').first().getAttribute('href');
  const space = link.match(/\/account\/spaces\/[0-9a-f-]+/)[0];
  const streams = [];
  for (const [title, stream] of [[SESSION, 'First soup'], [SUPPER, 'Last supper']]) {
    await page.goto(`${space}/experiences/new`);
    await page.getByLabel('Title', { exact: true }).fill(title);
    await page.locator('main form button').last().click();
    await page.getByLabel('Title of the stream').fill(stream);
    await page.getByRole('button', { name: 'Schedule the stream' }).click();
    await expect(page).toHaveURL(/\/studio$/);
    streams.push(page.url().match(/streams\/([0-9a-f-]+)/)[1]);
  }
  const shop = { space, supper: { stream: streams[1], title: 'Last supper' } };
  await addPass(page, shop, 'Spoon', 'Paid once', { Amount: '5' });
  await page.goto('/account');
  await page.getByRole('button', { name: /publish the space/i }).first().click();
  await expect(page.getByText('The space is open to everybody.')).toBeVisible();
  return shop;
}

/** Adds a pass. `kind`: of its price; `amounts`: by the labels of their fields; `more`: fills in what else it has. */
export async function addPass(page, shop, title, kind, amounts, { opens = SESSION, more = async () => {} } = {}) {
  await page.goto(`${shop.space}/access_passes/new`);
  await page.getByLabel('Title', { exact: true }).fill(title);
  await page.getByRole('radio', { name: kind }).check();
  for (const [label, amount] of Object.entries(amounts)) await page.getByLabel(label).fill(amount);
  await page.getByLabel(opens).check();
  await more();
  await page.getByRole('button', { name: 'Add the pass' }).click();
  await expect(page.getByText('The pass is added.')).toBeVisible();
}

/** Presses a button of the stand-in's pay page, and resolves with the address of that page. */
export async function payThere(page, button) {
  await expect(page.getByText(/no money moves/i).first()).toBeVisible();
  const there = page.url();
  await page.getByRole('button', { name: button, exact: true }).click();
  return there;
}

/** Buys a pass, and resolves with the address of the order and of its pay page. */
export async function buy(page, path, price) {
  await page.goto(path);
  await page.getByRole('button', { name: `Buy for ${price}` }).first().click();
  await page.getByRole('button', { name: `Pay ${price}`, exact: true }).click();
  const there = await payThere(page, `Pay ${price}`);
  await expect(page.getByText('You are in')).toBeVisible({ timeout: 15_000 });
  return { order: page.url(), there };
}

/** Signs in to an account, also to one that has no name yet. */
export async function signIn(page, address) {
  const before = await newestCode(page, address);
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(address);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Six-digit code')).toBeVisible();
  await expect.poll(() => newestCode(page, address)).not.toBe(before);
  // The sixth digit sends it.
  await page.getByLabel('Six-digit code').fill(codeIn(await newestCode(page, address)));
  await expect(page).toHaveURL(/\/account(\/name)?$/);
}

/** The subject of the newest mail with a code for signing in, or nothing. */
async function newestCode(page, address) {
  return (await findMail(page, address, 'is your code'))?.subject ?? '';
}

/** The newest mail to an address whose subject has these words, if there is one. */
async function findMail(page, address, words) {
  const answer = await page.request.get('/dev/mailbox', { headers: { accept: 'application/json' } });
  const mails = await answer.json();
  return mails.find(({ to, subject }) => to === address && subject.includes(words));
}

/** The same, once it has come. */
export async function mailAbout(page, address, words) {
  let mail;
  await expect.poll(async () => (mail = await findMail(page, address, words)), { timeout: 15_000 }).toBeTruthy();
  return mail;
}

/** Moves the clock on. `there`: an address of the stand-in, which does what is due when it is asked. */
export async function letPass(page, days, there = undefined) {
  const moved = await page.request.post('/dev/clock', { form: { advance: String(days * DAY) } });
  expect(moved.status()).toBe(200);
  if (!there) return;
  const done = await page.request.post(new URL('/stand-in/clock', there).href, { form: { advance: '0' } });
  expect(done.status()).toBe(200);
}

/** Opens a page that does not follow by itself, until it shows this. */
export async function openUntil(page, path, shown) {
  await expect(async () => {
    await page.goto(path);
    await expect(shown).toBeVisible({ timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
}

/** Whether this person is let in: the page of the show, or the door with what opens it. */
export async function isInside(page, inside) {
  await page.goto(DOOR);
  await expect(page.getByRole('heading', { name: 'A pass opens this door' })).toHaveCount(inside ? 0 : 1);
  await expect(page.locator('[data-feed^="/streams/"]')).toHaveCount(inside ? 1 : 0);
}

/** Serious and critical axe findings in light and in dark. */
export async function axeInBoth(page) {
  const found = [];
  for (const colorScheme of /** @type {const} */ (['dark', 'light'])) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const finding of await axeFindings(page)) found.push(`${colorScheme}: ${finding}`);
  }
  return found;
}
