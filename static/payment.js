// Paying on our own page. The provider's script draws its form here, in frames of its own: what is typed never comes near us. It is loaded
// only where there is a form.

const area = /** @type {HTMLElement | null} */ (document.getElementById('payment-form'));
if (area) open(area);
offer();
document.addEventListener('htmx:after:swap', () => {
  offer();
  follow();
});

// Without scripts there is only the provider's page.
function offer() {
  for (const button of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll('[data-own-page]'))) button.hidden = false;
}

// The order goes on, here or in another window. Only a page that was loaded with a form may load the provider's script.
function follow() {
  const attempt = document.getElementById('checkout')?.dataset.form;
  if (attempt === area?.dataset.attempt) return;
  if (attempt) location.reload();
  else area?.remove();
}

/** @param {HTMLElement} area */
async function open(area) {
  const { script, key, secret, blocked, failed } = area.dataset;
  const form = area.querySelector('form');
  const pay = form.querySelector('button');
  area.hidden = false;
  try {
    await load(script);
    const stripe = window.Stripe(key, { locale: document.documentElement.lang === 'de' ? 'de' : 'en' });
    const theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'night' : 'stripe';
    const elements = stripe.elements({ clientSecret: secret, appearance: { theme } });
    const element = elements.create('payment');
    element.on('ready', () => (pay.disabled = false));
    element.on('loaderror', () => say(form, blocked));
    element.mount('#payment-fields');
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      if (!pay.disabled) send(form, pay, () => confirm(stripe, elements), failed);
    });
  } catch {
    say(form, blocked);
  }
}

/** @param {string} address */
function load(address) {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', resolve);
    script.addEventListener('error', reject);
    document.head.append(script);
  });
}

/** Resolves only when the payment was refused: else the browser comes back to this page by itself. */
async function confirm(stripe, elements) {
  const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url: location.origin + location.pathname } });
  return error;
}

async function send(form, pay, confirm, failed) {
  pay.disabled = true;
  form.setAttribute('aria-busy', 'true');
  say(form, '');
  let words = failed;
  try {
    const { type, code, message } = await confirm();
    // It was paid or ended meanwhile.
    if (code === 'payment_intent_unexpected_state') return location.reload();
    // What the card's bank says, and what is missing in the form, in the language of the page.
    if (type === 'card_error' || type === 'validation_error') words = message;
  } catch {
    // The provider's script has failed.
  }
  say(form, words);
  form.removeAttribute('aria-busy');
  pay.disabled = false;
}

/** @param {HTMLFormElement} form */
function say(form, words) {
  const error = /** @type {HTMLElement} */ (form.querySelector('p.error'));
  error.textContent = words;
  error.hidden = !words;
}
