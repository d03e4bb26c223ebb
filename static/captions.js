// Captions under the picture: each line goes after some seconds. People switch them off and on, and have them read by their screen
// reader if they wish.

const STAYS = 7_000; // ms, as in a replay

const line = document.getElementById('caption');
/** @param {string} what */
const button = (what) => /** @type {HTMLButtonElement | null} */ (document.querySelector(`[data-do=${what}]`));
const [toggle, aloud] = [button('captions'), button('aloud')];

/** @param {string} name */
function recall(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// In the studio there is no button: a host sees the line whatever they chose as a viewer.
let shown = !toggle || recall('captions') !== 'off';
let spoken = recall('captions-aloud') === 'on';

function paint() {
  line.hidden = !shown;
  line.setAttribute('aria-live', shown && spoken ? 'polite' : 'off');
  toggle?.setAttribute('aria-pressed', String(shown));
  aloud?.setAttribute('aria-pressed', String(spoken));
  if (aloud) aloud.hidden = toggle.hidden || !shown;
}

/** @param {string} name @param {boolean} on */
function choose(name, on) {
  try {
    localStorage.setItem(name, on ? 'on' : 'off');
  } catch {
    // without storage the choice lasts for this page
  }
  paint();
}

toggle?.addEventListener('click', () => choose('captions', (shown = !shown)));
aloud?.addEventListener('click', () => choose('captions-aloud', (spoken = !spoken)));

let leaving = 0;
function follow() {
  if (line.hasChildNodes()) {
    clearTimeout(leaving);
    leaving = setTimeout(() => line.replaceChildren(), STAYS);
    if (toggle) toggle.hidden = false;
  }
  paint();
}
new MutationObserver(follow).observe(line, { childList: true });
follow();
