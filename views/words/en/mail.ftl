# Mail is plain text. A line break in a message is one in the mail; spaces at the start of a line are written as a value.

## Codes

mail-sign-in-subject = { $code } is your code for Backstage Pass
mail-sign-in-text =
    Your code for Backstage Pass is

    {"    "}{ $code }

    It is good for { $minutes } minutes, once, in the browser that asked for it.

    You did not ask? Then somebody typed your address by mistake, and you need do nothing.
mail-confirmation-subject = { $code } confirms your account at Backstage Pass
mail-confirmation-text =
    Your code for Backstage Pass is

    {"    "}{ $code }

    It confirms that your account is yours, and is good for { $minutes } minutes, once, in the browser that asked for it.

    You did not ask? Then somebody is signed in as you: open Account, Where you are signed in, and sign out everywhere else.
mail-address-code-subject = { $code } confirms this address at Backstage Pass
mail-address-code-text =
    Your code for Backstage Pass is

    {"    "}{ $code }

    With it, this becomes the address of an account. It is good for { $minutes } minutes, once, in the browser that asked for it.

    You did not ask? Then somebody typed your address by mistake, and you need do nothing.

## An account

mail-code-used-subject = A recovery code of your account was used
mail-code-used-text =
    Somebody got into your account at Backstage Pass with a recovery code on { $when }.

    It was not you? Sign in, sign out everywhere else, and make new codes, which voids the others:
    { $sessions }
mail-deleted-subject = Your account is deleted
mail-deleted-text =
    Your account at Backstage Pass is deleted, and every browser is signed out. Orders and payments stay in our books without your name and address, as the law wants it.

    This address is free: you can open a new account with it whenever you like.

## Shows

mail-reminder-subject = { $begins ->
        [soon] Soon: { $title } at { $space }
       *[day] In a day: { $title } at { $space }
    }
mail-reminder-text =
    { $begins ->
        [soon] { $title } at { $space } begins soon:
       *[day] { $title } at { $space } begins in a day:
    }

    {"    "}{ $when }

    Be there:
    { $url }

    You asked us to remind you. To get no more reminders:
    { $stop }
mail-live-subject = Live now: { $title } at { $space }
mail-live-text =
    { $title } at { $space } is live now.

    Go in here:
    { $url }
mail-live-free = You need a pass for it; there is a free one.
mail-live-price = You need a pass for it, from { $price }.
mail-moved-subject = Moved: { $title } at { $space }
mail-moved-text =
    { $title } at { $space } is moved.

    {"    "}Before: { $before }
    {"    "}Now: { $now }

    { $url }
mail-dated-subject = New date: { $title } at { $space }
mail-dated-text =
    { $title } at { $space } has a date:

    {"    "}{ $now }

    { $url }
mail-undated-text =
    { $title } at { $space } has no date at the moment. You hear from us when it has one again.

    { $url }
mail-cancelled-subject = Cancelled: { $title } at { $space }
mail-cancelled-text = { $title } at { $space } is cancelled.
mail-cancelled-planned = { $title } at { $space }, planned for { $when }, is cancelled.
mail-cancelled-holder = Your pass stays yours and opens what comes next.
mail-cancelled-gift = Your pass for it was a gift. Its buyer gets the money back, and the pass ends.
mail-planned-subject-one = Planned: { $title } at { $space }
mail-planned-subject-more = Planned: new shows at { $space }
mail-planned-text = { $space } has planned:
mail-news-more = There are more.
mail-posted-subject-one = New post: { $title } at { $space }
mail-posted-subject-more = New posts at { $space }
mail-posted-text = { $space } has published:
mail-posted-price = What you cannot read needs a pass, from { $price }.
mail-posted-free = What you cannot read needs a pass; there is a free one.
mail-posted-shut = What you cannot read needs a pass; none is on offer at the moment.
mail-see-space =
    See the space:
    { $url }
mail-because-holder = You get this because you hold a pass for it.
mail-because-reminded = You get this because you asked us to remind you of it.
mail-because-follower = You get this because you follow the space.
mail-stop =
    To get no more mail of this kind:
    { $url }

## Money

mail-purchase-subject = Your pass: { $pass } at { $space }
mail-purchase-text =
    Thank you. { $pass } at { $space } is yours{ $lasts ->
        [yes] {" "}until { $until }
       *[no] {""}
    }.

    {"    "}{ $amount } ({ $currency })

    Go in here:
    { $url }

    Order { $reference }
    Your invoice: { $invoice }
mail-refund-subject = Your refund: { $pass } at { $space }
mail-refund-text =
    { $refunded } went back to you for { $pass } at { $space }. { $ended }

    Banks take up to ten days to show it.

    { $url }

    Order { $reference }
