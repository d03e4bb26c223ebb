// The picture of a video can be taken from the video: what the player shows at this moment.

const video = /** @type {HTMLVideoElement} */ (document.querySelector('video.replay'));
const form = /** @type {HTMLFormElement} */ (document.querySelector('form[data-upload]'));
const input = /** @type {HTMLInputElement} */ (form.querySelector('input[type="file"]'));
const take = /** @type {HTMLButtonElement} */ (document.querySelector('button[data-moment]'));

function offer() {
  take.hidden = video.readyState < HTMLMediaElement.HAVE_CURRENT_DATA;
}
video.addEventListener('loadeddata', offer);
offer();

take.addEventListener('click', () => {
  const canvas = document.createElement('canvas');
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  canvas.getContext('2d').drawImage(video, 0, 0);
  canvas.toBlob(
    (picture) => {
      if (!picture) return;
      const chosen = new DataTransfer();
      chosen.items.add(new File([picture], 'poster.jpg', { type: picture.type }));
      input.files = chosen.files;
      form.requestSubmit();
    },
    'image/jpeg',
    0.9,
  );
});
