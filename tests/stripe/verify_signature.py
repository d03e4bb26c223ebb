"""Checks webhook signatures with Stripe's official client.

Each line on stdin is a JSON object {"payload", "signature", "secret"}; each line on stdout is the verdict: the event's id and
type, or the word "refused".
"""

import json
import sys

import stripe

for line in sys.stdin:
    sent = json.loads(line)
    try:
        event = stripe.Webhook.construct_event(sent["payload"], sent["signature"], sent["secret"])
        print(event.id, event.type, flush=True)
    except stripe.SignatureVerificationError:
        print("refused", flush=True)
