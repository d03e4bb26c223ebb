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

type Entering = { person: Person };
type Serving = { demo: Demo };

/** `test` of `fixtures.js`. */
export type Stories = TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & People & Entering,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & Serving
>;

/** What the creator of `shop.js` has: the path of the space's page, and the stream that is called off. */
type Shop = { space: string; supper: { stream: string; title: string } };

/** `test` of `shop.js`. */
export type ShopStories = TestType<
  PlaywrightTestArgs & PlaywrightTestOptions & People & Entering & { creator: Page },
  PlaywrightWorkerArgs & PlaywrightWorkerOptions & Serving & { shop: Shop }
>;

declare module 'playwright-core' {
  interface Page {
    /** Faults that a person would not see; see `watchFaults`. */
    faults: string[];
  }
}

declare global {
  interface Window {
    /** When the page was told of its first frame, in milliseconds since 1970. */
    firstFrameAt?: number;
    /** Set by `rememberPeers`. */
    peers: RTCPeerConnection[];
    /** Set by `countFrames`: when the first frame was shown, in ms since the navigation began, and how many were by now. */
    seen: { first: number; frames: number };
    /** Of `player.js`. */
    backstagePlayer: { stats(): Promise<RTCStatsReport> | undefined };
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
