# Orders, the passes that a person holds, and payments.

money-order = Your order
money-order-title = { $title } for { $amount }
money-order-for = For
money-order-total = Total
money-pay = Pay { $amount }
money-pay-where = You pay on the page of our payment provider and come back here.
money-cancel = Cancel the order
money-held-for = Held for you <time/>.
money-away = The payment service does not answer at the moment. We keep trying; nothing was charged.
money-waiting = Waiting for your payment.
money-waiting-page = As soon as it is confirmed, this page opens the door. You can leave it open.
money-processing = Your payment is being processed.
money-processing-mail = Your bank confirms this kind of payment within some days. We write to { $email } when the pass is yours, or if the payment fails; you need not keep this page open.
money-ending = This order is being ended. If you have paid already, the payment counts.

money-end-cancelled = You have cancelled this order.
money-end-price = The price of this pass has changed.
money-end-withdrawn = This pass is no longer sold.
money-end-unpublished = This space is closed at the moment.
money-end-banned = You were banned from this space.
money-end-refused = This order could not be opened.
money-end-unconfirmed = We have had no confirmation of a payment.
money-failed = The payment failed.
money-run-out = This order has run out.
money-safe-refused = That is a mistake on our side, not your card's. Nothing was charged. Please try again later.
money-safe-unconfirmed = This order has ended, and we do not know whether you were charged. If you are, you get the pass or a refund.
money-safe-failed = The money did not arrive, and nothing was charged.
money-safe-ended = This order has ended. Nothing was charged.
money-safe-run-out = Nothing was charged.

money-explore-others = Explore other spaces
money-see-offers = See what <space/> offers
money-free-now = The pass is free now.
money-take = Take the pass
money-costs-now = It costs <amount/> now.
money-buy-for = Buy for { $amount }
money-back-to-pass = Back to the pass
money-go-to = Go to <space/>
money-enter = Enter <title/>

money-in = You are in
money-confirmed = The pass is yours. A confirmation is on its way to { $email }.
money-yours = The pass is yours
money-yours-banned = Until the ban ends, the pass opens nothing.
money-paused = Your pass is paused
money-paused-why = The payment is disputed with your bank. When the bank has decided for the payment, the pass opens its doors again.
money-taken-back = The payment was taken back.
money-taken-back-why = Your bank returned it to you after a dispute.
money-part-back = { $amount } of it went back to you.
money-refund-surplus = You held this pass already.
money-refund-banned = You may not enter this space.
money-refund-unpublished = The space was closed before the payment arrived.
money-going-back = Your money goes back
money-going-back-disputed = The payment is disputed with your bank. If the bank does not return it to you, we do.
money-going-back-amount = We return { $amount } to where it came from and write to you then.
money-refunded = Refunded
money-refunded-amount = { $amount } went back to where it came from. Banks take up to ten days to show it.
money-refund-failed = The refund failed
money-refund-failed-mail = Your bank sent the money back to us, so it is not on your account. We know of it and will pay it back another way; a mail to { $email } asks you how.

money-passes = Your passes
money-passes-none = Passes that you take or buy are kept here.
money-explore = Explore spaces
money-live-now = Live now
money-coming = Coming up
money-held = What you hold
money-held-since = since <time/>
money-held-until = until <time/>
money-past = Passes that have ended
money-pass-ended = This pass has ended.
money-pass-stays = The pass stays yours.
money-pass-empty = What is added to this pass opens here.
money-payments = Payments
money-payments-none = You have not paid for anything yet.

# The state of an order in one or a few words.
money-badge-not-paid = not paid yet
money-badge-waiting = waiting for the payment
money-badge-being-ended = being ended
money-badge-processing = being processed
money-badge-paid = paid
money-badge-failed = payment failed
money-badge-expired = expired
money-badge-going-back = going back
money-badge-partly-refunded = partly refunded
money-badge-refunded = refunded
money-badge-refund-failed = refund failed
money-badge-disputed = disputed
money-badge-taken-back = taken back after a dispute
money-badge-cancelled = cancelled
money-badge-price = ended: its price changed
money-badge-withdrawn = ended: no longer sold
money-badge-unpublished = ended: space closed
money-badge-banned = ended: banned
money-badge-refused = could not be opened
money-badge-unconfirmed = not confirmed

# Toasts begin these with a capital letter and end them with a full stop.
money-over = this checkout is over: { $state }
money-state-held = held
money-state-paying = paying
money-state-processing = processing
money-state-paid = paid
money-state-failed = failed
money-state-expired = expired
money-not-set-up = payments are not set up here
money-unavailable = the database is away

order-terms-version = Version { $version }
