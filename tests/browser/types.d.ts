// The types of what the stories share, for `tsc`.
import type {
  BrowserContextOptions,
  Page,
  PlaywrightTestArgs,
  PlaywrightTestOptions,
  PlaywrightWorkerArgs,
  PlaywrightWorkerOptions,
  TestType,
} from '@playwright/test';
import type { startDemo } from './demo.js';

type Demo = Awaited<ReturnType<typeof startDemo>>;
type People = Record<'host' | 'viewer' | 'stranger' | 'operator' | 'visitor', Page>;
type Person = (name?: string, options?: BrowserContextOptions) => Promise<Page>;

/** `test` of `fixtures.js`. */
export type Stories = TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & People & { person: Person },
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & { demo: Demo }
>;

declare module 'playwright-core' {
  interface Page {
    /** What went wrong on the page without anybody seeing it. */
    faults: string[];
  }
}

declare global {
  interface Window {
    /** Set by `rememberPeers`. */
    peers: RTCPeerConnection[];
    /** The ids of the rows that left a table. */
    removed: string[];
    /** Gone after a navigation. */
    sameDocument?: boolean;
  }
  interface Element {
    /** Gone when the element was replaced. */
    sameElement?: boolean;
  }
}
