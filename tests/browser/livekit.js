// A real livekit-server on this machine, and a demo that knows it. `LIVEKIT_SERVER` is its binary, which `tests/run livekit` builds.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startDemo } from './demo.js';

const KEY = 'devkey';
const SECRET = 'secret-of-the-livekit-in-these-stories';
const START_MS = 20_000;

// Media only over loopback, where nobody else is.
const config = (port, tcp, hook) => `
port: ${port}
bind_addresses: ['127.0.0.1']
rtc: { tcp_port: ${tcp}, port_range_start: 52000, port_range_end: 52200, node_ip: 127.0.0.1, use_external_ip: false, enable_loopback_candidate: true, interfaces: { includes: [lo] } }
keys: { ${KEY}: ${SECRET} }
webhook: { api_key: ${KEY}, urls: ['${hook}'] }
logging: { level: error }
`;

async function answers(port) {
  const late = Date.now() + START_MS;
  while (Date.now() < late) {
    if (await fetch(`http://127.0.0.1:${port}/`).catch(() => null)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('livekit-server does not answer');
}

/** Starts both. `livekit.kill()` and `livekit.start()` are an outage; `stop()` ends both. */
export async function startBoth() {
  const [port, tcp, own] = [await freePort(), await freePort(), await freePort()];
  const [folder, data] = [await mkdtemp(join(tmpdir(), 'livekit-')), await mkdtemp(join(tmpdir(), 'backstage-livekit-'))];
  const file = join(folder, 'livekit.yaml');
  await writeFile(file, config(port, tcp, `http://127.0.0.1:${own}/webhooks/livekit`));
  let child;
  const livekit = {
    url: `ws://127.0.0.1:${port}`,
    async start() {
      child = spawn(process.env.LIVEKIT_SERVER, ['--config', file], { stdio: 'ignore' });
      await answers(port);
    },
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
  await livekit.start();
  const flags = ['--livekit-url', livekit.url, '--livekit-api-key', KEY, '--livekit-api-secret', SECRET];
  const demo = await startDemo({ data, url: `http://127.0.0.1:${own}` }, flags);
  const stop = async () => {
    await demo.stop();
    if (child.exitCode === null && child.signalCode === null) await livekit.kill();
    await rm(folder, { recursive: true, force: true });
  };
  return { demo, livekit, stop };
}
