// The main story, end to end: one person becomes a creator; another buys, watches, chats and is banned; a third stays.
import { request as httpRequest } from 'node:http';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, signUp, test } from './fixtures.js';
import { startDemo } from './demo.js';
import { firstFrame } from './media.js';

const OUT_WITHIN_MS = 2_000;

/** Reads a feed without a browser; `ended` is the time of its end, `events` the names of the events received. */
function rawFeed(demo, path, cookie) {
  /** @type {{ events: string[], ended: number | null, status: number | null, close?: () => void }} */
  const feed = { events: [], ended: null, status: null };
  const call = httpRequest(`${demo.url}${path}`, { headers: { cookie } }, (response) => {
    feed.status = response.statusCode;
    response.setEncoding('utf8');
    response.on('data', (text) => feed.events.push(...[...text.matchAll(/^event: (.*)$/gm)].map(([, name]) => name)));
    response.on('close', () => (feed.ended = Date.now()));
  });
  call.on('error', () => (feed.ended ??= Date.now()));
  call.end();
  feed.close = () => call.destroy();
  return feed;
}

/** An independent WHEP client; `lastMedia` is when the packet count last grew. Needs the Go client that `tests/run`
 * builds. */
function whepClient(demo, path, cookie) {
  /** @type {{ packets: number, lastMedia: number, ended: boolean, stop?: () => void }} */
  const seen = { packets: 0, lastMedia: 0, ended: false };
  const args = ['-url', `${demo.url}${path}`, '-cookie', cookie, '-seconds', '40', '-json'];
  const child = spawn(process.env.WHEP_CLIENT, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { video_packets: packets = 0 } = JSON.parse(line);
    if (packets > 0) seen.lastMedia = Date.now();
    seen.packets += packets;
  });
  child.on('exit', () => (seen.ended = true));
  seen.stop = () => child.kill('SIGTERM');
  return seen;
}

const cookieOf = async (page) => (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');

/** Creates and publishes a space with one experience and one pass of €5. Resolves with their URLs. */
async function openShop(page, slug) {
  await page.getByRole('link', { name: /in one line/i }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Nora’s kitchen');
  await page.getByLabel('Address').fill(slug);
  await page.getByLabel('One line about it').fill('Songs over soup');
  await page.getByRole('button', { name: 'Save the space' }).click();
  await page.getByRole('link', { name: /add an experience/i }).first().click();
  await page.getByLabel('Title', { exact: true }).fill('Soup session');
  await page.locator('main form button').last().click();
  const experience = page.url();
  await page.getByLabel('Title of the stream').fill('First soup');
  await page.getByRole('button', { name: 'Schedule the stream' }).click();
  const studio = page.url();
  await page.goto('/account');
  await page.getByRole('link', { name: /add a pass/i }).first().click();
  await page.getByLabel('Title', { exact: true }).fill('Spoon');
  await page.getByRole('radio', { name: 'Paid once' }).check();
  await page.getByLabel('Amount').fill('5');
  await page.getByLabel('Soup session').check();
  await page.locator('main form button.primary').click();
  await page.goto('/account');
  await page.getByRole('button', { name: /publish the space/i }).first().click();
  return { experience, studio };
}

async function buy(page, path) {
  await page.goto(path);
  await page.getByRole('button', { name: 'Buy for €5' }).click();
  await page.locator('main').getByRole('button').first().click();
  await expect(page.getByText(/no money moves/i).first()).toBeVisible();
  await page.getByRole('button', { name: 'Pay €5' }).click();
  // The page that the buyer returns to waits, and swaps by itself.
  await expect(page.getByText('You are in')).toBeVisible({ timeout: 15_000 });
}

test('from sign-in by a mailed code to a show, a sale, a chat and a ban', async ({ browser }) => {
  test.setTimeout(240_000);
  const demo = await startDemo();
  const people = await Promise.all([0, 1, 2].map(() => browser.newContext({ baseURL: demo.url })));
  const [creator, guest, neighbour] = await Promise.all(people.map((context) => context.newPage()));
  const running = [];
  try {
    await signUp(creator, 'nora@kitchen.example');
    const { studio } = await openShop(creator, 'noras-kitchen');
    await signUp(guest, 'gus@guests.example');
    await signUp(neighbour, 'nell@guests.example');
    for (const page of [guest, neighbour]) await buy(page, '/noras-kitchen/spoon');

    const watch = '/noras-kitchen/soup-session';
    for (const page of [guest, neighbour]) await page.goto(watch);
    await creator.goto(studio);
    await creator.getByLabel('Test card').check();
    await creator.locator('[data-do=start]').click();
    await creator.getByRole('button', { name: 'Go live' }).click({ timeout: 15_000 });
    for (const page of [guest, neighbour]) await firstFrame(page);

    await guest.getByRole('textbox', { name: /message/i }).fill('what is in the soup?');
    await guest.keyboard.press('Enter');
    await expect(neighbour.locator('#lines')).toContainText('what is in the soup?');
    const line = creator.locator('#lines li', { hasText: 'what is in the soup?' });
    await expect(line).toBeVisible();

    const stream = studio.match(/streams\/([0-9a-f]+)/)[1];
    const [guestCookie, neighbourCookie] = [await cookieOf(guest), await cookieOf(neighbour)];
    const feeds = [guestCookie, neighbourCookie].map((cookie) => rawFeed(demo, `/streams/${stream}/events`, cookie));
    running.push(...feeds.map((feed) => feed.close));
    const media = [guestCookie, neighbourCookie].map((cookie) => whepClient(demo, `/streams/${stream}/whep`, cookie));
    running.push(...media.map((client) => client.stop));
    await expect.poll(() => media.every((client) => client.packets > 20), { timeout: 20_000 }).toBe(true);

    await line.hover();
    await line.getByLabel(/moderate/i).click();
    const banned = Date.now();
    const card = creator.getByRole('dialog', { name: 'Moderate' });
    await card.getByRole('group', { name: 'Ban from this space' }).getByRole('button', { name: 'For ever' }).click();
    await expect(guest.getByText('A moderator banned you from this space')).toBeVisible({ timeout: OUT_WITHIN_MS });
    await expect.poll(() => feeds[0].ended, { timeout: OUT_WITHIN_MS }).not.toBeNull();
    expect(feeds[0].events).toContain('end');
    const post = await guest.request.post(`/streams/${stream}/messages`, { form: { body: 'let me in' } });
    expect(post.status()).toBe(403);
    // Two seconds after the ban the guest's media has stopped; the neighbour's media and feed continue.
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    expect(media[0].lastMedia).toBeLessThan(banned + OUT_WITHIN_MS + 1_000);
    expect(media[1].lastMedia).toBeGreaterThan(banned + 2_500);
    expect(feeds[1].ended).toBeNull();
    await expect(neighbour.locator('#lines')).not.toContainText('what is in the soup?');
    const decoded = () => neighbour.evaluate(() => document.querySelector('video').getVideoPlaybackQuality().totalVideoFrames);
    const frames = await decoded();
    await expect.poll(decoded).toBeGreaterThan(frames);
  } finally {
    for (const stop of running) stop();
    for (const context of people) await context.close();
    await demo.stop();
  }
});
