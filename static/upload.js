// Forms with a picture: a file that is too large is refused before it is sent, and sending shows that it goes on.

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('form[data-upload]'))) watch(form);

/** @param {HTMLFormElement} form */
function watch(form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector('input[type="file"]'));
  const progress = form.querySelector('progress');
  input.addEventListener('change', () => {
    const large = (input.files?.[0]?.size ?? 0) > Number(input.dataset.most);
    input.setCustomValidity(large ? input.dataset.refusal : '');
    input.reportValidity();
  });
  form.addEventListener('submit', () => {
    progress.hidden = !input.files?.length;
  });
  // Back on the page by the browser's button, it would still be shown.
  addEventListener('pageshow', () => {
    progress.hidden = true;
  });
}
