// Which browser sees what of whom: `node matrix/run.js [part of a publisher's name…]` in this folder's parent prints a Markdown table.
import { startDemo } from '../demo.js';
import { openBrowser, pageOf, playableCodecs } from './browsers.js';
import { layLink } from './link.js';
import { PUBLISHERS } from './publishers.js';
import { TRIALS, countFrames } from './trials.js';

const VIEWERS = ['Chromium', 'Firefox'];

const wanted = process.argv.slice(2);
const names = Object.keys(PUBLISHERS).filter((name) => !wanted.length || wanted.some((part) => name.includes(part)));
const note = (line) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
const firstLine = (error) => error.message.split('\n')[0];
const mark = ({ ok, words }) => `${ok ? '✓' : '✗'} ${words.replaceAll('|', '\\|')}`;

/** What each browser says of itself: the evidence for a codec that it cannot play. */
const introduced = new Map();
async function introduce(viewer, browser, url) {
  if (introduced.has(viewer)) return;
  introduced.set(viewer, `${viewer} is ${await browser.version()} and says that it plays ${(await playableCodecs(browser, url)).join(', ')}.`);
}

/** Tries everything with one viewer. Without a picture there is nothing more to try. */
async function see(viewer, server, faults) {
  const link = await layLink(server.demo.url);
  const browser = await openBrowser(viewer);
  const cells = [];
  try {
    await introduce(viewer, browser, link.url);
    const page = await pageOf(browser, server.demo, 'viewer', link.url, faults);
    await countFrames(page);
    for (const [name, attempt] of Object.entries(TRIALS)) {
      const told = { page, link, url: link.url, demo: server.demo, restartServer: server.restart };
      const seen = await attempt(told).catch((error) => ({ ok: false, words: `the trial broke: ${firstLine(error)}` }));
      note(`  ${viewer}, ${name}: ${mark(seen)}`);
      cells.push(seen);
      if (!seen.ok && cells.length === 1) break;
    }
  } finally {
    await browser.close();
    link.close();
  }
  return cells;
}

async function rowsOf(name) {
  const faults = [];
  const server = { demo: await startDemo(), restart: null };
  let publisher = null;
  server.restart = async (meanwhile) => {
    await server.demo.kill();
    await meanwhile();
    server.demo = await startDemo(server.demo);
    publisher.again?.();
  };
  const rows = [];
  try {
    note(`${name}: starts`);
    publisher = await PUBLISHERS[name](server.demo, faults);
    for (const viewer of VIEWERS) {
      const cells = await see(viewer, server, faults).catch((error) => [{ ok: false, words: `not tried: ${firstLine(error)}` }]);
      rows.push([name, viewer, ...cells.map(mark)]);
    }
  } catch (error) {
    rows.push([name, VIEWERS.join(', '), `✗ nobody publishes: ${firstLine(error)}`]);
  } finally {
    await publisher?.stop();
    await server.demo.stop();
  }
  return { rows, faults: faults.map((fault) => `${name}: ${fault}`) };
}

const head = ['publisher', 'viewer', ...Object.keys(TRIALS)];
const line = (cells) => `| ${head.map((_, at) => cells[at] ?? '–').join(' | ')} |`;
const lines = [line(head), `|${'---|'.repeat(head.length)}`];
const all = [];
for (const name of names) {
  const { rows, faults } = await rowsOf(name);
  lines.push(...rows.map(line));
  all.push(...faults);
}
console.log(lines.join('\n'));
console.log('');
console.log([...introduced.values()].join(' '));
console.log(all.length ? `Errors that pages logged:\n${[...new Set(all)].map((fault) => `- ${fault}`).join('\n')}` : 'No page logged an error.');
// A browser that did not start may still hold something open.
process.stdout.write('', () => process.exit());
