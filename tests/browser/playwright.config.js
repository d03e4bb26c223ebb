// How the stories run: the system's Chromium, one demo server per worker.
import { defineConfig } from '@playwright/test';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.js',
  // Needs a livekit-server, which takes minutes to build: `tests/run livekit`.
  testIgnore: process.env.LIVEKIT_SERVER ? [] : 'livekit.spec.js',
  // The server, the browser and its video share two cores.
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  outputDir: 'results',
  reporter: [['list'], ['./reporter.js']],
  use: {
    locale: 'en-GB',
    timezoneId: 'UTC',
    // Recording each step takes an eighth of the time, and CI keeps no files.
    trace: process.env.CI ? 'off' : 'retain-on-failure',
    launchOptions: {
      executablePath: CHROMIUM,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        '--autoplay-policy=no-user-gesture-required',
      ],
    },
  },
});
