// Files: sent piece by piece with a progress bar, paused, resumed after a reload, and saved with the same bytes by a holder.
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from './fixtures.js';

const hash = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** 30 MB that differ at each place. */
function recording() {
  const bytes = Buffer.alloc(30 * 1024 * 1024);
  for (let at = 0; at < bytes.length; at += 4) bytes.writeUInt32LE(Math.imul(at, 2654435761) >>> 0, at);
  return bytes;
}

/** A new place for files in Maya's space, and a free pass for it. Returns its team's page. */
async function place(page, slug) {
  await page.goto('/account');
  const space = await page.locator('a[href^="/account/spaces/"]').first().getAttribute('href');
  const base = space.match(/\/account\/spaces\/[0-9a-f-]+/)[0];
  await page.goto(`${base}/experiences/new`);
  await page.getByRole('radio', { name: /^Files/ }).check();
  await page.getByLabel('Title').fill(slug);
  await page.getByRole('button', { name: 'Add the experience' }).click();
  await expect(page.getByText('Upload its first file.')).toBeVisible();
  await page.getByRole('link', { name: 'Manage the files' }).click();
  await expect(page.getByRole('heading', { name: `Files of ${slug}` })).toBeVisible();
  return page.url();
}

test('a file is paused, goes on after a reload, and is saved with the same bytes', async ({ person }, testInfo) => {
  const page = await person('host');
  const team = await place(page, 'Tapes');
  // On the disk, because a browser knows it again by the time of its last change.
  const [bytes, file] = [recording(), testInfo.outputPath('recording.flac')];
  await writeFile(file, bytes);
  // The network takes its time, so that there is something to pause.
  let slow = true;
  await page.route('**/account/uploads/*', async (route) => {
    if (slow && route.request().method() === 'PATCH') await new Promise((resolve) => setTimeout(resolve, 700));
    await route.continue().catch(() => {});
  });
  await page.locator('#field-files-upload').setInputFiles(file);
  await page.getByLabel('What is in it').fill('The second night');
  await page.getByRole('button', { name: 'Upload' }).click();
  const sending = page.locator('[data-sending] li');
  await expect(sending).toContainText('recording.flac');
  await expect.poll(() => sending.locator('progress').evaluate((bar) => /** @type {HTMLProgressElement} */ (bar).value)).toBeGreaterThan(20);
  await sending.getByRole('button', { name: 'Pause' }).click();
  await expect(sending).toContainText('paused');
  await page.goto(team);
  await expect(page.getByRole('heading', { name: 'Not complete yet' })).toBeVisible();
  const open = page.locator('[data-open]');
  await expect(open).toContainText('of 31 MB');
  slow = false;
  const begun = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/uploads')) begun.push(request.url());
  });
  await page.locator('#field-files-upload').setInputFiles(file);
  await page.getByRole('button', { name: 'Upload' }).click();
  // The page shows the list anew by itself.
  await expect(page.getByRole('link', { name: 'Download recording.flac' })).toBeVisible({ timeout: 20_000 });
  await expect(page.getByText('The second night')).toBeVisible();
  await expect(open).toHaveCount(0);
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download recording.flac' }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe('recording.flac');
  expect(hash(await readFile(await download.path()))).toBe(hash(bytes));
  expect(begun, 'it went on with what had arrived').toEqual([]);
  expect(page.faults).toEqual([]);
});

test('a file that cannot be taken is refused at once, and one is renamed and deleted', async ({ person, visitor }) => {
  const page = await person('host');
  const team = await place(page, 'Scores');
  const input = page.locator('#field-files-upload');
  await input.setInputFiles({ name: 'nothing.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) });
  expect(await input.evaluate((element) => /** @type {HTMLInputElement} */ (element).validationMessage)).toBe('This file is empty.');
  await input.setInputFiles({ name: '.hidden', mimeType: 'text/plain', buffer: Buffer.from('x') });
  await page.getByRole('button', { name: 'Upload' }).click();
  await expect(page.locator('[data-sending] li')).toContainText('A name cannot begin or end with a dot.');
  await page.locator('[data-sending] li').getByRole('button', { name: 'Cancel' }).click();
  await input.setInputFiles({ name: 'score.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.4 four bars') });
  await page.getByRole('button', { name: 'Upload' }).click();
  await page.getByRole('link', { name: 'Change score.pdf' }).click();
  await page.getByLabel('Name').fill('Four bars.pdf');
  await page.getByRole('button', { name: 'Save the file' }).click();
  await expect(page.getByText('The file is saved.')).toBeVisible();
  // Others see that it is there, and no way to it.
  await visitor.goto('/maya/scores');
  await expect(visitor.getByRole('heading', { name: 'One file behind this door' })).toBeVisible();
  await expect(visitor.getByText('Four bars.pdf')).toBeVisible();
  await expect(visitor.locator('a[href^="/media/files/"]')).toHaveCount(0);
  await page.goto(team);
  await page.getByRole('link', { name: 'Change Four bars.pdf' }).click();
  await page.getByText('Delete the file…').click();
  await page.getByRole('button', { name: 'Delete the file' }).click();
  await expect(page.getByText('“Four bars.pdf” is deleted.')).toBeVisible();
  expect(page.faults).toEqual([]);
});
