// While a show is on air: some minutes back in a player over the live one, and back to the edge.

const stage = document.getElementById('stage');
const live = /** @type {HTMLVideoElement} */ (document.getElementById('video'));
/** @type {HTMLVideoElement | null} */
let back = null;
/** @type {HTMLButtonElement | null} */
let edge = null;
let wasMuted = false;

function goLive() {
  back?.removeAttribute('src');
  back?.load();
  back?.remove();
  edge?.remove();
  [back, edge] = [null, null];
  live.muted = wasMuted;
}

/** @param {HTMLAnchorElement} link */
function goBack(link) {
  if (!back) wasMuted = live.muted;
  back?.remove();
  edge?.remove();
  back = document.createElement('video');
  Object.assign(back, { className: 'rewound', controls: true, autoplay: true, playsInline: true, src: link.href });
  edge = document.createElement('button');
  Object.assign(edge, { className: 'button edge', type: 'button', textContent: link.dataset.edge });
  edge.addEventListener('click', goLive);
  back.addEventListener('ended', goLive);
  const player = back;
  player.addEventListener('error', () => {
    if (player !== back) return;
    // Cut off on its way; or refused, or a picture that this browser cannot decode.
    if (player.error.code === MediaError.MEDIA_ERR_NETWORK) goLive();
    else edge.textContent = link.dataset.unplayable;
  });
  live.muted = true;
  stage.append(back, edge);
  edge.focus();
}

document.addEventListener('click', (click) => {
  const link = /** @type {HTMLElement} */ (click.target).closest('a[data-back]');
  if (!link) return;
  click.preventDefault();
  link.closest('details')?.removeAttribute('open');
  goBack(/** @type {HTMLAnchorElement} */ (link));
});
