// What only a browser shows of pictures: a file that is too large is refused before it is sent, a new cover is drawn on the
// page, and the colour of a space is that of its button.
import { expect, test } from './fixtures.js';

/** The page of the host's space. */
async function look(page) {
  await page.goto('/account');
  const space = await page.locator('a[href^="/account/spaces/"]').first().getAttribute('href');
  await page.goto(`${space.match(/\/account\/spaces\/[0-9a-f-]+/)[0]}/look`);
}

/** A striped PNG. */
async function stripes(page, width, height) {
  const encoded = await page.evaluate(
    ([w, h]) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [w, h];
      const context = canvas.getContext('2d');
      for (let x = 0; x < w; x += 20) {
        context.fillStyle = x % 40 ? '#0a3d62' : '#ffb224';
        context.fillRect(x, 0, 20, h);
      }
      return canvas.toDataURL('image/png').split(',')[1];
    },
    [width, height],
  );
  return { name: 'stripes.png', mimeType: 'image/png', buffer: Buffer.from(encoded, 'base64') };
}

test('a large file is refused at once, and a good one becomes the cover', async ({ person }) => {
  const page = await person('host');
  await look(page);
  const input = page.locator('#field-cover-file');
  await input.setInputFiles({ name: 'large.jpg', mimeType: 'image/jpeg', buffer: Buffer.alloc(11 * 1024 * 1024) });
  expect(await input.evaluate((element) => /** @type {HTMLInputElement} */ (element).validationMessage)).toContain('larger than 10 MB');
  await input.setInputFiles(await stripes(page, 900, 300));
  await page.getByLabel('What the cover shows').fill('Stripes');
  await page.getByRole('button', { name: 'Save the cover' }).click();
  await expect(page.getByText('The space has a new cover.')).toBeVisible();
  await page.goto('/maya');
  const banner = page.getByAltText('Stripes');
  await expect(banner).toBeVisible();
  expect(await banner.evaluate((element) => /** @type {HTMLImageElement} */ (element).naturalWidth)).toBeGreaterThan(0);
  await look(page);
  await page.getByRole('button', { name: 'Remove the cover' }).click();
  await expect(page.getByText('The cover is removed.')).toBeVisible();
  expect(page.faults).toEqual([]);
});

test('the colour of a space is that of its button', async ({ person, visitor }) => {
  const page = await person('host');
  await look(page);
  await page.getByLabel('Colour optional').fill('#7a7a7a');
  await page.getByRole('button', { name: 'Save the colour' }).click();
  await expect(page.getByText('Neither dark nor light text can be read on this colour.').first()).toBeVisible();
  await page.getByLabel('Colour optional').fill('#0a3d62');
  await page.getByRole('button', { name: 'Save the colour' }).click();
  await expect(page.getByText('The colour of the space is saved.')).toBeVisible();
  await visitor.goto('/maya/front-row');
  const accent = await visitor.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--accent'));
  expect(accent.trim()).toBe('#0a3d62');
  await page.getByLabel('Colour optional').fill('');
  await page.getByRole('button', { name: 'Save the colour' }).click();
  await expect(page.getByText('The colour of the space is saved.')).toBeVisible();
});
