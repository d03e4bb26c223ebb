// Passkeys: asks the browser to make or to use one, and sends its answer with the form. Where browsers have none, nothing is offered.

const forms = /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('form[data-passkey]'));
if (window.isSecureContext && window.PublicKeyCredential) {
  for (const hint of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-passkey-unsupported]'))) hint.hidden = true;
  for (const form of forms) watch(form);
}

/** @param {HTMLFormElement} form */
function watch(form) {
  const wrong = /** @type {HTMLElement} */ (form.querySelector('p.error[role]'));
  let asking = false;
  form.hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (asking) return;
    asking = true;
    wrong.hidden = true;
    try {
      await ask(form);
      // Not `requestSubmit`, which would ask again.
      form.submit();
    } catch (error) {
      wrong.textContent = wordsFor(error, form);
      wrong.hidden = false;
    }
    asking = false;
  });
}

/** What the server refused, in its words. */
class Refused extends Error {}

function wordsFor(error, { dataset }) {
  if (error instanceof Refused) return error.message;
  if (error.name === 'InvalidStateError' && dataset.known) return dataset.known;
  return error.name === 'NotAllowedError' || error.name === 'AbortError' ? dataset.stopped : dataset.failed;
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const response = await fetch(form.dataset.ceremony, { method: 'POST', headers: { accept: 'application/json' } });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer.error.message);
  const makes = form.dataset.passkey === 'create';
  const credential = makes
    ? await navigator.credentials.create({ publicKey: creation(answer.publicKey) })
    : await navigator.credentials.get({ publicKey: request(answer.publicKey) });
  fill(form, 'ceremony', answer.ceremony);
  fill(form, 'credential', JSON.stringify(written(/** @type {PublicKeyCredential} */ (credential))));
}

function fill(form, name, value) {
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
  field.value = value;
}

// Browsers since 2025 read and write the JSON form themselves; the rest is for those before.

function creation(options) {
  if (PublicKeyCredential.parseCreationOptionsFromJSON) return PublicKeyCredential.parseCreationOptionsFromJSON(options);
  return {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: (options.excludeCredentials ?? []).map((known) => ({ ...known, id: bytes(known.id) })),
  };
}

function request(options) {
  if (PublicKeyCredential.parseRequestOptionsFromJSON) return PublicKeyCredential.parseRequestOptionsFromJSON(options);
  return {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: (options.allowCredentials ?? []).map((known) => ({ ...known, id: bytes(known.id) })),
  };
}

/** @param {PublicKeyCredential} credential */
function written(credential) {
  if (credential.toJSON) return credential.toJSON();
  const response = /** @type {any} */ (credential.response);
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'];
  const known = parts.filter((part) => response[part]).map((part) => [part, text(response[part])]);
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response: Object.fromEntries(known),
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

function bytes(base64url) {
  const plain = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}
