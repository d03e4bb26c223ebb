// Sends files piece by piece (tus 1.0), so that sending goes on after a broken connection, a pause or a reload.

const form = /** @type {HTMLFormElement} */ (document.querySelector('form[data-files]'));
const input = /** @type {HTMLInputElement} */ (form.querySelector('input[type="file"]'));
const about = form.querySelector('textarea');
const list = form.querySelector('ul[data-sending]');
const template = form.querySelector('template');
/** Bytes of one request: what arrived of it is kept when it breaks. */
const PIECE = 8 * 1024 * 1024;
/** Seconds between two tries: they double up to the last. */
const [SOON, LATE] = [1, 30];
const TUS = { 'Tus-Resumable': '1.0.0' };

/** A file that is being sent. */
class Sending {
  /** @param {File} file */
  constructor(file) {
    this.file = file;
    /** Where its pieces go; empty before it is created. */
    this.url = '';
    this.offset = 0;
    /** Whether the server has said how much has arrived. */
    this.known = false;
    this.paused = false;
    this.ended = false;
    /** @type {XMLHttpRequest | null} */
    this.request = null;
    const shown = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
    this.item = shown.querySelector('li');
    this.item.querySelector('[data-name]').textContent = file.name;
    this.item.querySelector('progress').setAttribute('aria-label', file.name);
    this.pause = this.button('pause', () => this.hold());
    this.resume = this.button('resume', () => this.run());
    this.cancel = this.button('cancel', () => this.end());
    list.append(shown);
  }

  /** @param {string} name @param {() => void} press */
  button(name, press) {
    const button = /** @type {HTMLButtonElement} */ (this.item.querySelector(`[data-${name}]`));
    button.addEventListener('click', press);
    return button;
  }

  /** @param {string} state @param {string} [words] */
  show(state, words) {
    const share = Math.floor((this.offset / this.file.size) * 100);
    this.item.querySelector('progress').value = share;
    this.item.querySelector('[data-share]').textContent = `${share} %`;
    // It is read out when it changes, so the share is not part of it.
    const told = this.item.querySelector('[data-state]');
    const text = words ?? template.dataset[state];
    if (told.textContent !== text) told.textContent = text;
    this.pause.hidden = !['sending', 'waiting'].includes(state);
    this.resume.hidden = !['paused', 'failed'].includes(state);
    this.cancel.hidden = ['ending', 'done'].includes(state);
  }

  hold() {
    this.paused = true;
    this.request?.abort();
    this.show('paused');
  }

  /** What has arrived is not wanted any more. */
  async end() {
    this.paused = this.ended = true;
    this.request?.abort();
    if (this.url) await fetch(this.url, { method: 'DELETE', headers: TUS });
    forget(this.url);
    this.item.remove();
  }

  /** Sends the rest. Only a refusal ends this; a broken connection is waited for. */
  async run() {
    this.paused = false;
    let wait = SOON;
    this.show('sending');
    while (!this.paused) {
      try {
        if (!this.url) await this.create();
        if (!this.known) await this.ask();
        while (!this.paused && this.offset < this.file.size) {
          await this.piece();
          wait = SOON;
        }
        if (this.offset >= this.file.size) return this.done();
      } catch (error) {
        if (this.paused) return;
        if (error instanceof Refusal) return this.show('failed', error.message || undefined);
        this.show('waiting');
        await new Promise((resolve) => setTimeout(resolve, wait * 1000));
        wait = Math.min(wait * 2, LATE);
      }
    }
  }

  async create() {
    const known = remembered(this.file);
    if (known) {
      this.url = known;
      return;
    }
    const metadata = `filename ${base64(this.file.name)},about ${base64(about.value)}`;
    const headers = { ...TUS, 'Upload-Length': String(this.file.size), 'Upload-Metadata': metadata };
    const answer = await fetch(form.dataset.files, { method: 'POST', headers });
    await judge(answer.status, () => answer.json());
    this.url = answer.headers.get('Location');
    remember(this.url, this.file);
  }

