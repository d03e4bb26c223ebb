// The chat beside a replay: each line appears at its second. And captions, as they were chosen last.

const video = /** @type {HTMLVideoElement} */ (document.querySelector('video.replay'));
const list = /** @type {HTMLOListElement} */ (document.querySelector('ol[data-lines]'));
/** Milliseconds of chat that are fetched at once, and that stay in sight before the moment. */
const [AHEAD, BEHIND] = [60_000, 120_000];
/** Milliseconds after which lines that did not come are asked for again. */
const AGAIN = 2_000;
/** From where to where lines are known, in milliseconds of the recording. */
let [from, until] = [0, 0];
let fetching = false;
/** Rises whenever the list begins anew: an answer that was asked for before is not for it. */
let round = 0;

/** @param {number} begin @param {number} after */
async function load(begin, after) {
  fetching = true;
  const [mine, end] = [round, begin + AHEAD];
  let answered = false;
  try {
    const answer = await fetch(`${list.dataset.lines}?from=${begin}&until=${end}&after=${after}`);
    if (!answer.ok) return;
    const lines = document.createElement('template');
    lines.innerHTML = await answer.text();
    answered = true;
    if (mine !== round) return;
    const last = /** @type {HTMLElement | null} */ (lines.content.lastElementChild);
    // A full answer ends where its last line is, and the next one goes on behind it.
    const full = answer.headers.get('x-further') === 'true' && last !== null;
    for (const line of lines.content.children) /** @type {HTMLElement} */ (line).hidden = true;
    list.append(lines.content);
    until = full ? Number(last.dataset.at) : end;
  } catch {
    // As when it is refused: tried again in a while.
  } finally {
    if (answered) {
      fetching = false;
      show();
    } else setTimeout(() => (fetching = false), AGAIN);
  }
}

/** Shows the lines up to the moment, and fetches those that come. */
function show() {
  const now = Math.round(video.currentTime * 1000);
  if (now < from || now > until + AHEAD) {
    list.replaceChildren();
    round += 1;
    from = Math.max(0, now - BEHIND);
    until = from;
  }
  let shown = null;
  for (const item of /** @type {Iterable<HTMLElement>} */ (list.children)) {
    item.hidden = Number(item.dataset.at) > now && !video.ended;
    if (!item.hidden) shown = item;
  }
  if (shown) list.scrollTop = shown.offsetTop + shown.offsetHeight - list.clientHeight - list.offsetTop;
  const last = /** @type {HTMLElement | null} */ (list.lastElementChild);
  if (!fetching && until < now + AHEAD / 2) void load(until, Number(last?.dataset.seq ?? 0));
}

for (const event of ['timeupdate', 'seeking', 'loadedmetadata', 'ended']) video.addEventListener(event, show);
list.addEventListener('click', (click) => {
  const line = /** @type {HTMLElement} */ (click.target).closest('a.muted')?.closest('li');
  if (!line) return;
  click.preventDefault();
  video.currentTime = Number(line.dataset.at) / 1000;
});
show();

const captions = video.textTracks[0];
if (captions) {
  try {
    captions.mode = localStorage.getItem('captions') === 'off' ? 'disabled' : 'showing';
    video.textTracks.addEventListener('change', () => localStorage.setItem('captions', captions.mode === 'showing' ? 'on' : 'off'));
  } catch {
    // without storage the browser's own button is all
  }
}
