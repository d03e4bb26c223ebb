// A real coturn on this machine, set up as README.md says, and a demo that knows it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startDemo } from './demo.js';

const SECRET = 'secret-of-the-relay-in-these-stories';
const START_MS = 20_000;

// Only over loopback, and only towards the address of the demo's media.
const config = (port, folder) => `
listening-ip=127.0.0.1
relay-ip=127.0.0.1
listening-port=${port}
min-port=52300
max-port=52500
realm=backstage.example
use-auth-secret
static-auth-secret=${SECRET}
allow-loopback-peers
denied-peer-ip=0.0.0.0-255.255.255.255
allowed-peer-ip=127.0.0.1
no-multicast-peers
no-tls
no-dtls
no-cli
no-rfc5780
log-file=stdout
userdb=${join(folder, 'turndb')}
pidfile=${join(folder, 'pid')}
`;

const opens = (port) =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(socket.destroy()));
    socket.once('error', () => resolve(null));
  });

async function answers(port) {
  const late = Date.now() + START_MS;
  while (Date.now() < late) {
    if (await opens(port)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('turnserver does not answer');
}

/** Starts both. `kill()` ends the relay, `stop()` both. */
export async function startRelayed() {
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'relay-'));
  const file = join(folder, 'turnserver.conf');
  await writeFile(file, config(port, folder));
  const child = spawn('turnserver', ['-c', file], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  await answers(port);
  const urls = ['udp', 'tcp'].map((transport) => `turn:127.0.0.1:${port}?transport=${transport}`);
  const demo = await startDemo(undefined, ['--turn-urls', urls.join(), '--turn-secret', SECRET]);
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  const stop = async () => {
    await demo.stop();
    if (child.exitCode === null && child.signalCode === null) await kill();
    await rm(folder, { recursive: true, force: true });
  };
  return { demo, kill, stop };
}
