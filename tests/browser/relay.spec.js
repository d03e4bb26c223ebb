// A network that lets nothing out but a relay: shows are watched and sent through it, and the check finds it.
import { as } from './demo.js';
import { expect, test } from './fixtures.js';
import { firstFrame, inbound } from './media.js';
import { startRelayed } from './relay.js';

test.describe.configure({ mode: 'serial' });

/** @type {Awaited<ReturnType<typeof startRelayed>>} */
let relayed;
test.beforeAll(async () => {
  relayed = await startRelayed();
});
test.afterAll(() => relayed.stop());

/** The page of a person whose browser sends nothing but to a relay, as in a network that blocks the rest. */
async function behindRelay(browser, name) {
  const page = await as(browser, relayed.demo, name);
  await page.addInitScript(() => {
    const Real = window.RTCPeerConnection;
    window.peers = [];
    window.RTCPeerConnection = class extends Real {
      constructor(configuration) {
        super({ ...configuration, iceTransportPolicy: 'relay' });
        window.peers.push(this);
      }
    };
  });
  return page;
}

/** The kinds of address by which the page's connections go. */
const kinds = (page) =>
  page.evaluate(async () => {
    const found = [];
    for (const peer of window.peers) {
      const reports = [...(await peer.getStats()).values()];
      const pair = reports.find((report) => report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded');
      const local = reports.find((report) => report.id === pair?.localCandidateId);
      if (local) found.push(local.candidateType);
    }
    return found;
  });

const way = (page, name) => page.locator(`[data-way=${name}] [data-when]:not([hidden])`);
const verdict = (page) => page.locator('[data-verdict]:not([hidden])');

test('a show is sent and watched through the relay', async ({ browser }) => {
  const { demo } = relayed;
  const [viewer, host] = [await behindRelay(browser, 'viewer'), await behindRelay(browser, 'host')];
  await viewer.goto(demo.watch);
  await firstFrame(viewer);
  expect(await kinds(viewer)).toEqual(['relay']);
  const before = (await inbound(viewer, 'video')).framesDecoded;
  await expect.poll(async () => (await inbound(viewer, 'video')).framesDecoded).toBeGreaterThan(before + 30);

  await host.goto(demo.scheduled.studio);
  await host.getByLabel('Test card').check();
  await host.locator('[data-do=start]').click();
  await expect(host.locator('#studio')).toHaveAttribute('data-connection', 'connected', { timeout: 15_000 });
  expect(await kinds(host)).toEqual(['relay']);
  await expect(host.getByRole('button', { name: 'Go live' })).toBeEnabled({ timeout: 15_000 });
  for (const page of [viewer, host]) await page.context().close();
});

test('the check finds the relay where nothing else is open', async ({ browser }) => {
  const page = await behindRelay(browser, 'viewer');
  await page.goto('/help/connection');
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(way(page, 'relay')).toHaveText('✓ Works');
  for (const name of ['udp', 'tcp']) await expect(way(page, name)).toHaveText('✗ Blocked', { timeout: 12_000 });
  await expect(verdict(page)).toContainText('shows come by a relay');
  await page.context().close();
});

test('the check says when the relay is away, and shows go on without it', async ({ browser }) => {
  await relayed.kill();
  const page = await as(browser, relayed.demo, 'viewer');
  await page.goto('/help/connection');
  await page.getByRole('button', { name: 'Check now' }).click();
  for (const name of ['udp', 'tcp']) await expect(way(page, name)).toHaveText('✓ Works');
  await expect(way(page, 'relay')).toHaveText('✗ Blocked', { timeout: 12_000 });
  await expect(verdict(page)).toContainText('Live pictures reach this browser');
  await page.goto(relayed.demo.watch);
  await firstFrame(page);
  await page.context().close();
});
