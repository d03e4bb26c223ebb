// A viewer comes to the stage: asks, is let up, is seen and heard by the others, is removed.
import { expect, test } from './fixtures.js';
import { firstFrame } from './media.js';

const HEARD_MS = 1_000;

test('raise, accept, seen in the studio and on another page, removed', async ({ host, viewer, person, demo }) => {
  // The host watches beside the studio: on their page stands what every viewer sees.
  const other = await person('host');
  await host.goto(`/account${demo.events.replace('/events', '/studio')}`);
  await viewer.goto(demo.watch);
  await other.goto(demo.watch);
  await firstFrame(other);
  await viewer.getByRole('button', { name: 'Raise a hand' }).click();
  await expect(viewer.getByText('Your hand is up.')).toBeVisible();
  await expect(host.getByText('raises a hand')).toBeVisible();
  await expect(other.getByText('raises a hand')).toHaveCount(0);
  await host.getByRole('button', { name: 'Let them come up' }).click();
  await viewer.getByRole('button', { name: 'Start camera and microphone' }).click();
  await expect(viewer.getByText('Everybody sees and hears you.')).toBeVisible();
  const began = Date.now();
  for (const page of [host, other]) {
    const picture = page.locator('.guest video');
    await expect(picture).toHaveCount(1);
    await expect.poll(() => picture.evaluate((video) => /** @type {HTMLVideoElement} */ (video).videoWidth)).toBeGreaterThan(0);
  }
  console.log(`seen by both after ${Date.now() - began} ms, promised ${HEARD_MS}`);
  await expect(viewer.locator('.guest'), 'nobody hears themselves').toHaveCount(0);

  await host.getByRole('button', { name: 'Mute', exact: true }).last().click();
  await expect(viewer.getByText('The host has muted you.')).toBeVisible();
  expect(await other.locator('.guest video').evaluate((video) => /** @type {HTMLVideoElement} */ (video).muted)).toBe(true);

  await other.getByRole('button', { name: 'All equally large' }).click();
  await expect(other.locator('#stage')).toHaveAttribute('data-layout', 'grid');
  await host.getByRole('button', { name: 'Remove' }).click();
  await expect(other.locator('.guest')).toHaveCount(0);
  await expect(viewer.getByRole('button', { name: 'Raise a hand' })).toBeVisible();
  await expect(viewer.locator('#own-picture')).toBeHidden();
  for (const page of [host, viewer, other]) expect(page.faults).toEqual([]);
});
