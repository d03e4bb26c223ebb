// Where UDP is blocked: the check says so, and the show comes by TCP.
import { expect, test } from './fixtures.js';
import { firstFrame, rememberPeers } from './media.js';

// Neither side learns the other's addresses of a transport, as if a network let none of its packets through.
async function block(page, path, transports) {
  const isBlocked = (line) => transports.some((transport) => new RegExp(`^a=candidate:\\S+ \\d+ ${transport} `, 'i').test(line));
  const without = (sdp) => sdp.split('\r\n').filter((line) => !isBlocked(line)).join('\r\n');
  await page.route(path, async (route) => {
    const request = route.request();
    if (request.method() !== 'POST') return route.continue();
    const response = await route.fetch({ postData: without(request.postData() ?? '') });
    await route.fulfill({ response, body: without(await response.text()) });
  });
}

const way = (page, name) => page.locator(`[data-way=${name}] [data-when]:not([hidden])`);
const verdict = (page) => page.locator('[data-verdict]:not([hidden])');

test('the check finds both ways, for a visitor', async ({ visitor: page }) => {
  await page.goto('/help/connection');
  await expect(way(page, 'udp')).toHaveText('Not tried yet');
  await page.getByRole('button', { name: 'Check now' }).click();
  for (const name of ['browser', 'udp', 'tcp']) await expect(way(page, name)).toHaveText('✓ Works');
  await expect(verdict(page)).toContainText('Live pictures reach this browser');
  expect(page.faults).toEqual([]);
});

test('the check names what is blocked', async ({ visitor: page }) => {
  await block(page, '**/help/connection?by=udp', ['udp']);
  await page.goto('/help/connection');
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(way(page, 'tcp')).toHaveText('✓ Works');
  await expect(way(page, 'udp')).toHaveText('✗ Blocked', { timeout: 12_000 });
  await expect(verdict(page)).toContainText('blocks UDP');
  await block(page, '**/help/connection?by=tcp', ['tcp']);
  await page.getByRole('button', { name: 'Check now' }).click();
  await expect(way(page, 'tcp')).toHaveText('✗ Blocked', { timeout: 12_000 });
  await expect(verdict(page)).toContainText('Neither UDP nor TCP');
});

test('with UDP cut the show comes by TCP', async ({ viewer: page, demo }) => {
  await rememberPeers(page);
  await block(page, '**/whep', ['udp']);
  await page.goto(demo.watch);
  await firstFrame(page);
  const protocols = () => page.evaluate(async () => {
    const found = [];
    for (const peer of window.peers) {
      const reports = [...(await peer.getStats()).values()];
      const pair = reports.find((report) => report.type === 'candidate-pair' && report.nominated && report.state === 'succeeded');
      const local = reports.find((report) => report.id === pair?.localCandidateId);
      if (local) found.push(local.protocol);
    }
    return found;
  });
  await expect.poll(protocols).toEqual(['tcp']);
  expect(page.faults).toEqual([]);
});

test('with both cut the player leads to the check', async ({ viewer: page, demo }) => {
  await block(page, '**/whep', ['udp', 'tcp']);
  await page.goto(demo.watch);
  const link = page.locator('.player').getByRole('link', { name: 'Check the connection' });
  await expect(link).toBeHidden();
  await expect(link).toBeVisible({ timeout: 40_000 });
  await expect(link).toHaveAttribute('href', '/help/connection');
});
