# Prices that buyers choose.
chosen-kind = Pay what you want
chosen-if = if buyers choose
chosen-least-hint = Empty or 0: the pass can be had for nothing.
chosen-suggested-hint = The form begins with it. Empty: nothing is suggested.
chosen-suggested-little = Suggest no less than buyers pay at least.
chosen-from = from { $amount }
chosen-any = what you like
chosen-once = once; you choose
chosen-suggested = (suggested: { $amount })
chosen-verb = Choose what to pay
chosen-go = Go on with this amount
chosen-title = What do you want to pay?
chosen-below = You choose below what you pay.
chosen-amount = Amount in { $currency }
chosen-hint = From { $least } to { $most }.
chosen-hint-any = From 0 to { $most }. With 0 the pass costs nothing.
chosen-missing = Say how much you want to pay.
chosen-little = It costs at least { $least }.
chosen-much = It can be at most { $most }.
# Saved cards.
cards = Saved cards
cards-about = You can pay for a pass with one of them in one step.
card-other = Card
card-until = Good until { $month }/{ $year }
card-pay = Pay { $amount } with { $card }
card-pay-chosen = Pay with { $card }
card-keep = Save the card for next time
card-charging = Your card is being charged.
card-charging-wait = This page goes on by itself.
card-asks = Your bank wants to ask you first whether this is you. Please pay on the payment page.
card-expired = Your saved card has expired. Please pay with another one.
card-funds = The bank declined your saved card: not enough money. Please pay with another one.
card-declined = The bank declined your saved card. Please pay with another one.
card-nothing-charged = Nothing was charged.
card-remove = Remove
card-remove-label = Remove { $card }
card-removed = The card is removed.
card-gone = This card is not saved any more.
# Paying on our own page.
own-page-button = Enter the card on this page
own-page-title = Pay on this page
own-page-about = The form is our payment provider’s: what you type goes there, and not to us.
own-page-elsewhere = Pay on the payment page instead
own-page-moving = The other way to pay is being prepared.
own-page-blocked = The form could not be loaded. Please pay on the payment page instead.
own-page-failed = That did not work. If you were charged after all, this page says so in a moment; otherwise try again.
# Passes that are bought for somebody else.
gift-link = Buy it for somebody else
gift-title = Buy a pass for somebody else
gift-heading = <pass/> for somebody else
gift-about = Whoever you name gets a mail once you have paid, and takes the pass by signing in with that address.
gift-email = E-mail address of whoever gets it
gift-refund = You get the receipt. If the money goes back to you, the pass ends.
gift-own = This is your own address. Buy the pass for yourself on its page.
gift-given = A pass waits for this address already.
gift-open-order = You have begun to pay another order of this pass. Pay it or cancel it first.
gift-to = Gift to
gift-receipt-to = Receipt to
gift-forgotten = an address that was deleted
gift-paid = Paid
gift-paid-mail = { $email } gets a mail, and takes the pass by signing in with that address.
gift-from = <buyer/> has bought you this pass of <space/>. It costs you nothing.
mail-gift-subject = A gift for you: { $pass } at { $space }
mail-gift-text =
    { $from } has bought you a pass of { $space }: { $pass }. It costs you nothing.

    Sign in with this address and take it here:
    { $url }

    It waits for you. If you do not want it, there is nothing to do.
mail-gift-receipt-subject = Your gift: { $pass } at { $space }
mail-gift-receipt-text =
    Thank you. { $pass } at { $space } goes to { $email }, who gets a mail with the way to take it.

    {"    "}{ $amount } ({ $currency })

    Order { $reference }
    Your invoice: { $invoice }
# Visitors who pay first.
guest-title = Pay first, confirm your address after
guest-about = Give your address, pay, and enter the code that we mail you. Only whoever can read mail there gets the pass.
guest-terms = By paying you accept our <terms>terms</terms>.
guest-pay = Go to payment
guest-given = A pass that was paid waits for this address already. Sign in with it to take it.
guest-look-again = This page looks again by itself.
guest-returned = { $amount } goes back to where it came from. Banks take up to ten days to show it.
guest-prove = The pass waits for <email/>. Enter the code that we mail there, and you are in.
guest-proven = The pass waits for <email/>. Take it, and you are in.
guest-send-code = Mail me the code
guest-claimed = { $pass } at { $space } was paid for this address before you signed in, and is yours now.
guest-claimed-back = The money for { $pass } at { $space }, which was paid for this address, goes back. { $why }
mail-guest-receipt-subject = Your pass: { $pass } at { $space }
mail-guest-receipt-text =
    Thank you. { $pass } at { $space } is paid and waits for you.

    {"    "}{ $amount } ({ $currency })

    Sign in with this address, and it is yours:
    { $url }

    Order { $reference }
    Your invoice: { $invoice }
mail-guest-reminder-subject = Your pass waits: { $pass } at { $space }
mail-guest-reminder-text =
    { $pass } at { $space } is paid ({ $amount }) and still waits for you.

    Enter the code that we mail you, and it is yours:
    { $url }

    It waits for as long as it takes. If you do not want it any more, ask the seller for a refund once it is yours.
