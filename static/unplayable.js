// Words where a browser cannot play a recorded show, or a clip of it.

const video = /** @type {HTMLVideoElement | null} */ (document.querySelector('video[data-plays]'));
const unplayable = /** @type {HTMLElement | null} */ (document.querySelector('[data-unplayable]'));

if (video && unplayable) {
  unplayable.hidden = video.canPlayType(video.dataset.plays) !== '';
  video.addEventListener('error', () => {
    // What it says it can play may fail all the same.
    if (video.error.code === MediaError.MEDIA_ERR_DECODE) unplayable.hidden = false;
  });
}
