// A network between one browser and the server that can be cut without privileges: HTTP and media over UDP go through it. While it
// is cut nothing arrives on either side and no connection ends, as if a cable were pulled.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createWeb, request as ask } from 'node:http';
import { createServer as createTcp, connect } from 'node:net';
import { networkInterfaces } from 'node:os';

const HOME = '127.0.0.1';
// Media comes by the machine's own address: Firefox does not try that of loopback.
const OWN = Object.values(networkInterfaces()).flat().find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? HOME;

/** Lays a link to the server at the `target` URL. `url`: the same server behind the link. */
export async function layLink(target) {
  const state = { cut: false, mediaPort: 0 };
  const media = await relayMedia(state);
  const web = await listening(createWeb((request, response) => forward(new URL(target), media.port, state, request, response)));
  const door = await relayStreams(state, web.address().port);
  return {
    url: `http://${HOME}:${door.port}`,
    cut: () => (state.cut = true),
    mend() {
      state.cut = false;
      door.resume();
    },
    close() {
      door.close();
      web.close();
      web.closeAllConnections();
      media.close();
    },
  };
}

async function listening(server) {
  server.listen(0, HOME);
  await once(server, 'listening');
  return server;
}

/** TCP without a word of what is in it. What is written during a cut waits, as the kernel's resends would. */
async function relayStreams(state, port) {
  const flows = new Map(); // by the socket that is read: where its bytes go, and those that wait
  const server = await listening(
    createTcp((near) => {
      const far = connect(port, HOME);
      for (const [from, to] of [[near, far], [far, near]]) {
        const waiting = [];
        flows.set(from, { to, waiting });
        from.on('data', (bytes) => (state.cut ? waiting.push(bytes) : to.write(bytes)));
        from.on('error', () => {});
        from.on('close', () => {
          flows.delete(from);
          to.destroy();
        });
      }
    }),
  );
  return {
    port: server.address().port,
    resume() {
      for (const { to, waiting } of flows.values()) for (const bytes of waiting.splice(0)) to.write(bytes);
    },
    close() {
      server.close();
      for (const socket of flows.keys()) socket.destroy();
    },
  };
}

/** Passes a request on under the server's own name. Of a media session's descriptions, only the way over UDP through us stays. */
function forward(target, mediaPort, state, request, response) {
  const headers = { ...request.headers, host: target.host };
  for (const name of ['origin', 'referer']) if (headers[name]) headers[name] = headers[name].replace(/^http:\/\/[^/]+/, target.origin);
  const isMedia = request.method === 'POST' && /\/(whip|whep)(\?|$)/.test(request.url);
  const onward = ask({ host: target.hostname, port: target.port, method: request.method, path: request.url, headers }, async (answer) => {
    const back = { ...answer.headers };
    if (back.location) back.location = back.location.replace(target.origin, '');
    if (!isMedia || answer.statusCode !== 201) {
      response.writeHead(answer.statusCode, back);
      return answer.pipe(response);
    }
    const body = throughUs(await text(answer), mediaPort, state);
    delete back['content-length'];
    response.writeHead(answer.statusCode, back);
    response.end(body);
  });
  // Whoever asks finds nobody there, as without us.
  onward.on('error', () => request.socket.destroy());
  response.on('close', () => onward.destroy());
  if (!isMedia) return request.pipe(onward);
  text(request).then(
    (offer) => {
      const body = offer.replace(/^a=candidate:.*\r\n/gm, '');
      onward.setHeader('content-length', Buffer.byteLength(body));
      onward.end(body);
    },
    () => onward.destroy(),
  );
}

async function text(stream) {
  const parts = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts).toString();
}

function throughUs(answer, mediaPort, state) {
  return answer.replace(/^a=candidate:(\S+ \d+) (\S+) (\d+) (\S+) (\d+)(.*)\r\n/gm, (_, start, transport, priority, _address, port, rest) => {
    if (transport.toLowerCase() !== 'udp') return '';
    state.mediaPort = Number(port);
    return `a=candidate:${start} ${transport} ${priority} ${OWN} ${mediaPort}${rest}\r\n`;
  });
}

/** A socket of ours to the server for each of the browser's. */
async function relayMedia(state) {
  const near = createSocket('udp4');
  const far = new Map();
  const partner = (from) => {
    const key = `${from.address}:${from.port}`;
    if (!far.has(key)) {
      const socket = createSocket('udp4');
      socket.on('message', (packet) => state.cut || near.send(packet, from.port, from.address));
      socket.on('error', () => {});
      far.set(key, socket);
    }
    return far.get(key);
  };
  near.on('message', (packet, from) => {
    if (!state.cut && state.mediaPort) partner(from).send(packet, state.mediaPort, HOME);
  });
  near.on('error', () => {});
  near.bind(0, OWN);
  await once(near, 'listening');
  return {
    port: near.address().port,
    close() {
      near.close();
      for (const socket of far.values()) socket.close();
    },
  };
}
