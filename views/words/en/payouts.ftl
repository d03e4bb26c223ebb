# What sellers are paid: their account at the payment provider, the weekly run, and the statement of a payout.

payouts-title = Payouts
payouts-state-none = Not set up
payouts-state-started = Not finished
payouts-state-checking = Being checked
payouts-state-needs = Something is missing
payouts-state-enabled = Ready
payouts-state-restricted = Closed by the payment provider
payouts-account-none = Until an owner of the team says where the money goes, we keep it for you. You enter your bank account and who you are at the payment provider; we never see it.
payouts-account-started = The payment provider does not know enough yet. Until then we keep the money for you.
payouts-account-checking = The payment provider checks what was entered. That takes from minutes to days; there is nothing to do. Until then we keep the money for you.
payouts-account-needs = The payment provider asks for more before it pays your team. Until then we keep the money for you.
payouts-account-enabled = Your team is paid each Monday, from 00:00 UTC on: all that is available of its balance.
payouts-account-restricted = The payment provider does not pay your team. Nothing that you enter here changes that: write to the operators. We keep the money for you.
payouts-missing = It asks for:
payouts-missing-bank = a bank account
payouts-missing-identity = a proof of identity
payouts-missing-person = who you are
payouts-missing-business = your business
payouts-missing-terms = your consent to its terms
payouts-missing-other = further information
payouts-begin = Set up payouts
payouts-go-on = Go on with the payment provider
payouts-complete = Enter what is missing
payouts-look-again = Check the state again
payouts-write = Write to the operators
payouts-owner-only = Only an owner of the team can do this.
payouts-none-set-up = No payment provider is set up here, so nobody can be paid.
payouts-leave-refused = The payment provider does not answer. Nothing was changed; try again in a minute.
payouts-next = Next payout
payouts-next-run = The next run is on <time/>.
payouts-next-nothing = { $currency }: nothing is available now.
payouts-next-owes = { $amount }: refunds and disputes were more than what was there. Later sales settle it; you pay nothing.
payouts-next-too-little = { $amount }: less than { $least } waits for a later week.
payouts-next-disputed = { $currency }: all of it waits until refunds have gone back and banks have decided about disputes.
payouts-next-pays = { $amount }: will be paid, with what becomes available until then.
payouts-next-held = { $amount }: kept for you until your team can be paid.
payouts-past = Past payouts
payouts-decided-at = Date
payouts-where = State
payouts-payout-decided = being sent
payouts-payout-sent = at the payment provider
payouts-payout-on-its-way = on its way to the bank
payouts-payout-paid = paid
payouts-payout-going-back = failed, coming back
payouts-payout-returned = failed, back in the balance
payouts-statement = Statement of a payout
payouts-statement-about = Everything that changed your balance between the previous payout and this one.
payouts-csv = Save as CSV
payouts-total = Paid out
payouts-carried = Held back for disputes by the previous payout
payouts-held = Held back for open disputes and refunds
payouts-given-back = Given back to the balance
payouts-failed-why = The bank or the payment provider refused this payout. The money returns to your balance, and the next run pays it again. Look at your bank account at the payment provider.
payouts-more-lines = The first { $count } lines are shown. The file has all of them.
payouts-kind-payout = Payout to your bank
payouts-kind-returned = Payout came back
payouts-kind-transfer = Sent to the payment provider's account of the team
payouts-kind-transfer-reversed = Taken back from that account
payouts-failed = Payouts that failed or wait for money
payouts-failed-none = No payout has failed.
payouts-none = Nobody has been paid yet.
payouts-team = Team
payouts-mail-failed-subject = Your payout failed: { $amount }
payouts-mail-failed-text =
    Your payout of { $amount } did not reach your bank: the bank or the payment provider refused it. A closed account is the usual reason.

    The money returns to your balance, and the next run pays it again. Please look at your bank account at the payment provider before then.

    { $url }
