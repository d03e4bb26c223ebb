// Reactions rise over the picture: as many as came in the last second, up to a few. The sums come with the page's feed.

const MOST = 8; // of a kind at a time
const RISES = 2_500; // ms

const stage = document.getElementById('stage');
const still = matchMedia('(prefers-reduced-motion: reduce)');
const listed = () => /** @type {HTMLElement[]} */ ([...document.querySelectorAll('#reactions [data-kind]')]);
/** @type {() => Map<string, number>} */
const sums = () => new Map(listed().map((sum) => [sum.dataset.kind, Number(sum.dataset.count)]));

let before = sums();

function rise(symbol) {
  const mark = Object.assign(document.createElement('span'), { className: 'rising', textContent: symbol, ariaHidden: 'true' });
  stage.append(mark);
  const left = 60 + Math.random() * 35;
  const up = [
    { left: `${left}%`, bottom: '10%', opacity: 1 },
    { left: `${left + Math.random() * 6 - 3}%`, bottom: '70%', opacity: 0 },
  ];
  mark.animate(up, { duration: RISES, delay: Math.random() * 800, fill: 'backwards', easing: 'ease-out' }).finished.finally(() => mark.remove());
}

function follow() {
  const now = sums();
  for (const [symbol, count] of now) {
    const came = count - (before.get(symbol) ?? 0);
    if (still.matches || document.hidden) continue;
    for (let nth = 0; nth < Math.min(came, MOST); nth += 1) rise(symbol);
  }
  before = now;
}

const bar = document.getElementById('reactions');
if (bar) new MutationObserver(follow).observe(bar.parentElement, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-count'] });
