// How tests observe media: WebRTC counters and pixels.

/** Must run before any page script: records the page's peer connections, so that their counters can be read. */
export async function rememberPeers(page) {
  await page.addInitScript(() => {
    const Real = window.RTCPeerConnection;
    window.peers = [];
    window.RTCPeerConnection = class extends Real {
      constructor(...args) {
        super(...args);
        window.peers.push(this);
      }
    };
  });
}

/** Sums the `inbound-rtp` counters of a kind over the page's connections. */
export function inbound(page, kind) {
  return page.evaluate(async (wanted) => {
    const sum = { packetsReceived: 0, framesDecoded: 0, packetsLost: 0 };
    for (const peer of window.peers) {
      for (const report of (await peer.getStats()).values()) {
        if (report.type !== 'inbound-rtp' || report.kind !== wanted) continue;
        for (const name of Object.keys(sum)) sum[name] += report[name] ?? 0;
      }
    }
    return sum;
  }, kind);
}

/** Frames of a layer that the page's newest connection has sent. */
export function framesSent(page, rid) {
  return page.evaluate(async (wanted) => {
    const reports = [...(await window.peers.at(-1).getStats()).values()];
    return reports.find((report) => report.type === 'outbound-rtp' && report.rid === wanted).framesSent;
  }, rid);
}

/** Begins to measure the longest time without a new frame of the page's video, in ms, which the result asks for. */
export async function longestStill(page) {
  await page.evaluate(() => {
    const video = document.querySelector('video');
    let last = performance.now();
    const next = (now) => {
      video.dataset.still = String(Math.max(Number(video.dataset.still ?? 0), now - last));
      last = now;
      video.requestVideoFrameCallback(next);
    };
    video.requestVideoFrameCallback(next);
  });
  return () => page.evaluate(() => Number(document.querySelector('video').dataset.still));
}

/** Resolves when the page shows its first decoded frame. */
export const firstFrame = (page, timeout = 15_000) =>
  page.waitForFunction(() => document.querySelector('video')?.getVideoPlaybackQuality().totalVideoFrames > 0, null, { timeout, polling: 20 });

/**
 * The frame counter of the test card, read from its sixteen squares: 28 pixels wide, 32 apart, from x = 96 at y = 312
 * of a 640 × 360 picture, highest bit first. A white and a black square before them calibrate the threshold.
 */
export function frameCounter(page) {
  return page.evaluate(() => {
    const video = document.querySelector('video');
    const canvas = new OffscreenCanvas(640, 360);
    const context = canvas.getContext('2d', { willReadFrequently: true });
    context.drawImage(video, 0, 0, 640, 360);
    const brightness = (x) => {
      const { data } = context.getImageData(x + 8, 320, 12, 12);
      let sum = 0;
      for (let at = 0; at < data.length; at += 4) sum += data[at] + data[at + 1] + data[at + 2];
      return sum / (data.length / 4) / 3;
    };
    const [white, black] = [brightness(32), brightness(64)];
    if (white - black < 100) throw new Error(`not a test card: white ${white}, black ${black}`);
    let counter = 0;
    for (let bit = 0; bit < 16; bit += 1) counter = counter * 2 + (brightness(96 + 32 * bit) > (white + black) / 2 ? 1 : 0);
    return counter;
  });
}
