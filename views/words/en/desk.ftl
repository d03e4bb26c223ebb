# The seller's money and orders, invoices, and the operators' page of the ledger.

desk-money = Money
desk-money-about = Every payment, refund and dispute of your team, after the platform's share. Money becomes available when the payment provider has released it.
desk-money-none = Your team has not sold anything yet.
desk-balance = Balance in { $currency }
desk-available = available
desk-pending = pending
desk-disputed = held by banks
desk-sold = sold
desk-refunded = refunded
desk-fees = platform's share
desk-statement = Statement
desk-what = What happened
desk-amount = Amount
desk-fee = Platform's share
desk-own = For you
desk-pending-until = available from <time/>
desk-migrated = recorded before the ledger began; the fee is not known
desk-kind-payment = Payment
desk-kind-refund = Refund
desk-kind-refund-returned = Refund sent back by the bank
desk-kind-dispute-opened = Disputed: the bank keeps the money
desk-kind-dispute-won = Dispute won
desk-kind-dispute-lost = Dispute lost
desk-kind-fee = Fee of the payment provider
desk-kind-available = Released by the payment provider

desk-orders = Orders
desk-orders-none = Nobody has bought a pass yet.
desk-orders-not-found = No order matches.
desk-orders-all = Show all orders
desk-search = Find orders
desk-search-hint = An e-mail address, the number of an order or an invoice, or the name of a pass.
desk-search-go = Find
desk-order = Order
desk-order-title = Order { $number }
desk-buyer = Buyer
desk-pass = Pass
desk-gift = Bought for
desk-gift-gone = an account that was deleted
desk-paid-at = Paid
desk-story = What happened to the money
desk-decided = Refunds by your team
desk-decided-open = on its way
desk-decided-done = done
desk-decided-refused = refused by the payment provider
desk-decided-refused-why = Nothing went back. Decide again later, or write to the operators, who see why.
desk-refund-ask = Refund…
desk-refund-words = The money goes back to where it came from, and we write to the buyer. When all of it has gone back, the pass ends. Your balance is reduced by the whole amount: the platform keeps its share of the order, from which the payment provider was paid. This cannot be undone.
desk-refund-hint = At most { $amount }.
desk-refund-do = Refund the amount
desk-refund-used-up =
    { $count ->
        [one] { $count } refund of this order was decided; there can be no more. Write to the operators to give back the rest.
       *[other] { $count } refunds of this order were decided; there can be no more. Write to the operators to give back the rest.
    }
desk-refund-done = The refund is on its way.
desk-refund-changed = What can be refunded has changed meanwhile. Look at the order and decide again.
desk-refund-most = At most { $amount } can be refunded.

invoice-title = Invoice
invoice-number = Invoice number
invoice-date = Date
invoice-seller = Seller
invoice-reference = Reference
invoice-tax = Tax
invoice-tax-none = none charged
invoice-paid = Paid
invoice-paid-at = on <time/>
invoice-refunded = Refunded
invoice-going-back = All of it is being returned to you.
invoice-part-back = { $amount } of it went back to you.
invoice-whole-back = { $amount } went back to you: all that was paid.
invoice-disputed = The payment is disputed with your bank.
invoice-print = Print this page, or save it as a PDF, with your browser.
invoice-company = Company
invoice-address = Address
invoice-tax-id = Tax ID
invoice-bill = Make it out to a company
invoice-bill-hint = Leave all three empty to make it out to you alone.
invoice-bill-save = Save for this invoice
invoice-billed = The invoice is made out anew.

opsmoney-title = Ledger
opsmoney-about = The sum of each account. Every set of entries sums to zero. What sellers are owed and what was earned is negative.
opsmoney-provider = Payment provider
opsmoney-away = The payment provider does not tell its balance now:
opsmoney-seen = Told by the payment provider at <time/>.
opsmoney-never-seen = The payment provider has not told its balance yet.
opsmoney-ledger = Ledger
opsmoney-difference = Difference
opsmoney-webhook = The last webhook came at <time/>.
opsmoney-no-webhook = No webhook has come yet.
opsmoney-refusal = The last refused one came at <time/>: <reason/>.
opsmoney-no-sweep = The list of events there has not been read yet.
opsmoney-sweep = The list of events there was last read at <time/>: { $count ->
        [0] webhooks had brought all of them.
        [one] no webhook had brought one of them.
       *[other] no webhook had brought { $count } of them.
    }
opsmoney-sweep-lost = At <time/> no webhook had brought { $count ->
        [one] one
       *[other] { $count }
    } of them.
opsmoney-accounts = Accounts
opsmoney-account = Account
opsmoney-sum = Sum
opsmoney-none = Nothing has been paid yet.
