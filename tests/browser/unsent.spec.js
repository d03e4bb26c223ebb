// A line counts as sent only when our server confirms it. After any other answer, or none, it stays on the page and is
// retried.
import { expect, test } from './fixtures.js';

const FEED = /\/events\?/;
const LATER = {
  status: 429,
  headers: { 'Retry-After': '600', 'X-Request-Id': '1', 'Content-Type': 'text/html' },
  body: '<div class="toast"><p>Wait a little.</p></div>',
};
const MESSAGES = '**/messages';
/** Answers by something between the page and the server. The last one delivers the line and loses the response. */
const ANSWERS = {
  'a captive portal': (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '<h1>Welcome to our café</h1>' }),
  'a portal that says 204': (route) => route.fulfill({ status: 204 }),
  'a redirect': (route) => route.fulfill({ status: 302, headers: { Location: '/explore' } }),
  'a refusal by a firewall': (route) => route.fulfill({ status: 403, contentType: 'text/html', body: 'Blocked.' }),
  'a failing server': (route) => route.fulfill({ status: 500, headers: { 'X-Request-Id': 'f'.repeat(32) }, body: 'oh' }),
  'a proxy without a server': (route) => route.fulfill({ status: 502, body: '<h1>502 Bad Gateway</h1>' }),
  'a proxy that gave up': (route) => route.fulfill({ status: 504, body: '' }),
  'no network': (route) => route.abort('internetdisconnected'),
  'an answer that is lost': async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  },
};

const composer = (page) => page.getByRole('textbox', { name: /message/i });

async function say(page, words) {
  await composer(page).fill(words);
  await page.keyboard.press('Enter');
}

for (const [what, answer] of Object.entries(ANSWERS)) {
  test(`${what} is not a success: the line is kept, and sent once`, async ({ viewer: page, demo }) => {
    const words = `kept in spite of ${what} ${Date.now()}`;
    await page.goto(demo.scheduled.watch);
    let tries = 0;
    await page.route(MESSAGES, (route) => {
      tries += 1;
      return tries <= 2 ? answer(route) : route.continue();
    });
    await say(page, words);
    const waiting = page.locator('#unsent .line', { hasText: words });
    await expect(waiting).toContainText('Not sent yet');
    await expect(composer(page)).toHaveValue('');
    await expect(page.locator('#lines .line', { hasText: words })).toHaveCount(1);
    await expect(waiting).toHaveCount(0);
    expect(tries).toBeGreaterThan(1);
  });
}

test('lines being sent are visible at once, stay separate, and keep their order', async ({ viewer: page, host, demo }) => {
  await page.goto(demo.scheduled.watch);
  await host.goto(demo.scheduled.watch);
  let open = () => {};
  const gate = new Promise((resolve) => (open = () => resolve(undefined)));
  await page.route(MESSAGES, async (route) => {
    await gate;
    await route.continue();
  });
  const words = ['one', 'two', 'three'].map((word) => `${word} ${Date.now()}`);
  for (const line of words) await say(page, line);
  await expect(page.locator('#unsent .line')).toHaveText(words.map((line) => new RegExp(`You ${line} ?Sending…`)));
  open();
  await expect(page.locator('#unsent .line')).toHaveCount(0);
  const said = host.locator('#lines .line').filter({ hasText: new RegExp(words.join('|')) });
  await expect(said).toHaveText(words.map((line) => new RegExp(line)));
});

test('an unsent line can be sent again or discarded, and survives a reload', async ({ viewer: page, demo }) => {
  await page.goto(demo.scheduled.watch);
  // Asked to wait for ten minutes, and without a feed that could connect, the page does not try again by itself.
  await page.route(FEED, (route) => route.abort());
  await page.route(MESSAGES, (route) => route.fulfill(LATER));
  const [first, second] = [`first ${Date.now()}`, `second ${Date.now()}`];
  await say(page, first);
  await say(page, second);
  await expect(page.locator('#unsent .line')).toHaveCount(2);
  await expect(page.getByText('2 messages were not sent yet.')).toBeVisible();
  await page.locator('#unsent .line', { hasText: first }).getByRole('button', { name: 'Discard' }).click();
  await page.reload();
  await expect(page.locator('#unsent .line')).toHaveText([new RegExp(`${second}.*Wait a little`)]);
  await page.unroute(MESSAGES);
  await page.locator('#unsent .line').getByRole('button', { name: 'Try again' }).click();
  await page.unroute(FEED);
  await expect(page.locator('#lines')).toContainText(second);
  await expect(page.locator('#lines')).not.toContainText(first);
  await expect(page.locator('#unsent .line')).toHaveCount(0);
});
