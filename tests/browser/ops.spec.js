// The operators' pages: restarts appear in place, a parked room is shown and resumed, a fault is injected and cleared.
import { axeFindings, expect, test } from './fixtures.js';

const FALLS = 11; // one more than the restarts that a room may have in a minute
const row = (page, place) => page.locator(`#actor-at-${place.replace('.', '_')}`);

/** The place of the demo's chat room; posting a line starts it first. Its name names its stream. */
async function room(page, operator, demo) {
  const say = await page.context().request.post(demo.messages, { form: { body: 'wake up' }, maxRedirects: 0 });
  expect([303, 403]).toContain(say.status());
  const stream = demo.events.match(/[0-9a-f]{32}/)[0];
  const tree = await (await operator.request.get('/ops/tree.json')).json();
  const rooms = tree.children.find((branch) => branch.name === 'chat_rooms').children;
  return `chat_room.${rooms.find((node) => node.name.includes(stream)).of}`;
}

test('a restart appears in the existing row, and focus stays on it', async ({ operator: page, host, demo }) => {
  const place = await room(host, page, demo);
  await page.goto('/ops');
  const actor = row(page, place);
  await expect(actor).toContainText('running');
  await expect(page.locator('body')).toHaveAttribute('data-feed', 'on');
  await actor.evaluate((element) => (element.sameElement = true));
  await page.evaluate(() => {
    window.removed = [];
    const count = (changes) => changes.forEach((change) => window.removed.push(...[...change.removedNodes].map((node) => node.id)));
    for (const body of document.querySelectorAll('.tree tbody')) new MutationObserver(count).observe(body, { childList: true });
  });
  await actor.getByRole('link').focus();
  const restarts = async () => Number(await actor.locator('td').nth(5).innerText());
  const before = await restarts();
  for (let n = 1; n <= 3; n += 1) {
    expect((await page.request.post(`/ops/actors/${place}/kill`, { form: { confirm: '' }, maxRedirects: 0 })).status()).toBe(303);
    await expect.poll(restarts).toBe(before + n);
  }
  await expect(actor).toContainText('chaos killed it');
  expect(await actor.evaluate((element) => element.sameElement)).toBe(true);
  await expect(actor.getByRole('link')).toBeFocused();
  // Other rooms may start and stop. This one, and the workers, which never stop, must not leave the page or move in it.
  const steady = new RegExp(`^actor-at-(chat_room_${place.split('.')[1]}|job_worker|media_worker)`);
  const removed = await page.evaluate(() => window.removed);
  expect(removed.filter((id) => steady.test(id))).toEqual([]);
  expect(page.faults).toEqual([]);
});

test('a fault is injected in two steps, is shown on all pages, and is cleared', async ({ operator: page, host, demo }) => {
  const place = await room(host, page, demo);
  const other = await page.context().newPage();
  await other.goto('/ops?q=chat_room');
  await page.goto(`/ops/actors/${place}`);
  await page.getByLabel('Fault', { exact: true }).selectOption('delay');
  await page.getByLabel('How much').fill('300');
  await page.getByRole('button', { name: 'Inject this fault' }).click();
  await expect(page.locator('main')).toContainText('For 30 seconds, each message waits 300 ms.');
  expect(await axeFindings(page)).toEqual([]);
  await page.getByRole('button', { name: /^Inject a fault/ }).click();
  await expect(page.locator('#actor-status')).toContainText('each message waits 300 ms');
  await expect(page.locator('#actor-status')).toContainText(/in 0:\d\d/);
  await other.goto('/ops');
  await expect(row(other, place)).toContainText(/fault for 0:\d\d/);
  await page.getByRole('button', { name: 'Remove the fault' }).click();
  await expect(page.locator('#actor-status')).not.toContainText('A fault is injected');
  await expect(row(other, place)).not.toContainText('fault for');
  await other.goto('/ops/audit');
  await expect(other.locator('main')).toContainText('actor.fault');
  await expect(other.locator('main')).toContainText('actor.clear');
  expect(page.faults).toEqual([]);
});

for (const locale of ['en-GB', 'de-DE']) {
  test(`on a tablet the tree does not scroll sideways, ${locale}`, async ({ person }) => {
    const page = await person('operator', { locale, viewport: { width: 768, height: 1024 } });
    for (const width of [768, 1024]) {
      await page.setViewportSize({ width, height: 1024 });
      await page.goto('/ops');
      const tree = page.locator('.scroll:has(table.actors)');
      await expect(tree).toBeVisible();
      expect(await tree.evaluate((box) => box.scrollWidth - box.clientWidth), `at ${width}`).toBeLessThanOrEqual(0);
    }
    expect(page.faults).toEqual([]);
  });
}

test('a parked room is shown, and an operator resumes it', async ({ operator: page, host, demo }) => {
  test.setTimeout(90_000);
  await page.goto('/ops');
  await expect(page.locator('body')).toHaveAttribute('data-feed', 'on');
  const place = await room(host, page, demo);
  const fault = { kind: 'poison', amount: '1', seconds: '120' };
  const asked = await (await page.request.post(`/ops/actors/${place}/fault`, { form: fault })).text();
  const [, confirm] = asked.match(/name="confirm" value="([^"]+)"/);
  await page.request.post(`/ops/actors/${place}/fault`, { form: { ...fault, confirm } });
  // Each post is tried twice by the server. The delay between restarts grows.
  for (let n = 0; n < FALLS; n += 1) {
    const said = await host.request.post(demo.messages, { form: { body: 'poison' }, maxRedirects: 0 });
    expect(said.status()).toBe(503);
  }
  const actor = row(page, place);
  await expect(actor).toContainText('parked', { timeout: 40_000 });
  for (const dot of [actor.locator('.dot'), page.locator('#verdict .dot')]) await expect(dot).toBeVisible();
  await expect(page.locator('#verdict h1')).toContainText('1 room is parked');
  await expect(page.locator('#needs')).toContainText('Needs you');
  // The fault is still active: the confirmation warns the operator who would resume now.
  await page.locator('#verdict').getByRole('button', { name: /^Resume/ }).click();
  await expect(page.locator('main')).toContainText('A fault is still injected');
  await page.goto('/ops');
  expect(await axeFindings(page)).toEqual([]);
  const cleared = await page.request.post(`/ops/actors/${place}/clear`, { form: { confirm: '' }, maxRedirects: 0 });
  expect(cleared.status()).toBe(303);
  await actor.getByRole('button', { name: /^Resume/ }).click();
  await page.getByRole('button', { name: /^Resume/ }).click();
  await expect(page.locator('#actor-status')).toContainText('running');
  await page.goto('/ops');
  await expect(page.locator('#verdict h1')).toContainText('All well');
  expect((await host.request.post(demo.messages, { form: { body: 'back' }, maxRedirects: 0 })).status()).toBe(303);
  expect(page.faults).toEqual([]);
});
