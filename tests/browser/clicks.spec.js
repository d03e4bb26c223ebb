// How many clicks and fields two people need who come for the first time: one to watch a paid show, one to go live in a space
// that is open to everybody. Only a `Hand` acts on their pages, and after the front page nobody types an address, so the
// numbers are real.
import { axeFindings, codeIn, expect, giveName, newestMail, test } from './fixtures.js';
import { firstFrame } from './media.js';

/** Acts on a page and counts. A file that is chosen counts as a click; pressing a button of the pay page does, too. */
class Hand {
  clicks = 0;
  fields = 0;

  async click(locator, options) {
    this.clicks += 1;
    await locator.click(options);
  }

  async fill(locator, words) {
    this.fields += 1;
    await locator.fill(words);
  }

  async choose(locator, file) {
    this.clicks += 1;
    await locator.setInputFiles(file);
  }
}

const button = (page, name) => page.getByRole('button', { name });
const link = (page, name) => page.locator('main').getByRole('link', { name }).first();

/** From the page that asks for the address to the one after the code, which submits itself. */
async function signUp(page, hand, address) {
  await hand.fill(page.getByLabel('E-mail address'), address);
  await hand.click(button(page, 'Send me a code'));
  await expect(page.getByLabel('Six-digit code')).toBeVisible();
  await hand.fill(page.getByLabel('Six-digit code'), codeIn((await newestMail(page, address)).text));
}

/** A painted JPEG, as from a camera. */
async function photograph(page) {
  const encoded = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1200, 400];
    const context = canvas.getContext('2d');
    const sky = context.createLinearGradient(0, 0, 1200, 400);
    sky.addColorStop(0, '#0a3d62');
    sky.addColorStop(1, '#ffb224');
    context.fillStyle = sky;
    context.fillRect(0, 0, 1200, 400);
    return canvas.toDataURL('image/jpeg').split(',')[1];
  });
  return { name: 'photograph.jpg', mimeType: 'image/jpeg', buffer: Buffer.from(encoded, 'base64') };
}

test('a visitor watches a paid show after at most seven clicks and two fields before paying', async ({ visitor: page }) => {
  const hand = new Hand();
  await page.goto('/');
  await hand.click(link(page, 'Explore spaces'));
  await hand.click(page.locator('main a[href="/maya"]').first());
  await hand.click(button(page, 'Buy for €12'));
  await signUp(page, hand, 'wim@guests.example');
  // Signing in goes on with what was pressed: the order is open.
  await expect(page).toHaveURL(/\/checkouts\//);
  await hand.click(button(page, 'Pay €12'));
  await expect(page.getByText(/no money moves/i).first()).toBeVisible();
  const before = hand.fields;
  await hand.click(button(page, 'Pay €12'));
  await expect(page.getByText('You are in')).toBeVisible({ timeout: 15_000 });
  await hand.fill(page.getByLabel('Your name here'), 'Wim');
  await hand.click(button(page, 'Enter Friday session'));
  await firstFrame(page);
  console.log(`visitor to watching: ${hand.clicks} clicks, ${before} fields before paying, ${hand.fields} in all`);
  expect(hand.clicks).toBeLessThanOrEqual(7);
  expect(before).toBeLessThanOrEqual(2);
  expect(page.faults).toEqual([]);
});

test('a new creator is live, with a cover and open to everybody, after at most 14 clicks and five fields', async ({ person }) => {
  test.setTimeout(120_000);
  const [page, visitor] = [await person(), await person()];
  const hand = new Hand();
  await page.goto('/');
  const photo = await photograph(page);
  await hand.click(link(page, 'Open your own space'));
  await signUp(page, hand, 'ylva@makers.example');
  // The space is called like its owner until it gets a name of its own.
  await hand.fill(page.getByLabel('Your name here'), 'Ylva Lund');
  await hand.click(button(page, 'Use this name'));
  await hand.click(link(page, 'Manage the space'));
  await hand.click(link(page, 'Change cover, logo and colour'));
  await hand.choose(page.locator('#field-cover-file'), photo);
  await hand.click(button(page, 'Save the cover'));
  await expect(page.getByText('The space has a new cover.')).toBeVisible();
  await hand.click(link(page, 'Ylva Lund'));
  await hand.click(link(page, 'Add an experience'));
  await hand.fill(page.getByLabel('Title', { exact: true }), 'Weaving');
  expect(await axeFindings(page)).toEqual([]);
  await hand.click(page.getByRole('radio', { name: /^Everybody with a free pass/ }));
  await hand.click(button(page, 'Add the experience'));
  await expect(page.getByText(/^Your space is open to everybody/)).toBeVisible();
  await hand.fill(page.getByLabel('Title of the stream'), 'The first warp');
  await hand.click(button(page, 'Schedule the stream'));
  await hand.click(button(page, 'Start the camera'));
  await hand.click(button(page, 'Go live'), { timeout: 15_000 });
  await expect(page.getByText(/^LIVE since/i).first()).toBeVisible();
  console.log(`new creator to live and open: ${hand.clicks} clicks, ${hand.fields} fields`);
  expect(hand.clicks).toBeLessThanOrEqual(14);
  expect(hand.fields).toBeLessThanOrEqual(5);
  // Somebody who was never here before takes the free pass and sees the show.
  await visitor.goto('/ylva-lund');
  const cover = visitor.locator('img[src*="/static/pictures/"]').first();
  expect(await cover.evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBeGreaterThan(0);
  await visitor.getByRole('button', { name: 'Take the pass' }).first().click();
  await signUp(visitor, new Hand(), 'ulla@guests.example');
  await giveName(visitor, 'Ulla');
  await expect(visitor).toHaveURL(/\/ylva-lund\/weaving$/);
  await firstFrame(visitor);
  expect([...page.faults, ...visitor.faults]).toEqual([]);
});
