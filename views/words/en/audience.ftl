# The people of a space for its team: the list, one person's story, messages to holders, and figures.

members-ever =
    { $count ->
        [one] { $shown } person holds or held one.
       *[other] { $shown } people hold or held one.
    }
members-search = Find people
members-search-hint = How a name, a username or an e-mail address begins.
members-search-hint-names = How a name or a username begins.
members-state = Now
members-any-pass = Any pass
members-any-state = Everybody
members-holds = holds a pass
members-former = held a pass
members-banned = banned
members-not-found = Nobody fits.
members-all = Show everybody
members-csv = Download this list (CSV)
members-person = Person
members-passes = Passes
members-watched = Watched
members-gone = account deleted
members-seen = last on <time/>
members-until = until <time/>
members-ended = ended <time/>
members-not-in-force = not in force
members-source-purchase = bought
members-source-free = free

person-seen = Last watched
person-never = never
person-wanted = wanted
person-unwanted = not wanted since <time/>
person-no-passes = They have never held a pass.
person-no-orders = They have not paid for anything.
person-refunded = { $amount } refunded
person-refund = See or refund
person-plans = Subscriptions
person-plan-until = paid until <time/>
person-bans = Bans and mutes
person-ban = Ban
person-mute = Mute
person-over = over
person-in-force = in force

letters = Messages
letters-holders = Write to holders
letters-about =
    { $most ->
        [one] Every holder gets it once, by mail, unless they want no messages from your space. At most { $most } message a day.
       *[other] Every holder gets it once, by mail, unless they want no messages from your space. At most { $most } messages a day.
    }
letters-no-passes = Your space has no pass yet, so nobody holds one.
letters-to = To the holders of
letters-hold =
    { $count ->
        [one] { $count } person
       *[other] { $count } people
    }
letters-subject = Subject
letters-body = Message
letters-preview = Show the mail first
letters-preview-title = This is the mail
letters-send =
    { $count ->
        [one] Send to { $count } person
       *[other] Send to { $count } people
    }
letters-sent = Sent messages
letters-none = Nothing was sent yet.
letters-reached =
    { $count ->
        [one] to { $count } person
       *[other] to { $count } people
    }
letters-read = Read it
letters-choose = Choose at least one pass.
letters-nobody = Nobody would get it: nobody holds these passes and wants messages.
letters-not-public = Publish your space first: its link is in the mail.
letters-most-by-account = You have sent as many messages as you may in a day, in all of your spaces. Send this one tomorrow.
letters-most-a-day = Your space has sent as many messages as it may in a day. Send this one tomorrow.
letters-is-sent = The message is on its way.
letters-stop = Stop the messages
letters-stop-about = The team of <space/> writes to you because you hold a pass. If you stop the messages, receipts and news of shows that you paid for still come.
letters-stopped = The messages have stopped
letters-stopped-about = The team of <space/> no longer writes to you.
letters-unwanted = Spaces whose messages you do not want
letters-off-since = since <time/>
letters-want = Get them again
letters-want-label = Get the messages of { $space } again
letters-wanted-again = You get the messages of this space again.
mail-holders-subject = { $space }: { $subject }
mail-holders-why =
    The team of { $space } wrote this to you because you hold a pass: { $url }
    To get no more messages of this space:
    { $stop }

receipt-again = Send the receipt again
receipt-again-done = The receipt is on its way.
receipt-again-back = All of it goes back to the buyer by itself, so there is no receipt.
receipt-again-gone = The buyer's account was deleted, so there is no address.

figures = Figures
figures-range = Range
figures-days =
    { $count ->
        [one] { $count } day
       *[other] { $count } days
    }
figures-about = A day begins at midnight in the time zone of the space ({ $zone }). It is counted when it is over, and again when something about it comes late. Money is read from the ledger alone. Visitors are counted once a day, by a value that cannot be traced back; nobody is followed.
figures-today = Today so far
figures-none = No day has been counted yet. The first one is counted when it is over.
figures-visitors = visitors
figures-lookers = looked at a pass
figures-begun = began an order
figures-paid = paid
figures-joined = new members
figures-viewers = viewers
figures-watched = watched
figures-members = members
figures-passes = passes in force
figures-subscribed = new subscriptions
figures-unsubscribed = ended subscriptions
figures-most = { $what }: at most { $most } a day
figures-top = highest: { $most }
figures-sold-in = sold, in { $currency }
figures-funnel = From a visit to a payment
figures-funnel-about = People of each day, added up: who comes on two days counts twice.
figures-step = Step
figures-people = People
figures-share = Of those before
figures-by-day = Day by day
figures-day-head = Day
figures-day = { $date } { $month }
figures-csv = Download these days (CSV)
figures-sources = Where visitors come from
figures-sources-none = Nobody has come yet.
figures-source = Source
figures-direct = Directly, or not known
figures-shows = Shows
figures-shows-none = Nothing has been on air yet.
figures-show = Show
figures-peak = most at once
figures-retention = Who stays
figures-retention-none = Nobody has joined in the last months.
figures-retention-about = Who joined in a month, and how many of them were still members when each of the next months began.
figures-month = Month
figures-after = +{ $count }
figures-stayed = { $count } ({ $share })

show-figures = Figures of a show
show-mean-stay = average stay
show-nobody = Nobody has watched it.
show-curve = People, minute by minute
show-curve-most = At most { $most } in one minute
show-curve-about = Everybody who was there at any moment of a minute. Whoever left and came back within it counts twice.
show-minute = Minutes
show-minutes = { $from } to { $to }
show-share = Of all who watched
show-lines = Lines of chat
show-income = Paid meanwhile
show-income-passes = { $count ->
    [one] one pass
   *[other] { $count } passes
}
show-drops = Times without a picture
