# Passes that are paid again and again.
plans-recurring = Monthly or yearly
plans-if-recurring = if monthly or yearly
plans-more = Trial, setup fee and number of payments
plans-trial-hint = So many days pass before the first charge. Empty: no trial.
plans-fee-hint = Charged once, at the beginning. Empty: no fee.
plans-each-month = { $amount } a month
plans-each-year = { $amount } a year
plans-times = { $count } × { $amount }
plans-a-month = a month
plans-a-year = a year
plans-or-year = or { $amount } a year
plans-saving = (saves { $percent }%)
plans-trial =
    { $count ->
        [one] The first day is free.
       *[other] The first { $count } days are free.
    }
plans-fee = Plus { $amount } once, at the beginning.
plans-choose = How you pay
plans-source = subscribes
plans-subscribe = Subscribe
plans-buy-instalments = Buy in { $count } payments
plans-amount-missing = A pass that is paid monthly or yearly needs an amount for one of the two.
plans-instalments-hint = After so many months all of it is paid, and the pass stays. Empty: it goes on until somebody ends it.
plans-instalments-wrong = The number of payments is a whole number from 2 to 24, or empty.
plans-instalments-alone = A number of payments needs a monthly amount, and neither a yearly one nor a trial.
plans-instalments = { $count } × { $each }, then it is yours. { $total } in all.
plans-instalments-then = Then
plans-instalments-left =
    { $count ->
        [one] once more { $each }, after a month; then the pass is yours
       *[other] { $count } × { $each }, one each month; then the pass is yours
    }
plans-instalments-paid = { $paid } of { $count } paid
plans-instalments-done = All of it is paid: the pass is yours.
plans-no-end = Whoever subscribes has the pass for as long as they pay. Leave its end empty.
plans-trial-wrong = A trial is a whole number of days from 1 to 365, or empty.
plans-then = Then, until you end it
plans-start = Start for nothing now
# What a person subscribes to.
plans-own = Subscriptions
plans-own-none = You subscribe to nothing. A pass that is paid monthly or yearly stands here.
plans-card = Change the card, see payments
plans-card-where = The payment provider keeps your card; we never see its number.
plans-cancel = End with the period
plans-undo-cancellation = Go on after all
plans-pause = Pause
plans-resume = Resume
plans-on-pause = Paused: nothing is charged. It is paid for until <at/>. It ends on <end/> if you do not resume it by then.
plans-pause-done = It is paused: nothing is charged, and the pass is yours until the end of what you have paid for.
plans-pause-refused = It cannot be paused now: its last charge is not paid, or it ends anyway.
plans-resume-refused = Your card did not pay, so it is still paused. Change your card, and try again.
plans-refused = It could not begin, or not go on. What it charged for that goes back.
plans-ended = Ended on <at/>.
plans-incomplete = The first payment is still missing.
plans-paused = Paused, because there is no card that pays.
plans-unpaid = The last charge failed. Change your card: without a payment the pass ends on <at/>.
plans-ends = Ends on <at/>. Until then the pass is yours.
plans-trialing = Free until <at/>, and charged from then on.
plans-renews = Charged again on <at/>.
plans-ending-done = It ends with the period. Until then the pass is yours.
plans-resumed-done = It goes on.
mail-unpaid-subject = Payment failed: { $pass } at { $space }
mail-unpaid-text =
    We could not charge { $each } for { $pass } at { $space }.

    The payment provider tries again. To be sure, change your card here:
    { $url }

    Without a payment your pass ends on { $until }.
mail-renews-subject = Soon charged again: { $pass } at { $space }
mail-renews-text =
    Your pass { $pass } at { $space } goes on for another year: { $each }, charged on { $at }.

    You can end it before that here:
    { $url }
mail-ended-subject = Ended: { $pass } at { $space }
mail-ended-text =
    Your subscription of { $pass } at { $space } has ended. Nothing is charged any more.

    What you subscribe to:
    { $url }
# Another plan.
plans-change = Another way to pay
plans-change-ask = Pay { $each } instead
plans-change-before = Until now
plans-change-after = From now on
plans-change-now = Charged now
plans-change-credit = { $amount } that you have paid already is taken off the next charges.
plans-change-do = Change it
plans-change-pay = Change it for { $due }
plans-change-leave = Leave it as it is
plans-change-old = We no longer know what this costs. Go back to your subscriptions and ask again.
plans-change-refused = Your card did not pay, so nothing has changed.
plans-changed = It is changed.
plans-pay-now = Pay now
plans-paid-now = Nothing is owed any more.
plans-pay-refused = Your card did not pay. Change it, and try again.
mail-trial-subject = Your trial: { $pass } at { $space }
mail-trial-text =
    Your trial of { $pass } at { $space } has begun. Nothing is charged before { $end }; then it is { $each }.

    If you do not want it to go on, end it before that here:
    { $url }
