// Types that the stories share, for `tsc`.
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
    /** Faults that a person would not see; see `watchFaults`. */
    faults: string[];
  }
}

declare global {
  interface Window {
    /** Set by `rememberPeers`. */
    peers: RTCPeerConnection[];
    /** The ids of rows that were removed from a table. */
    removed: string[];
    /** Lost on navigation. */
    sameDocument?: boolean;
  }
  interface Element {
    /** Lost when the element is replaced. */
    sameElement?: boolean;
  }
}
