promo-codes = Discount codes
promo-none = No code yet. Whoever enters one pays less for a pass, or nothing.
promo-new = New code
promo-code = Code
promo-code-hint = 6 to 32 letters, digits or hyphens. Capitals make no difference.
promo-code-wrong = Write 6 to 32 letters, digits or hyphens.
promo-code-taken = Your team has this code already.
promo-quota = Your team has as many codes as a team can have. End one first.
promo-percent-hint = From 1 to 100. With 100 the pass is free.
promo-percent-wrong = Write a whole number from 1 to 100.
promo-amount = Or an amount off
promo-off-missing = Say how much it takes off: a share in percent, or an amount.
promo-off-both = Choose either a share in percent or an amount.
promo-more = Uses, dates and passes
promo-most-hint = If left empty, any number.
promo-times-utc = In UTC. If left empty, it is valid at once, and without an end.
promo-times-zone = In { $zone }, the time zone of the space. If left empty, it is valid at once, and without an end.
promo-times-wrong = It cannot end before it begins.
promo-passes-hint = If none is ticked, it is valid for all of them.
promo-passes-wrong = Choose passes of this space.
promo-everywhere-choose = In all spaces of the team, if no pass is ticked
promo-add = Add the code
promo-added = The code is added.
promo-end = End the code
promo-end-label = End { $code }
promo-end-done = The code has ended. Orders that it made cheaper stay so.
promo-ended = ended
promo-percent-off = { $percent }% off
promo-amount-off = { $amount } off
promo-uses =
    { $count ->
        [one] used once
       *[other] used { $count } times
    }
promo-uses-of =
    { $count ->
        [one] used once of { $most }
       *[other] used { $count } times of { $most }
    }
promo-everywhere = in all spaces of the team
promo-for = for <names/>
promo-from = from <at/>
promo-until = until <at/>
promo-have = I have a code
promo-use = Use the code
promo-price = Price
promo-with = Code <code/>
promo-unknown = There is no such code here.
promo-other-pass = This code does not hold for this pass.
promo-not-yet = This code does not hold yet.
promo-over = This code has run out.
promo-used-up = This code was used as often as it could be.
promo-open-order = You have begun to pay for this pass without the code. Cancel that order first.
