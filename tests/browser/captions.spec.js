// Captions: a program's line stands under the picture and goes by itself; the choice to see them and to have them read is remembered.
import { axeFindings, expect, test } from './fixtures.js';
import { firstFrame } from './media.js';

test('a line stands under the picture, is switched off and read aloud as chosen, and goes by itself', async ({ demo, host, viewer: page, visitor }) => {
  const stream = demo.events.split('/')[2];
  await host.goto(`/account/streams/${stream}/studio`);
  await host.getByText('Captions', { exact: true }).click();
  const address = await host.getByLabel('Address for captions').inputValue();
  const caption = page.locator('#caption');
  // Whoever opens a page gets the next line, so the first one may come too early.
  const say = (line) =>
    expect(async () => {
      const answer = await visitor.request.post(address, { headers: { 'content-type': 'text/plain' }, data: line });
      expect(answer.status()).toBe(204);
      await expect(caption).toHaveText(line, { timeout: 1_000 });
    }).toPass({ timeout: 15_000 });

  await page.goto(demo.watch);
  await firstFrame(page);
  const toggle = page.getByRole('button', { name: 'Captions', exact: true });
  const aloud = page.getByRole('button', { name: 'Let the screen reader read captions' });
  await expect(toggle).toBeHidden();
  await say('Good <b>evening</b>.');
  await expect(host.locator('#caption')).toHaveText('Good <b>evening</b>.');
  await expect(toggle).toHaveAttribute('aria-pressed', 'true');
  await expect(caption).toHaveAttribute('aria-live', 'off');
  expect(await axeFindings(page)).toEqual([]);
  await aloud.click();
  await expect(caption).toHaveAttribute('aria-live', 'polite');
  await expect(caption).toBeEmpty({ timeout: 10_000 });

  await toggle.click();
  await expect(aloud).toBeHidden();
  await page.reload();
  await firstFrame(page);
  await say('Nobody sees it.');
  await expect(caption).toBeHidden();
  await toggle.click();
  await expect(caption).toBeVisible();
  await expect(caption).toHaveAttribute('aria-live', 'polite');
  expect([...page.faults, ...host.faults]).toEqual([]);
});
