// Clips: the moments of a new one are taken from the player, and the page of one that is on its way is loaded again.

const video = /** @type {HTMLVideoElement | null} */ (document.querySelector('video.replay'));
/** @param {number} seconds */
function clock(seconds) {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const pad = (/** @type {number} */ part) => String(part).padStart(2, '0');
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (document.querySelectorAll('button[data-take]'))) {
  button.hidden = video === null;
  button.addEventListener('click', () => {
    const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.take));
    // What is in sight belongs to the clip.
    const exact = video.currentTime;
    field.value = clock(button.dataset.take.endsWith('from') ? Math.floor(exact) : Math.ceil(exact));
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
}

const waits = /** @type {HTMLElement | null} */ (document.querySelector('[data-again]'));
if (waits) setTimeout(() => location.reload(), Number(waits.dataset.again) * 1000);
