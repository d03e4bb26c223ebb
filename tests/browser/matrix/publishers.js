// Who publishes: the studio in either browser, or an encoder as OBS is one.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually, openBrowser, pageOf } from './browsers.js';
import { layLink } from './link.js';

const WHEP_CLIENT = process.env.WHEP_CLIENT ?? fileURLToPath(new URL('../../../target/tests/bin/whep-client', import.meta.url));
const SOUND = fileURLToPath(new URL('../../../src/media/test_card/card.ogg', import.meta.url));
const UP_MS = 40_000;

/** By the name of its row: starts to publish into the demo's scheduled show, and goes live. Ends by `stop`. */
export const PUBLISHERS = {
  'camera, Chromium': (demo, faults) => studio('Chromium', 'camera', demo, faults),
  'camera, Firefox': (demo, faults) => studio('Firefox', 'camera', demo, faults),
  'screen + camera, Chromium': (demo, faults) => studio('Chromium', 'screen', demo, faults),
  'H264 encoder': (demo, faults) => encoder(demo, faults),
};

async function studio(name, source, demo, faults) {
  const [link, browser] = [await layLink(demo.url), await openBrowser(name)];
  const stop = async () => {
    await browser.close();
    link.close();
  };
  try {
    const page = await pageOf(browser, demo, 'host', link.url, faults);
    await page.goto(link.url + demo.scheduled.studio);
    await page.click(`[name=source][value=${source}]`);
    if (source === 'screen') await page.click('[name=beside]');
    await page.click('[data-do=start]');
    await goLive(page);
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function goLive(page) {
  // The page's parts are replaced as the show moves on, so each is looked for again.
  const live = () => page.evaluate(() => document.getElementById('studio-controls')?.dataset.state === 'live');
  const click = () =>
    page.evaluate(() => {
      const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('#studio-controls button'));
      const [button] = [...buttons].filter(({ textContent, disabled }) => /Go live/.test(textContent) && !disabled);
      button?.click();
    });
  const up = await eventually(async () => (await live()) || (await click()), UP_MS, 500);
  if (!up) throw new Error(`not live: ${await page.evaluate(() => document.querySelector('[data-status]').textContent)}`);
}

/**
 * 720p in constrained baseline with a key frame each two seconds, whoever asks for another one. As OBS it begins again when its
 * connection ends.
 */
async function encoder(demo, faults) {
  const folder = await mkdtemp(join(tmpdir(), 'backstage-encoder-'));
  const film = join(folder, 'card.h264');
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30:duration=4', '-pix_fmt', 'yuv420p'];
  const quality = ['-c:v', 'libx264', '-profile:v', 'baseline', '-level', '3.1', '-preset', 'veryfast', '-b:v', '1500k'];
  const groups = ['-x264-params', 'keyint=60:min-keyint=60:scenecut=0:slices=1:sliced-threads=0'];
  const { status, stderr } = spawnSync('ffmpeg', ['-loglevel', 'error', '-y', ...picture, ...quality, ...groups, '-f', 'h264', film]);
  if (status !== 0) throw new Error(`ffmpeg: ${stderr}`);
  const browser = await openBrowser('Chromium');
  let child = null;
  let over = false;
  const begin = () => {
    if (over) return;
    const door = ['-publish', '-url', demo.url + demo.scheduled.whip, '-key', demo.scheduled.whip_key];
    child = spawn(WHEP_CLIENT, [...door, '-seconds', '3600', '-video', film, '-audio', SOUND], { stdio: 'ignore' });
    child.on('exit', () => setTimeout(begin, 1_000));
    child.on('error', (error) => faults.push(`encoder: ${error.message}`));
  };
  const stop = async () => {
    over = true;
    child?.kill('SIGKILL');
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  };
  begin();
  try {
    const page = await pageOf(browser, demo, 'host', demo.url, faults);
    await page.goto(demo.url + demo.scheduled.studio);
    await goLive(page);
    return { stop, again: () => child.kill('SIGKILL') };
  } catch (error) {
    await stop();
    throw error;
  }
}
