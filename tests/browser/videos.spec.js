// Videos: one that this browser recorded is uploaded, plays on its page, and gets a picture of itself. What is none is refused in words.
import { expect, test } from './fixtures.js';

/** Two seconds of colours, as this browser records them. */
async function recorded(page) {
  const text = await page.evaluate(async () => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [320, 180];
    const brush = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' });
    const parts = [];
    recorder.addEventListener('dataavailable', (event) => parts.push(event.data));
    const stopped = new Promise((resolve) => {
      recorder.addEventListener('stop', resolve, { once: true });
    });
    recorder.start();
    for (let at = 0; at < 50; at += 1) {
      brush.fillStyle = `hsl(${at * 7} 80% 50%)`;
      brush.fillRect(0, 0, 320, 180);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    recorder.stop();
    await stopped;
    const bytes = new Uint8Array(await new Blob(parts).arrayBuffer());
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  });
  return Buffer.from(text, 'base64');
}

/** A new place for videos in Maya's space. Returns its team's page. */
async function place(page, title) {
  await page.goto('/account');
  const space = await page.locator('a[href^="/account/spaces/"]').first().getAttribute('href');
  const base = space.match(/\/account\/spaces\/[0-9a-f-]+/)[0];
  await page.goto(`${base}/experiences/new`);
  await page.getByRole('radio', { name: /^Videos/ }).check();
  await page.getByLabel('Title').fill(title);
  await page.getByRole('button', { name: 'Add the experience' }).click();
  await expect(page.getByText('Upload its first video.')).toBeVisible();
  await page.getByRole('link', { name: 'Manage the videos' }).click();
  await expect(page.getByRole('heading', { name: `Videos of ${title}` })).toBeVisible();
  return page.url();
}

test('a video is uploaded, plays on its page, and gets a picture of itself', async ({ person, visitor }) => {
  const page = await person('host');
  const team = await place(page, 'Films');
  const input = page.locator('#field-files-upload');
  await input.setInputFiles({ name: 'notes.mp4', mimeType: 'video/mp4', buffer: Buffer.from('no video at all') });
  await page.getByRole('button', { name: 'Upload the video' }).click();
  await expect(page.getByText('This is not a video that we know.')).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Delete the video' }).click();
  await expect(page.getByText('“notes” is deleted.')).toBeVisible();

  await input.setInputFiles({ name: 'Colours.webm', mimeType: 'video/webm', buffer: await recorded(page) });
  await page.getByRole('button', { name: 'Upload the video' }).click();
  const watch = page.getByRole('link', { name: 'Watch Colours' });
  await expect(watch).toBeVisible({ timeout: 20_000 });
  await watch.click();
  const video = page.locator('video.replay');
  await video.evaluate((element) => /** @type {HTMLVideoElement} */ (element).play());
  await expect.poll(() => video.evaluate((element) => /** @type {HTMLVideoElement} */ (element).currentTime)).toBeGreaterThan(0.5);
  expect(await video.evaluate((element) => /** @type {HTMLVideoElement} */ (element).videoWidth)).toBe(320);

  await page.getByRole('link', { name: 'Change' }).click();
  await page.getByRole('button', { name: 'Take the picture at this moment' }).click();
  await expect(page.getByText('The picture is saved.')).toBeVisible();
  await page.goto('/maya/films');
  const picture = page.locator('.tile img.cover');
  await expect.poll(() => picture.evaluate((element) => /** @type {HTMLImageElement} */ (element).naturalWidth)).toBe(320);

  // Others see that it is there, and no way to it.
  await visitor.goto('/maya/films');
  await expect(visitor.getByRole('heading', { name: 'One video behind this door' })).toBeVisible();
  await expect(visitor.locator('a[href*="/videos/"], video.replay')).toHaveCount(0);
  await page.goto(team);
  await expect(page.getByText(/0:0[1-4] · [\d.]+ kB · 320 × 180/)).toBeVisible();
  expect(page.faults).toEqual([]);
});
