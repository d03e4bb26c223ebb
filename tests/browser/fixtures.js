// Fixtures of all stories: a demo server, and people with a browser context each.
import { test as base, expect } from '@playwright/test';
import { AxeBuilder } from '@axe-core/playwright';
import { startDemo } from './demo.js';

export { expect };

/** @type {import('./types.d.ts').Stories} */
export const test = base.extend({
  // One server for all stories of a worker: each story creates what it changes.
  demo: [
    async ({}, use) => {
      const demo = await startDemo();
      await use(demo);
      await demo.stop();
    },
    { scope: 'worker' },
  ],

  baseURL: async ({ demo }, use) => use(demo.url),

  /** `await person('host')` is a new page of that person; without a name, of a visitor who is not signed in. */
  person: async ({ demo, browser }, use, testInfo) => {
    const contexts = [];
    await use(async (name, options = {}) => {
      const { contextOptions, locale, timezoneId } = testInfo.project.use;
      const context = await browser.newContext({ locale, timezoneId, ...contextOptions, baseURL: demo.url, ...options });
      contexts.push(context);
      if (name) await context.addCookies(cookiesOf(demo, name));
      const page = await context.newPage();
      page.faults = watchFaults(page);
      return page;
    });
    for (const context of contexts) await context.close();
  },

  host: async ({ person }, use) => use(await person('host')),
  viewer: async ({ person }, use) => use(await person('viewer')),
  stranger: async ({ person }, use) => use(await person('stranger')),
  operator: async ({ person }, use) => use(await person('operator')),
  visitor: async ({ person }, use) => use(await person()),
});

/** Parses the `Cookie` header that the demo prints into the browser's format. */
function cookiesOf(demo, name) {
  const header = demo.cookies[name];
  if (!header) throw new Error(`the demo has no cookie for ${name}`);
  return header.split(';').map((pair) => {
    const [key, ...value] = pair.trim().split('=');
    return { name: key, value: value.join('='), url: demo.url };
  });
}

/** Collects faults that a person would not see: script errors, and violations of the content security policy. */
function watchFaults(page) {
  const faults = [];
  page.on('pageerror', (error) => {
    // Chromium says so of its own transition between two pages when another navigation overtakes it.
    if (!error.message.startsWith('Transition was skipped')) faults.push(`script: ${error.message}`);
  });
  page.on('console', (message) => {
    // A refused or missing request is also logged as an error; stories that provoke one check its response instead.
    const network = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !network) faults.push(`console: ${message.text()}`);
  });
  return faults;
}

/** Serious and critical axe findings on the page in its current state. */
export async function axeFindings(page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** The newest mail to an address, on its page of the local mailbox. */
export async function newestMail(page, address) {
  const mailbox = await page.context().newPage();
  try {
    const mail = mailbox.locator('article').filter({ hasText: `to ${address}` }).first();
    // A job sends the mail, so it may arrive a moment later.
    await expect(async () => {
      await mailbox.goto('/dev/mailbox');
      await expect(mail).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 10_000 });
    return { subject: await mail.getByRole('heading').innerText(), text: await mail.locator('pre').innerText() };
  } finally {
    await mailbox.close();
  }
}

/** Answers the question that a new account is asked. */
export async function giveName(page, name) {
  await expect(page.getByRole('heading', { name: 'What should we call you?' })).toBeVisible();
  await page.getByLabel('Your name here').fill(name);
  await page.getByRole('button', { name: 'Use this name' }).click();
}

/** Signs in for the first time, and answers the question for a name. */
export async function signUp(page, address, name = address.split('@')[0]) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail address').fill(address);
  await page.keyboard.press('Enter');
  await page.getByLabel('Six-digit code').fill(codeIn((await newestMail(page, address)).text));
  await page.keyboard.press('Enter');
  await giveName(page, name);
  await expect(page).toHaveURL(/\/account$/);
}

/** The six-digit code in a sign-in mail. */
export function codeIn(text) {
  const [code] = text.match(/\b\d{3}\s?\d{3}\b/) ?? [];
  if (!code) throw new Error(`no six digits in: ${text}`);
  return code.replace(/\s/g, '');
}
