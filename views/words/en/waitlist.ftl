# Waiting for a pass: applications, the queue of a pass that is sold out, and the team's list.
waitlist = Waitlist
waitlist-apply = Apply
waitlist-apply-title = Apply for a pass
waitlist-apply-heading = Apply for <pass/>
waitlist-apply-about = The team decides who gets this pass. You pay nothing now. If they approve, you get a link by which you can have it for two days.
waitlist-apply-send = Send the application
waitlist-queue = Join the queue
waitlist-queue-title = Stand in line for a pass
waitlist-queue-heading = Stand in line for <pass/>
waitlist-queue-about = This pass is sold out. When a seat becomes free, it is offered to the first in line and kept for two days. You pay nothing now.
waitlist-queue-join = Join the queue
waitlist-mail-hint = We write to the address of your account.
waitlist-joined = You are on the list. A mail is on its way.
waitlist-held = You hold this pass already.
waitlist-decided = The team has decided about your application: it was not approved.
waitlist-full = This list is full.
waitlist-too-many = You wait for as many passes as one person can. Leave one of the lists first.
waitlist-seats = There is a seat: you need not wait.
waitlist-place-title = Your place: { $pass }
waitlist-place = Your place
waitlist-moves = This page follows by itself.
waitlist-waiting = The team has your application.
waitlist-approved-line = You are approved. As soon as a seat is free, it is offered to you.
waitlist-line = You are in line. As soon as it is your turn, a seat is offered to you.
waitlist-offered = A seat is kept for you.
waitlist-offered-until = It is yours until <time/>. Then it goes to the next.
waitlist-card = Pay when it is your turn
waitlist-card-about = Leave a card, and it pays { $amount } as soon as a seat is offered to you. You have the pass at once, and need not be here. Until then nothing is charged and nothing reserved, and you can take the card back.
waitlist-card-use = Let { $card } pay
waitlist-card-new = Leave a card
waitlist-card-other = Leave another card
waitlist-card-pays = { $card } pays { $amount } as soon as a seat is offered to you.
waitlist-card-until = Until then nothing is charged and nothing reserved.
waitlist-card-unsaved = No card is saved yet. If you have left the page of the payment provider, choose again.
waitlist-card-changed = The price has changed: it is { $amount } now. Your card pays that only if you choose it again.
waitlist-card-take = Do not charge it
waitlist-card-left = The card pays as soon as a seat is offered to you.
waitlist-card-taken = No card is charged.
waitlist-card-none = No card was saved.
waitlist-card-later = The payment service does not answer. If you have saved a card, it pays as soon as a seat is offered to you.
waitlist-card-price = The price has changed. Look at it, and choose again.
waitlist-card-late = A seat is offered to you already, or the card is not saved any more.
waitlist-card-wrong = Choose a card.
waitlist-charging = A seat is kept for you, and your card is being charged.
waitlist-charging-wait = When it has paid, the pass is yours. If it does not pay, you can still take the seat here.
waitlist-not-charged = Your card did not pay, or the price has changed. Nothing was charged. You can still take the seat here.
waitlist-taken = You have used your offer. An order that was not paid is not offered again.
waitlist-to-purchases = Your passes and orders
waitlist-rejected = The team did not approve your application.
waitlist-lapsed = The offer was not used in time, and the seat went to the next.
waitlist-left = You are not on the list any more.
waitlist-again = Come back, as the last in line
waitlist-leave-ask = Leave the list
waitlist-leave-words = You lose your place, and a seat that is kept for you goes to the next.
waitlist-leave = Leave
waitlist-leave-done = You have left the list.
waitlist-none = Nobody is on this list. Whoever applies, or waits for a seat, stands here.
waitlist-is-off = This pass keeps no list: whoever wants it gets it.
waitlist-is-apply = People apply for this pass, and only whom you approve can have it.
waitlist-is-queue = People stand in line when this pass is sold out. They are served in this order.
waitlist-change-mode = Change this
waitlist-states = Show only
waitlist-all = All
waitlist-csv = Download as CSV
waitlist-approve-chosen = Approve the chosen
waitlist-reject-chosen = Reject the chosen
waitlist-approve-all =
    { $count ->
        [one] Approve the one on this page
       *[other] Approve all { $count } on this page
    }
waitlist-choose = Choose at least one application.
waitlist-decision-wrong = Choose what to do.
waitlist-decided-none = Nothing was changed: all of these were decided before.
waitlist-decided-count =
    { $count ->
        [one] One application is decided.
       *[other] { $count } applications are decided.
    }
waitlist-history = What happened
waitlist-by = <time/>, by <name/>
waitlist-state-waiting = undecided
waitlist-state-line = waiting for a seat
waitlist-state-offered = offered
waitlist-state-taken = used
waitlist-state-rejected = rejected
waitlist-state-lapsed = not used in time
waitlist-state-left = has left
waitlist-step-joined = Came
waitlist-step-approved = Approved
waitlist-step-rejected = Rejected
waitlist-step-offered = A seat was offered
waitlist-step-taken = Used the offer
waitlist-step-lapsed = The offer ran out
waitlist-step-left = Left
waitlist-step-passed = Passed over, as they hold the pass or are banned
waitlist-step-not-charged = The card did not pay
waitlist-pays = card left
waitlist-selling = Who gets it
waitlist-selling-off = Whoever wants it
waitlist-selling-apply = Whom we approve: people apply
waitlist-selling-queue = Whoever wants it, with a queue when it is sold out
waitlist-selling-wrong = Choose who gets it.
refusals-approval = The team of this space decides who gets this pass. Apply for it on its page.
mail-waitlist-received-subject = Your application: { $pass } at { $space }
mail-waitlist-received-text =
    { $space } has your application for { $pass }. We write again when it is decided.

    Your place on the list:
    { $url }
mail-waitlist-queue-subject = You are in line: { $pass } at { $space }
mail-waitlist-queue-text =
    You are in line for { $pass } at { $space }. We write again when a seat is free for you.

    Your place in line:
    { $url }
mail-waitlist-offered-subject = A seat is kept for you: { $pass } at { $space }
mail-waitlist-offered-text =
    A seat for { $pass } at { $space } is kept for you until { $until }. Then it goes to the next.

    Sign in with this address and take it here:
    { $url }
mail-waitlist-not-charged-subject = Your card did not pay: { $pass } at { $space }
mail-waitlist-not-charged-text =
    A seat for { $pass } at { $space } is kept for you until { $until }. The card that you left did not pay for it, or the price has changed. Nothing was charged.

    Sign in with this address and take the seat here:
    { $url }
mail-waitlist-rejected-subject = About your application: { $pass } at { $space }
mail-waitlist-rejected-text =
    The team of { $space } did not approve your application for { $pass }. Nothing was charged.
