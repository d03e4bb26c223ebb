// In the frames of the stand-in's payment form: sends what is typed to the stand-in, and tells the page around the answer.
const form = document.querySelector('form');
const tell = (said) => parent.postMessage(said, '*');

/** @param {URLSearchParams} fields */
async function send(fields) {
  try {
    const response = await fetch(form.action, { method: 'POST', body: fields });
    tell({ answered: await response.json() });
  } catch {
    tell({ answered: { error: { type: 'api_connection_error', message: 'The stand-in could not be reached.' } } });
  }
}

/** @param {HTMLElement | null} button */
function fieldsOf(button) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form, button)) fields.set(name, String(value));
  return fields;
}

if (form) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    // The form of a card is sent by the page around.
    if (form.dataset.frame === 'question') send(fieldsOf(event.submitter));
  });
  addEventListener('message', ({ source, data }) => {
    if (source !== parent || !data?.pay) return;
    const fields = fieldsOf(null);
    fields.set('return_url', data.pay.return_url);
    send(fields);
  });
}
new ResizeObserver(() => tell({ height: document.documentElement.scrollHeight })).observe(document.body);
tell({ ready: true });