  /** Asks how much has arrived. */
  async ask() {
    const answer = await fetch(this.url, { method: 'HEAD', headers: TUS });
    if (answer.status === 404) {
      forget(this.url);
      this.url = '';
      throw new Error('it is gone: begin again');
    }
    await judge(answer.status, async () => ({}));
    this.offset = Number(answer.headers.get('Upload-Offset'));
    this.known = true;
    this.show('sending');
  }

  /** Sends the next piece. */
  piece() {
    const { offset } = this;
    const request = new XMLHttpRequest();
    this.request = request;
    return new Promise((resolve, reject) => {
      request.open('PATCH', this.url);
      for (const [name, value] of Object.entries({ ...TUS, 'Upload-Offset': String(offset) })) request.setRequestHeader(name, value);
      request.setRequestHeader('Content-Type', 'application/offset+octet-stream');
      request.upload.addEventListener('progress', (event) => {
        this.offset = offset + event.loaded;
        this.show(this.offset < this.file.size ? 'sending' : 'ending');
      });
      request.addEventListener('error', () => reject(new Error('broken')));
      request.addEventListener('abort', () => reject(new Error('paused')));
      request.addEventListener('load', () => {
        judge(request.status, async () => JSON.parse(request.responseText)).then(() => {
          this.offset = Number(request.getResponseHeader('Upload-Offset'));
          this.show('sending');
          resolve(undefined);
        }, reject);
      });
      request.send(this.file.slice(offset, offset + PIECE));
    }).catch((error) => {
      // How much of it has arrived is asked before the next try.
      this.known = false;
      throw error;
    });
  }

  done() {
    this.ended = true;
    forget(this.url);
    this.show('done');
    if (sendings.every((one) => one.ended)) location.reload();
  }
}

/** Trying again does not help. */
class Refusal extends Error {}

/**
 * @param {number} status
 * @param {() => Promise<any>} read
 */
async function judge(status, read) {
  if (status >= 200 && status < 300) return;
  // Too slow, changed meanwhile, still busy with the piece before, too often, or out of order for a moment.
  if ([408, 423, 429].includes(status) || status >= 500) throw new Error(String(status));
  const answer = await read().catch(() => ({}));
  if (status === 409 && answer.error?.code === 'offset') throw new Error('offset');
  throw new Refusal(answer.error?.message);
}

/** @param {string} text */
function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

// Which file a browser began to send, so that the same one goes on after a reload. Another file of its name does not.

/** @param {string} url */
const key = (url) => `upload ${url}`;
/** @param {File} file */
const traits = (file) => JSON.stringify([file.name, file.size, file.lastModified]);

/** @param {string} url @param {File} file */
function remember(url, file) {
  localStorage.setItem(key(url), traits(file));
}

/** @param {string} url */
function forget(url) {
  localStorage.removeItem(key(url));
}

/** @param {File} file */
function remembered(file) {
  const open = [.../** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-open]'))];
  const urls = open.map((item) => `/account/uploads/${item.dataset.open}`);
  const busy = new Set(sendings.map((one) => one.url));
  return urls.find((url) => !busy.has(url) && localStorage.getItem(key(url)) === traits(file)) ?? '';
}

/** @type {Sending[]} */
const sendings = [];

input.addEventListener('change', () => {
  const size = input.files?.[0]?.size;
  const refusal = size === 0 ? input.dataset.nothing : input.dataset.refusal;
  const fits = size === undefined || (size > 0 && size <= Number(input.dataset.most));
  input.setCustomValidity(fits ? '' : refusal);
  input.reportValidity();
});

form.addEventListener('submit', (event) => {
  const file = input.files?.[0];
  if (!file) return;
  event.preventDefault();
  const sending = new Sending(file);
  sendings.push(sending);
  sending.run();
  input.value = '';
  about.value = '';
});

// Whoever leaves may not know that sending ends with the page.
addEventListener('beforeunload', (event) => {
  if (sendings.some((one) => !one.ended && !one.paused)) event.preventDefault();
});
