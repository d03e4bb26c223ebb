// The stand-in for Stripe.js: the calls that a shop's page needs to take a payment. As with Stripe's, the form is a frame of this origin,
// so what is typed never reaches the shop's page, and a bank's question is asked in a frame above the page. A shop's page loads it as a
// plain script; the block keeps its names from that page.
{
  const home = new URL(/** @type {HTMLScriptElement} */ (document.currentScript).src).origin;

  /** Passes on what a frame of ours says, until `hear` returns true. */
  const listen = (frame, hear) => {
    const heard = (event) => {
      if (event.origin !== home || event.source !== frame.contentWindow) return;
      if (hear(event.data)) removeEventListener('message', heard);
    };
    addEventListener('message', heard);
  };

  const frameOf = (path, secret, title) => {
    const frame = document.createElement('iframe');
    frame.src = `${home}/elements/${path}?${new URLSearchParams({ client_secret: secret })}`;
    frame.title = title;
    frame.style.cssText = 'width: 100%; border: 0; display: block;';
    return frame;
  };

  const fit = (frame, { height }) => {
    if (height) frame.style.height = `${height}px`;
  };

  const idOf = (secret) => String(secret).split('_secret_')[0];

  /** The form. It tells when it is ready, and is as high as what it shows. */
  class PaymentElement {
    #secret;
    /** @type {Record<string, (event: object) => void>} */
    #told = {};
    frame = null;

    constructor(secret) {
      this.#secret = secret;
    }

    on(event, tell) {
      this.#told[event] = tell;
      return this;
    }

    mount(place) {
      const at = typeof place === 'string' ? document.querySelector(place) : place;
      if (!at) throw new Error(`There is no ${place} to mount the form in.`);
      this.frame = frameOf(idOf(this.#secret), this.#secret, 'Payment form');
      listen(this.frame, (said) => {
        fit(this.frame, said);
        if (said.ready) this.#told.ready?.({ elementType: 'payment' });
        return false;
      });
      at.replaceChildren(this.frame);
    }

    destroy() {
      this.frame?.remove();
      this.frame = null;
    }
  }

  const elements = ({ clientSecret }) => {
    let made = null;
    return {
      clientSecret,
      create(kind) {
        if (kind !== 'payment') throw new Error(`The stand-in has no form for ${kind}.`);
        made = new PaymentElement(clientSecret);
        return made;
      },
      getElement: () => made,
    };
  };

  /** Asks the form to pay. Resolves with what the API has answered. */
  const submit = (frame, returnUrl) =>
    new Promise((resolve) => {
      listen(frame, (said) => {
        if (!said.answered) return false;
        resolve(said.answered);
        return true;
      });
      frame.contentWindow.postMessage({ pay: { return_url: returnUrl } }, home);
    });

  /** The question of the card's bank, above the page. A question is answered, not left. */
  const ask = (secret) =>
    new Promise((resolve) => {
      const dialog = document.createElement('dialog');
      const frame = frameOf(`${idOf(secret)}/question`, secret, 'Your bank asks');
      dialog.setAttribute('aria-label', frame.title);
      dialog.style.cssText = 'width: min(28rem, 90vw); padding: 0; border: 0;';
      dialog.addEventListener('cancel', (event) => event.preventDefault());
      listen(frame, (said) => {
        fit(frame, said);
        if (!said.answered) return false;
        dialog.remove();
        resolve(said.answered);
        return true;
      });
      dialog.append(frame);
      document.body.append(dialog);
      dialog.showModal();
    });

  const confirmPayment = async ({ elements, confirmParams }) => {
    const frame = elements.getElement()?.frame;
    if (!frame) return { error: { type: 'invalid_request_error', message: 'The form is not mounted.' } };
    const secret = elements.clientSecret;
    let answer = await submit(frame, confirmParams.return_url);
    if (answer.status === 'requires_action') answer = await ask(secret);
    if (!answer.status) return { error: answer.error ?? { type: 'api_error', message: 'The stand-in gave no answer.' } };
    const back = new URL(confirmParams.return_url);
    back.searchParams.set('payment_intent', idOf(secret));
    back.searchParams.set('payment_intent_client_secret', secret);
    back.searchParams.set('redirect_status', answer.status);
    location.assign(back.href);
    // The page is left: as with Stripe's, this never resolves.
    return new Promise(() => {});
  };

  const Stripe = (key) => {
    if (!/^pk_test_/.test(key)) throw new Error('The stand-in takes keys like pk_test_….');
    return { elements, confirmPayment };
  };
  Object.assign(window, { Stripe });
}
