// What the scripts in static/ meet that lib.dom does not know.

/** htmx 4, of which we call two functions. */
declare const htmx: {
  swap(swap: { text: string; sourceElement: Element; target: Element; swap: string }): Promise<void>;
  ajax(verb: string, path: string, context: { source: Element; target?: Element; swap?: string; timeout?: number; headers?: Record<string, string> }): Promise<void>;
};

/** Stripe's own types of the calls in `payment.js`; its script comes from Stripe, and not from this package. */
type StripeScript = import('@stripe/stripe-js').StripeConstructor;

/** An event of htmx, of its SSE extension or of our own; `detail` is whatever its sender put there. */
type NamedEvent = CustomEvent & { readonly target: HTMLElement };

// Listeners on the document are delegated: their target is an element of the page.
interface Document {
  addEventListener(type: 'submit', listener: (event: SubmitEvent & { readonly target: HTMLFormElement }) => void): void;
  addEventListener(type: 'click', listener: (event: MouseEvent & { readonly target: HTMLElement }) => void): void;
  addEventListener(type: 'keydown', listener: (event: KeyboardEvent & { readonly target: HTMLElement }) => void): void;
  addEventListener(type: `${'htmx' | 'backstage'}:${string}`, listener: (event: NamedEvent) => void): void;
}

interface Element {
  /** What our pages are asked for is never a part of a picture. */
  closest(selectors: string): HTMLElement | null;
}

interface HTMLElement {
  addEventListener(type: 'click', listener: (event: MouseEvent & { readonly target: HTMLElement }) => void): void;
  addEventListener(type: `htmx:${string}` | 'end' | 'resync', listener: (event: NamedEvent) => void): void;
}

interface HTMLVideoElement {
  /** Full screen on iPhones. */
  webkitEnterFullscreen?(): void;
}

/** What plays beside the player's own session. */
interface PlayedSession {
  close(): void;
  stats(): Promise<RTCStatsReport>;
}

interface Window {
  /** livekit-client, whose types come from its package. */
  LivekitClient: any;
  /** `livekit.js`, on pages of that plane alone. */
  backstageLiveKit: {
    session(told: { up(): void; lost(): void; track?(track: MediaStreamTrack): void }): any;
    /** As `backstageWhep`, at a door that gives passes. */
    play(door: string, played: (track: MediaStreamTrack) => void, failed: (seconds: number) => void): PlayedSession;
  };
  /** Of `player.js`. `session`: the URL of its media session. `room`: on LiveKit, what it plays. `layer`: what `quality.js` says about the picture. */
  backstagePlayer: { stats(): Promise<RTCStatsReport> | undefined; session(): string | null; room(): any; layer: string };
  /** From `rtc.js`. */
  backstageRtc: {
    /** Sends an offer to a door of ours. */
    send(door: string, sdp: string): Promise<Response>;
    /** Begins to connect by the answer to this offer. `changed`: what to make of the answer first. */
    accept(pc: RTCPeerConnection, sdp: string, response: Response, changed?: (answer: string) => string): Promise<void>;
    /** The description with Opus in stereo, and with `more` of its format parameters. */
    inStereo(sdp: string, ...more: string[]): string;
    preferVp8(sender: RTCRtpTransceiver): void;
  };
  /** From `whep.js`. */
  backstageWhep: (
    url: string,
    played: (track: MediaStreamTrack) => void,
    failed: (seconds: number) => void,
  ) => PlayedSession;
  /** From `sources.js`. */
  backstageSources: {
    WIDTH: number;
    HEIGHT: number;
    RATE: number;
    MOST_BITS: number;
    addPicture(pc: RTCPeerConnection, picture: MediaStreamTrack, screen: boolean): RTCRtpTransceiver;
    chooseLayers(sender: RTCRtpSender, screen: boolean, paused: number[]): Promise<void>;
    beep(audio: AudioContext, gain: AudioParam): void;
    card(audio: AudioContext): { stream: MediaStream; end(): void };
    compose(audio: AudioContext, screen: MediaStream, face: MediaStream): { track: MediaStreamTrack; end(): void };
    mix(audio: AudioContext, streams: (MediaStream | null)[]): MediaStreamTrack | undefined;
  };
  /** From `devices.js`. */
  backstageDevices: {
    camera: HTMLSelectElement;
    microphone: HTMLSelectElement;
    music: HTMLInputElement;
    beside: HTMLInputElement;
    /** Returns what is remembered; with `value`, remembers that. */
    remembered(key: string, value?: string): string;
    fromCamera(): Promise<{ stream: MediaStream; end(): void }>;
    fromScreen(audio: AudioContext): Promise<{ stream: MediaStream; tracks: MediaStreamTrack[]; beside(yes: boolean): Promise<void>; end(): void }>;
    /** `unnamed`: what a device without a name is called. */
    listDevices(unnamed: string): Promise<void>;
  };
}
