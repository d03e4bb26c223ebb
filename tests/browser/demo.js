// Starts and stops a demo server for a test run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const BINARY = process.env.BACKSTAGE_BINARY ?? fileURLToPath(new URL('../../target/debug/backstage', import.meta.url));
const START_MS = 90_000;
const STOP_MS = 15_000;

let nextPort = 32_000 + (process.pid % 500);

/** A TCP port that nobody uses, below those that outgoing connections get, so that it stays free until its process starts. No two
 * calls get the same one. */
export async function freePort() {
  while (nextPort < 32_768) {
    const port = nextPort++;
    const server = createServer().listen(port, '127.0.0.1');
    const free = await once(server, 'listening').then(() => true, () => false);
    if (!free) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('no port is free');
}

/**
 * Starts `backstage demo` and resolves with the URLs from `demo --json`. With `data` and `url` of an earlier demo it
 * continues from that one's data, as after a kill. `more`: further arguments.
 */
export async function startDemo(earlier, more = []) {
  const data = earlier?.data ?? (await mkdtemp(join(tmpdir(), 'backstage-browser-')));
  const listen = earlier ? new URL(earlier.url).host : '127.0.0.1:0';
  const all = ['demo', '--json', '--chaos', '--listen', listen, '--data', data, ...more];
  const child = spawn(BINARY, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  const log = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  try {
    const doors = JSON.parse(await firstLine(child, exited, log));
    const kill = () => (child.kill('SIGKILL'), exited);
    return { ...doors, data, log, kill, stop: () => stop(child, exited, data) };
  } catch (error) {
    await stop(child, exited, data);
    throw error;
  }
}

/** A page signed in as one of the demo's people. */
export async function as(browser, demo, name) {
  const context = await browser.newContext({ baseURL: demo.url });
  const [key, value] = demo.cookies[name].split('=');
  await context.addCookies([{ name: key, value, url: demo.url }]);
  return context.newPage();
}

async function firstLine(child, exited, log) {
  const lines = createInterface({ input: child.stdout });
  const late = new Promise((_, reject) => {
    setTimeout(() => reject(new Error(`no doors within ${START_MS} ms:\n${log.join('\n')}`)), START_MS).unref();
  });
  const gone = exited.then(([code]) => {
    throw new Error(`the demo ended with ${code}:\n${log.join('\n')}`);
  });
  // The promise that loses the race must not fail the run by rejecting later.
  gone.catch(() => {});
  late.catch(() => {});
  const [line] = await Promise.race([once(lines, 'line'), gone, late]);
  return line;
}

async function stop(child, exited, data) {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    const kill = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
    await exited.catch(() => {});
    clearTimeout(kill);
  }
  await rm(data, { recursive: true, force: true });
}