mail-refund-ended = The pass has ended with it.
mail-refund-kept = You keep the pass.
mail-refund-failed-subject = Your refund failed: { $pass } at { $space }
mail-refund-failed-text =
    Your refund for { $pass } at { $space } did not arrive: your bank sent the money back to us. A closed card or account is the usual reason.

    We know of it and will pay it back another way. You can answer with how you want to get { $paid }.

    { $url }

    Order { $reference }
mail-payment-failed-subject = Your payment failed: { $pass } at { $space }
mail-payment-failed-text =
    Your payment of { $amount } for { $pass } at { $space } failed, so the pass is not yours. Nothing was charged.

    { $next }
    { $url }

    Order { $reference }
mail-payment-failed-again = You can buy the pass again here:
mail-payment-failed-order = { $reason } This is your order:
mail-payment-unconfirmed-subject = Your payment is not confirmed: { $pass } at { $space }
mail-payment-unconfirmed-text =
    We have had no confirmation of your payment of { $amount } for { $pass } at { $space } for { $days } days, so we have ended the order. If you are charged for it later, you get the pass or a refund.

    This is your order:
    { $url }

    Order { $reference }

## Teams, and closed spaces

mail-invitation-subject = An invitation into the team of { $space }
mail-invitation-what = { $who } invites you into the team of { $space } on Backstage Pass as { $role }.
mail-handover-subject = { $space } can be yours
mail-handover-what = { $who } offers to hand { $space } over to you on Backstage Pass. You would be its owner.
mail-invitation-text =
    { $what }

    To accept, open this within seven days and sign in with this e-mail address:
    { $url }

    You do not know them? Then you need do nothing.
mail-handed-over-subject = { $space } has a new owner
mail-handed-over-text = { $who } (@{ $username }) has accepted { $space } and is its owner now. { $left ->
        [yes] You have left its team.
       *[no] You stay on its team as an admin.
    }
mail-taken-over-subject = { $space } is yours
mail-taken-over-text =
    { $space } is yours. { $left ->
        [yes] { $who } (@{ $username }) has left its team.
       *[no] { $who } (@{ $username }) stays on its team as an admin.
    }

    Its team:
    { $url }
mail-closed-subject = { $space } has closed
mail-closed-text =
    { $space } has closed. Your pass opens nothing there any more.

    You keep the pass and its receipts: they stay listed in your account.
    { $url }

    If it reopens within { $days } days, your pass opens it again, without a new payment.

## What operators decide, and letters to them

mail-answer-letter-subject = Your letter to Backstage Pass
mail-answer-letter = We have read what you wrote to us.
mail-answer-report-subject = Your report of { $kind ->
        [picture] a picture of { $about }
       *[other] { $about }
    }
mail-answer-acted = You reported { $kind ->
        [picture] a picture of { $about }
       *[other] { $about }
    }. We looked into it and have acted on it.
mail-answer-dismissed = You reported { $kind ->
        [picture] a picture of { $about }
       *[other] { $about }
    }. We looked into it and found nothing that our rules forbid, so we leave it as it is.
mail-answer-written =
    You wrote:
    { $words }
mail-answer-contact =
    If there is more to say, write to us:
    { $url }
mail-letter-subject = Letter: { $topic }
mail-letter-signed-in = { $from } (signed in as @{ $username }) wrote to us about: { $topic }
mail-letter-signed-out = { $from } (not signed in) wrote to us about: { $topic }
mail-letter-answer =
    Answer it here, so that everybody sees that it is done:
    { $url }
mail-suspended-account-subject = Your account is suspended
mail-suspended-account-text =
    We suspended your account at Backstage Pass. You are signed out everywhere, and nobody can sign in to it. Orders that were not paid are cancelled; what you have paid for stays yours.

    Why:
    { $reason }
mail-restored-account-subject = Your account is restored
mail-restored-account-text = You can sign in to Backstage Pass again. Everything in your account is as it was.
mail-suspended-space-subject = { $space } is suspended
mail-suspended-team-text =
    We suspended your space { $space }. Its doors are closed, also to its team; what was on air has ended, and nothing is sold. Its texts, passes and plans are kept.

    Why:
    { $reason }
mail-suspended-holder-text = You hold a pass of { $space }. We suspended this space, so its shows cannot be watched for now. Your pass is kept, and opens the space again if it returns. If you want your money back, write to us.
mail-restored-team-subject = { $space } is restored
mail-restored-team-text = Your space { $space } is as it was before we suspended it. A show that was on air then has ended.
mail-restored-holder-subject = { $space } is back
mail-restored-holder-text = { $space } is open again, and so is what your pass opens.
mail-suspended-contact =
    Questions? Write to us:
    { $url }
