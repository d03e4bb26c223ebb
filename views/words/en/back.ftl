# Money that goes back: shows that are called off, and refunds that buyers ask for.

showrefund-title = Cancel and refund
showrefund-link = Cancel and refund buyers…
showrefund-link-words = Calls the show off and returns the money of everybody who bought for it.
showrefund-link-state = Refunds of this show
showrefund-on-air = The show is on air, and ends in its studio. Whoever manages the money of the team can call it off here and refund its buyers.
showrefund-heading = Cancel <title/> and refund its buyers
showrefund-ends = The show ends at once, also on the pages of everybody who waits for it or watches it.
showrefund-money = What is left of each order of the passes that you choose goes back to where it came from. Your balance is reduced by the whole amount: the platform keeps its share.
showrefund-mail = Each buyer gets one mail about it. Their passes end when the money has gone back.
showrefund-without = Orders that a bank decides about go back by its decision alone. Subscriptions go on: they are paid for a time and not for one show.
showrefund-final = This cannot be undone.
showrefund-passes = Passes that were bought for this show
showrefund-passes-hint = Choose those whose buyers get their money back.
showrefund-orders = { $count ->
    [one] 1 order, { $amount }
   *[other] { $shown } orders, { $amount }
}
showrefund-name = Write the show's title to confirm
showrefund-do = Cancel and refund
showrefund-back = Back to the show
showrefund-over = The show has taken place. Single orders are refunded on their pages.
showrefund-nobody = Nobody has bought a pass for this show, or all of it went back already. Cancel it on its page.
showrefund-choose = Choose at least one pass.
showrefund-changed = What would go back has changed meanwhile. Look at the sums and decide again.
showrefund-other-name = This is not the title of the show: { $title }
showrefund-decided-done = The show is cancelled, and the refunds are on their way.
showrefund-already = The refunds of this show were decided before.
showrefund-none = There is nothing to try again.
showrefund-done-heading = Refunds for <title/>
showrefund-decided = Decided <at/>
showrefund-progress = { $count ->
    [one] { $done } of 1 order refunded
   *[other] { $done } of { $shown } orders refunded
}
showrefund-progress-label = Refunded orders
showrefund-begun = The orders are being looked up.
showrefund-listing = More orders are being looked up.
showrefund-returned = { $returned } of { $amount } went back.
showrefund-all-done = All of it has gone back.
showrefund-failed = { $count ->
    [one] 1 refund failed
   *[other] { $count } refunds failed
}
showrefund-refused = refused by the payment provider; the operators see why
showrefund-came-back = sent back by the buyer’s bank
showrefund-stuck = no answer from the payment provider for an hour
showrefund-retry = Try these again
showrefund-again = { $count ->
    [one] 1 refund is tried again.
   *[other] { $count } refunds are tried again.
}
mail-show-refund-text =
    { $title } at { $space } is cancelled.

    What you paid for it goes back to where it came from: { $amount }. Banks take up to ten days to show it. When it has gone back, your pass for it ends.

    Your purchases:
    { $url }

wish-link = Ask for a refund
wish-title = Ask for a refund
wish-reason = Why do you ask?
wish-reason-hint = The seller reads this and answers. Both of you get a mail.
wish-ask = Ask for a refund
wish-asked-done = The seller was asked. You get a mail with the answer.
wish-asked-own = You asked <at/>
wish-asked = Asked <at/>
wish-badge-open = not answered yet
wish-badge-refunded = refunded
wish-badge-declined = declined
wish-reason-gone = The buyer's account was deleted.
wish-answer = The answer:
wish-waits = The seller has not answered yet.
wish-used-up = You have asked { $count } times about this order, which is as often as you can. The <contact>contact page</contact> reaches the operators.
wish-nothing = There is nothing that could be refunded: all of it went back, or is on its way, or a bank decides about it.
wish-changed = That cannot be asked for any more.
wish-heading = The buyer asks for a refund
wish-heading-answered = Refunds that the buyer asked for
wish-decide = Refund it in part or in full, which answers the buyer, or say why you do not.
wish-words = Your answer
wish-words-hint = The buyer reads this.
wish-decline-ask = Decline…
wish-decline = Decline the refund
wish-declined = The buyer gets your answer by mail.
wish-answered = This was answered already.
wish-badge-asks = asks for a refund
wish-open = { $count ->
    [one] 1 buyer asks for a refund
   *[other] { $count } buyers ask for a refund
}
wish-none-open = Nobody is waiting for an answer.
mail-wish-asked-subject = Order { $number }: a refund is asked for at { $space }
mail-wish-asked-text =
    The buyer of order { $number }, { $pass } at { $space } for { $paid }, asks for a refund:

    { $words }

    Refund it or decline here:
    { $url }
mail-wish-declined-subject = Your question about a refund: { $pass } at { $space }
mail-wish-declined-text =
    You asked for a refund of { $paid } for { $pass } at { $space }. The seller does not refund it and writes:

    { $words }

    You keep the pass.

    { $url }

evidence-link = Answer the bank about this payment
evidence-title = Answer to the bank
evidence-about = The buyer's bank decides about this payment. Your answer is these facts and your own words.
evidence-facts = This is what we know about the order:
evidence-was-sent = What was written before
evidence-closed = No bank waits for an answer about this payment.
evidence-words = Your words
evidence-words-hint = They are added to the facts.
evidence-once = It is sent once and cannot be changed after that.
evidence-send = Send to the bank
evidence-done = The answer is on its way.
evidence-not-open = No bank waits for an answer any more, or there is one already.
evidence-on-its-way = The answer is on its way to the payment provider.
evidence-sent = Sent <at/>. The bank decides.
evidence-refused = The payment provider did not take the answer; the operators see why. You can write another one while the bank waits.
evidence-order = Order { $number }: { $pass } at { $space }, { $paid }, paid { $at }.
evidence-buyer = Buyer: { $name }, { $email }.
evidence-terms = The buyer accepted version { $version } of the terms on { $at }.
evidence-terms-undated = The buyer accepted version { $version } of the terms.
evidence-gift = The buyer bought it for somebody else, the receiver.
evidence-access = { $who ->
    [receiver] The receiver
   *[buyer] The buyer
} got access on { $at }.
evidence-watched = { $who ->
    [receiver] The receiver
   *[buyer] The buyer
} watched “{ $title }” for { $count ->
    [one] 1 minute
   *[other] { $count } minutes
}, between { $from } and { $until }.
evidence-not-watched = { $who ->
    [receiver] The receiver
   *[buyer] The buyer
} has not watched a show since.
