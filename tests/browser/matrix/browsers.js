// The two browsers, driven by one library: Chromium over its own protocol, Firefox over WebDriver BiDi. Both have a made-up camera
// and microphone.
import puppeteer from 'puppeteer-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const FIREFOX = process.env.FIREFOX ?? '/usr/bin/firefox-esr';
const START_MS = 120_000;

const WAYS = {
  Chromium: {
    browser: 'chrome',
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      // The screen that is shared is made up, too.
      '--use-fake-device-for-media-stream=display-media-type=monitor',
      '--use-fake-ui-for-media-stream',
      '--autoplay-policy=no-user-gesture-required',
    ],
  },
  Firefox: {
    browser: 'firefox',
    executablePath: FIREFOX,
    extraPrefsFirefox: {
      'media.navigator.streams.fake': true,
      'media.navigator.permission.disabled': true,
      // The server names an address of loopback, that of our link, as the one that it hears this browser at.
      'media.peerconnection.ice.loopback': true,
      'media.autoplay.default': 0,
      'intl.accept_languages': 'en-GB',
    },
  },
};

/** @type {(name: string) => Promise<import('puppeteer-core').Browser>} */
export const openBrowser = (name) => puppeteer.launch({ ...WAYS[name], headless: true, timeout: START_MS, protocolTimeout: START_MS });

/**
 * A page of one of the demo's people, at `url`, which may be another address of the same server. Errors that the page logs are added to
 * `faults`.
 */
export async function pageOf(browser, demo, name, url, faults) {
  const context = await browser.createBrowserContext();
  const [key, value] = demo.cookies[name].split('=');
  await context.setCookie({ name: key, value, domain: new URL(url).hostname, path: '/' });
  const page = await context.newPage();
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // What is said of a server that we ended, or of a network that we cut, is no fault of the page.
    if (message.type() === 'error' && !/Failed to load resource|htmx:sse:error/.test(message.text())) faults.push(message.text());
  });
  return page;
}

/** What a browser says that it can play, without helpers. */
export async function playableCodecs(browser, url) {
  const page = await browser.newPage();
  try {
    await page.goto(url);
    return await page.evaluate(() => {
      const names = RTCRtpReceiver.getCapabilities('video').codecs.map(({ mimeType }) => mimeType.slice('video/'.length));
      return [...new Set(names)].filter((name) => /^(VP8|VP9|AV1|H264|H265)$/.test(name));
    });
  } finally {
    await page.close();
  }
}

/** Resolves with what `look` finds, once that is truthy; with nothing after `ms`. */
export async function eventually(look, ms, every = 100) {
  const end = Date.now() + ms;
  for (;;) {
    const found = await look().catch(() => null);
    if (found || Date.now() > end) return found;
    await pause(every);
  }
}

/** @type {(ms: number) => Promise<void>} */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
