// Experiences beside shows, as a browser has them: a post with a picture that its holders see and nobody else, and a
// community in which two people talk.
import { axeFindings, expect, test } from './fixtures.js';

/** The page of the host's space. */
async function space(page) {
  await page.goto('/account');
  const link = await page.locator('a[href^="/account/spaces/"]').first().getAttribute('href');
  return link.match(/\/account\/spaces\/[0-9a-f-]+/)[0];
}

/** Adds an experience, and lets the paid pass open it. */
async function add(page, kind, title) {
  const base = await space(page);
  await page.goto(`${base}/experiences/new`);
  await page.getByRole('radio', { name: kind }).check();
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Add the experience' }).click();
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  const form = page.url();
  await page.goto(`${base}/access_passes`);
  await page.getByRole('link', { name: /Front Row/ }).first().click();
  await page.getByRole('checkbox', { name: title }).check();
  await page.getByRole('button', { name: 'Save the pass' }).click();
  return form;
}

/** A striped PNG, wider than high. */
async function stripes(page) {
  const encoded = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [900, 300];
    const context = canvas.getContext('2d');
    for (let x = 0; x < canvas.width; x += 20) {
      context.fillStyle = x % 40 ? '#0a3d62' : '#ffb224';
      context.fillRect(x, 0, 20, canvas.height);
    }
    return canvas.toDataURL('image/png').split(',')[1];
  });
  return { name: 'stripes.png', mimeType: 'image/png', buffer: Buffer.from(encoded, 'base64') };
}

test('a post with a picture is read by holders, and teased to visitors', async ({ host, viewer, visitor }) => {
  const form = await add(host, /^Posts/, 'Paper trail');
  await viewer.goto('/maya/paper-trail');
  await expect(viewer.getByText('Nothing is published here yet.')).toBeVisible();
  await expect(viewer.locator('body')).toHaveAttribute('data-feed', 'on');

  await host.goto(form);
  await host.getByRole('link', { name: 'Write a post' }).click();
  await host.getByLabel('Title').fill('Striped thoughts');
  await host.getByLabel('Text').fill('They go **up** and down.\n\n- up\n- down');
  await host.getByLabel('Add a picture').setInputFiles(await stripes(host));
  await host.getByLabel('What the picture shows').fill('Blue and amber stripes');
  expect(await axeFindings(host)).toEqual([]);
  await host.getByRole('button', { name: 'Publish' }).click();
  await expect(host.getByText('The post is published.')).toBeVisible();

  // It comes by itself, with its picture.
  await expect(viewer.getByRole('link', { name: 'Striped thoughts' })).toBeVisible();
  await expect(viewer.locator('strong', { hasText: 'up' })).toBeVisible();
  const picture = viewer.getByAltText('Blue and amber stripes');
  await expect(picture).toBeVisible();
  await expect.poll(() => picture.evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBeGreaterThan(0);
  expect(await axeFindings(viewer)).toEqual([]);

  await visitor.goto('/maya/paper-trail');
  await expect(visitor.getByText('Striped thoughts')).toBeVisible();
  await expect(visitor.getByText('They go')).toHaveCount(0);
  const refused = await visitor.request.get(await picture.getAttribute('src'));
  expect(refused.status()).toBe(401);

  await host.getByText('Delete the post…').click();
  await host.getByRole('button', { name: 'Delete the post' }).click();
  await expect(host.getByText('The post is deleted.')).toBeVisible();
  await expect(viewer.getByText('Striped thoughts')).toHaveCount(0);
  expect([...host.faults, ...viewer.faults, ...visitor.faults]).toEqual([]);
});

test('people talk in a community, on a phone and in the dark, too', async ({ host, person, stranger }) => {
  await add(host, /^Community/, 'Common room');
  const phone = await person('viewer', { viewport: { width: 360, height: 740 }, colorScheme: 'dark' });
  await host.goto('/maya/common-room');
  await phone.goto('/maya/common-room');
  for (const page of [host, phone]) await expect(page.locator('body')).toHaveAttribute('data-feed', 'on');
  await phone.getByRole('textbox', { name: 'Message' }).fill('Is anybody here?');
  await phone.keyboard.press('Enter');
  await expect(host.getByText('Is anybody here?')).toBeVisible();
  await host.getByRole('textbox', { name: 'Message' }).fill('Always.');
  await host.keyboard.press('Enter');
  await expect(phone.getByText('Always.')).toBeVisible();
  // Beside the chat where there is room, else behind a link.
  await expect(host.locator('#members').getByText('Vera')).toBeVisible();
  await expect(phone.locator('#members')).toBeHidden();
  await phone.getByRole('link', { name: 'Who is here' }).click();
  await expect(phone.locator('#here').getByText('Maya')).toBeVisible();
  const [across, width] = await phone.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(across).toBeLessThanOrEqual(width);
  for (const page of [host, phone]) expect(await axeFindings(page)).toEqual([]);

  await stranger.goto('/maya/common-room');
  await expect(stranger.getByRole('heading', { name: 'A pass opens this door' })).toBeVisible();
  await expect(stranger.getByText('Always.')).toHaveCount(0);
  expect([...host.faults, ...phone.faults, ...stranger.faults]).toEqual([]);
});
