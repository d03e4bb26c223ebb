catalogue-category-music = Music
catalogue-category-cooking = Cooking
catalogue-category-code = Code
catalogue-category-drawing = Drawing
catalogue-category-craft = Craft
catalogue-category-movement = Movement
catalogue-category-talk = Talk
catalogue-category-games = Games
catalogue-category-learning = Learning
catalogue-embed = Embed the space
catalogue-embed-about = A card for other sites: what is live, or what comes next. Sites that know oEmbed make it from the address of the space or of a show.
catalogue-embed-anybody = Every site
catalogue-embed-these = Only the sites below
catalogue-embed-nobody = No site
catalogue-embed-who = Who may show the card
catalogue-embed-sites-hint = One a line, like https://example.org
catalogue-experience-new = New experience
catalogue-experiences = Experiences
catalogue-experiences-empty = An experience is a place in your space where streams happen, one after another.
catalogue-experience-add = Add an experience
catalogue-streams = Streams
catalogue-experience-about = About the experience
catalogue-experience-delete-ask = Delete the experience…
catalogue-experience-delete-words = Only an experience that nobody has a pass for, and in which nothing was shown, said or decided, can be deleted. Its planned streams go with it.
catalogue-experience-delete = Delete the experience
catalogue-experience-save = Save the experience
catalogue-experience-create = Add the experience
catalogue-address-hint = If left empty, it is made from the title.
catalogue-streams-empty = No stream yet. Schedule one, then open its studio.
catalogue-again = Plan it again
catalogue-studio-back = Look back
catalogue-studio-open = Open the studio
catalogue-change-move = Move or cancel
catalogue-change-delete = Delete
catalogue-change-cancel = Cancel
catalogue-state-planned = planned for <at/>
catalogue-state-undated = no date yet
catalogue-state-rehearsal = rehearsal
catalogue-state-interrupted = waiting for your signal
catalogue-state-cancelled = cancelled
catalogue-state-cancelled-at = cancelled <at/>
catalogue-state-ended = ended · { $peak } at the peak
catalogue-state-ended-at = ended <at/> · <peak/> at the peak
catalogue-explore-title = “{ $words }” · Explore
catalogue-explore-about = Spaces of creators who go live.
catalogue-search-label = Search spaces, shows and people
catalogue-search = Search
catalogue-filters = Filters and order
catalogue-all = All
catalogue-any = Any
catalogue-live-now = Live now
catalogue-live-week = Live or planned this week
catalogue-cost-free = Free
catalogue-cost-paid = Paid
catalogue-sort-live = Live first
catalogue-sort-soonest = Soonest
catalogue-sort-newest = Newest
catalogue-sort-name = Name
catalogue-sort-price = Price
catalogue-explore-count =
    { $count ->
        [one] { $shown } space
       *[other] { $shown } spaces
    }
catalogue-explore-matches =
    { $count ->
        [one] <shown/> space matches “<words/>”
       *[other] <shown/> spaces match “<words/>”
    }
catalogue-pages = Pages
catalogue-beginning = From the beginning
catalogue-tag = Tag
catalogue-from = Price from
catalogue-up-to = Price up to
catalogue-order = Order
catalogue-filters-used = Filters in use
catalogue-without = Without
catalogue-this-week = This week
catalogue-from-amount = From { $amount }
catalogue-up-to-amount = Up to { $amount }
catalogue-explore-ended = The list ends before this page.
catalogue-spaces-empty = No space is open yet. Yours could be the first.
catalogue-open-yours = Open your space
catalogue-explore-none-fits = No space fits these filters.
catalogue-explore-none-filtered = No space matches “<words/>” with these filters.
catalogue-explore-none = No space matches “<words/>”.
catalogue-explore-unfiltered = Search without the filters
catalogue-explore-all = Show all spaces
catalogue-colour-unreadable = Neither dark nor light text can be read on this colour. { $instead } is close to it and works.
catalogue-colour-light = This colour is so light that a button of it hardly shows on a light page. { $instead } is close to it and works.
catalogue-colour-dark = This colour is so dark that a button of it hardly shows on a dark page. { $instead } is close to it and works.
catalogue-look-change = Change cover, logo and colour
catalogue-look = Look
catalogue-picture-sending = Sending the picture
catalogue-picture-other = Another picture
catalogue-cover-hint = JPEG, PNG or WebP, at least 750 by 250 pixels. We keep its middle, three times as wide as high, and nothing of what your camera wrote into it.
catalogue-cover-alt-hint = For people who do not see it: “Maya at the piano”.
catalogue-cover = Cover
catalogue-cover-drawn = This one is drawn from the name of the space. A picture of yours takes its place.
catalogue-cover-save = Save the cover
catalogue-cover-remove = Remove the cover
catalogue-logo-hint = JPEG, PNG or WebP, at least 104 by 104 pixels; transparency is kept. It is shown in a circle.
catalogue-logo-save = Save the logo
catalogue-logo = Logo
catalogue-logo-remove = Remove the logo
catalogue-colour-about = The colour of the one button that matters on a page of yours.
catalogue-colour-hint = Written like #ffb224. Leave it empty for the amber of Backstage Pass.
catalogue-colour-save = Save the colour
catalogue-colour-use = Use { $colour }
catalogue-ready-label = Getting ready
catalogue-manage-look = How it looks
catalogue-manage-next = The next show
catalogue-space-about = About the space
catalogue-manage-sales = Edit the sales page
catalogue-manage-team = Team and ownership
catalogue-manage-see-team = See the team
catalogue-manage-close = Close the space…
catalogue-manage-embed = Embed the space in other sites
catalogue-refunds-failed = Refunds that failed
catalogue-refunds-failed-about = The buyers' banks sent these back. The buyers know, and those who run the service pay them another way.
catalogue-step-name = Say in one line what your space is about
catalogue-step-experience = Add an experience: the place where your streams happen
catalogue-step-pass = Add a pass that opens it
catalogue-publish = Publish the space
catalogue-ready = Ready for your first show
catalogue-steps-done = { $count } of 4 done
catalogue-steps = Steps done
catalogue-step-done = Done:
catalogue-manage-see = See it
catalogue-unpublish-ask = Unpublish…
catalogue-unpublish-words = The page closes to everybody but your team, and what is open of it stops.
catalogue-unpublish = Unpublish the space
catalogue-unpublished = Not published
catalogue-slug-hint = Small letters, digits and hyphens.
catalogue-tags-hint = Up to five, separated by commas: jazz, songwriting. People find your space by them.
catalogue-zone-hint = In which you plan your shows, like Europe/Berlin. A show stays at its hour when the clocks change.
catalogue-space-save = Save the space
catalogue-category-none = None
catalogue-show-at = { $title } at { $space }
catalogue-pass-opens = What it opens
catalogue-pass-opens-nothing = Nothing yet. What is added later opens for those who hold it.
catalogue-sold-by = Sold by <owner/>.
catalogue-with = With <owner/>.
catalogue-door = A pass opens this door
catalogue-door-no-pass = No pass for it is on offer at the moment.
catalogue-see-space = See the space
catalogue-report-show = Report this show
catalogue-door-sign-in = Do you have a pass already? <link>Sign in</link>.
catalogue-door-others = Also in this space
# What happens once somebody has a pass.
catalogue-pass-after = You can go in as soon as you have the pass. If you paid, we confirm it by mail. <refunds>Refunds</refunds>
catalogue-show-ended = Ended
catalogue-show-next = Next
catalogue-show-calendar = Add to calendar
catalogue-show-undated = Not live yet
catalogue-pass-new = New pass
catalogue-passes-empty = A pass is what people take or buy to get in.
catalogue-pass-add = Add a pass
catalogue-pass-withdrawn = withdrawn
catalogue-pass-opens-none = opens nothing yet
catalogue-pass-opens-these = opens <names/>
catalogue-pass-up = Move { $title } up
catalogue-pass-down = Move { $title } down
catalogue-pass-free = free
catalogue-pass-once = { $amount } once
catalogue-pass-save = Save the pass
catalogue-pass-create = Add the pass
catalogue-pass-gives = What it gives
catalogue-pass-gives-hint = One benefit per line.
catalogue-pass-paid-once = Paid once
catalogue-pass-no-payments = Payments are not set up on this server, so passes are free.
catalogue-pass-if-paid = if paid once
catalogue-pass-amount-hint = Like 12 or 12.50.
catalogue-pass-choose = Choose
catalogue-pass-no-experience = There is no experience in this space yet.
catalogue-pass-holders =
    { $count ->
        [one] { $shown } person holds this pass. They keep what you untick; what you tick opens for them, too.
       *[other] { $shown } people hold this pass. They keep what you untick; what you tick opens for them, too.
    }
catalogue-pass-withdraw-ask = Withdraw…
catalogue-pass-withdraw-words = It is offered no longer. Those who hold it keep it, and whoever subscribes goes on paying for it.
catalogue-pass-withdraw = Withdraw the pass
catalogue-selling = Who gets it, number, sale dates, duration
catalogue-selling-stock-hint = How many people can have it at once. If left empty, any number.
catalogue-selling-stock-wrong = Write a whole number from 1 to 1000000, or leave it empty.
catalogue-selling-utc = In UTC. If left empty, it is on sale at once.
catalogue-selling-zone = In { $zone }, the time zone of the space. If left empty, it is on sale at once.
catalogue-selling-close-hint = If left empty, it stays on sale.
catalogue-selling-order = The sale cannot end before it begins.
catalogue-selling-days-hint = Counted from when somebody gets it. If left empty, it has no end.
catalogue-selling-days-wrong = Write a whole number of days from 1 to 3660, or leave it empty.
catalogue-selling-until-hint = Instead of days: everybody's ends at this moment. People keep the end with which they got theirs.
catalogue-selling-both = Choose either days or a moment.
catalogue-selling-hidden = Do not list it: only its own link leads to it
catalogue-pass-hidden = not listed
catalogue-pass-stock = { $left } of { $stock } left
catalogue-schedule-title = Schedule a stream
catalogue-schedule = Schedule the stream
catalogue-schedule-utc = In UTC. If left empty, it has no date yet.
catalogue-schedule-zone = In { $zone }, the time zone of the space. If left empty, it has no date yet.
catalogue-stream-title = Title of the stream
catalogue-weeks-once = Once
catalogue-weeks = { $count } weeks in a row, at the same hour
catalogue-again-after = After <stream/>, <state/>.
catalogue-again-each = Each is a stream of its own: it can be moved or cancelled alone.
catalogue-stream-save = Save the stream
catalogue-stream-cancel-ask = Cancel the stream…
catalogue-stream-cancel-words = It stays in the list as cancelled, and everybody who waits for it sees that at once.
catalogue-stream-cancel = Cancel the stream
catalogue-stream-delete-ask = Delete the stream…
catalogue-stream-delete-words = It is gone for good.
catalogue-stream-delete = Delete the stream
catalogue-stream-kept = Something was said or decided in its chat, so it cannot be deleted.
catalogue-series-cancel-words = All that have not begun are cancelled, { $count } of this series. They stay in the list, and everybody who waits for them sees that at once.
catalogue-series = The series
catalogue-series-this = This one
catalogue-series-cancel-ask = Cancel the series…
catalogue-series-cancel = Cancel the series
catalogue-space-on = { $space } on Backstage Pass
catalogue-report-space = Report this space
catalogue-report-pictures = Report its pictures
catalogue-followers =
    { $count ->
        [one] { $shown } follower
       *[other] { $shown } followers
    }
catalogue-manage = Manage
catalogue-suspended = The operators of Backstage Pass suspended this space <since/>.
catalogue-suspended-means = Its doors are closed, also to you, and nothing is sold. What is here is kept. The reason:
catalogue-suspended-contact = You think that this is wrong? <contact>Write to us</contact>.
catalogue-space-closed = This space is closed. Only your team still sees this page.
catalogue-space-unpublished = Only your team sees this page until you publish it.
catalogue-passes-none = No pass is on offer at the moment.
catalogue-passes-none-team = No pass is on offer. Add one on the page where you manage the space: people need it to get in.
catalogue-not-on-sale-yet = Not on sale yet.
catalogue-doors = What the passes open
catalogue-doors-empty = Nothing yet. What is added later opens for those who hold a pass for it.
catalogue-door-closed = Closed to you
catalogue-door-open = Open to you
catalogue-door-unoffered = No pass for it is on offer at the moment
catalogue-door-keys = Opens with <passes/>
catalogue-door-or = or
catalogue-coming = Coming up
catalogue-coming-empty = Nothing is scheduled at the moment.
catalogue-coming-all = Everything that is live or planned
catalogue-calendar = <calendar>Calendar of the space</calendar>: subscribe to it, and what is moved or cancelled follows by itself.
catalogue-front = Live shows with a pass
catalogue-front-about = Creators go live here. A pass gets you in: watch, chat, be close.
catalogue-front-heading = The show, and the people in the room with you.
catalogue-front-lead = Creators go live from their own spaces. A pass gets you in: watch without delay, write, be seen.
catalogue-open-own = Open your own space
catalogue-spaces = Spaces
catalogue-by = by <owner/>
catalogue-card-banned = you are banned from it
catalogue-price-once = once
catalogue-lasts-days =
    { $count ->
        [one] Good for one day from when you get it.
       *[other] Good for { $count } days from when you get it.
    }
catalogue-lasts-until = Good until <at/>.
catalogue-sale-left = { $shown } left
catalogue-sale-sold-out = Sold out
catalogue-sale-opens = On sale from <at/>.
catalogue-sale-closed = No longer on sale. Those who hold it keep it.
catalogue-take-team = Your own pass: others can take or buy it here.
catalogue-take-banned = Closed to you while you are banned.
catalogue-take-held = You hold this pass.
catalogue-take-open = Open my passes
catalogue-take-covered = Your passes open all of this already.
catalogue-take-withdrawn = No longer offered. Those who hold it keep it.
catalogue-take-not-on-sale = Not on sale at the moment.
catalogue-take = Take the pass
catalogue-buy = Buy for { $amount }
# Under the picture of what is on air, and on the tickets that open it.
catalogue-bar = The pass at a glance
catalogue-opens-live = Opens what is live now
catalogue-watch = Watch
catalogue-enter-free = Free to enter
catalogue-enter-money = { $amount } to enter
catalogue-lowest-price-none = no pass on sale yet
catalogue-lowest-price-free = has a free pass
catalogue-lowest-price-money = passes from { $amount }
catalogue-embed-json = There is JSON alone.
catalogue-embed-choose = Choose who may show the card.
catalogue-embed-saved = Who may show the card is saved.
catalogue-experience-saved = The experience is saved.
catalogue-deleted = “{ $title }” is deleted.
catalogue-kept = It cannot be deleted: { $reasons }.
catalogue-kept-holders =
    { $count ->
        [one] 1 person has or had a pass for it
       *[other] { $count } people have or had a pass for it
    }
catalogue-kept-orders =
    { $count ->
        [one] 1 order for it is open
       *[other] { $count } orders for it are open
    }
catalogue-kept-shows =
    { $count ->
        [one] 1 stream of it was shown
       *[other] { $count } streams of it were shown
    }
catalogue-kept-lines =
    { $count ->
        [one] 1 thing was said or decided in its chats
       *[other] { $count } things were said or decided in its chats
    }
catalogue-explore-no-page = This page of the list does not exist.
catalogue-unfollowed = You do not follow { $space } any more.
catalogue-follows-many = You follow as many spaces as one person can follow.
catalogue-followed = You follow { $space }. We mail you what it plans and posts, and when it is live.
catalogue-calendar-renewed = Your calendar has a new address. The one before ended.
catalogue-cover-words-saved = The words about the cover are saved.
catalogue-cover-saved = The space has a new cover.
catalogue-cover-removed = The cover is removed. The space shows a drawn one.
catalogue-logo-saved = The space has a new logo.
catalogue-logo-removed = The logo is removed.
catalogue-colour-saved = The colour of the space is saved.
catalogue-slug-taken = This address is taken. Choose another one.
catalogue-includes-choose = Choose experiences of this space.
catalogue-quota = This space has as many of these as a space can have. Delete one first.
catalogue-planned-quota = This space has as many planned streams as a space can have. Cancel or delete one first.
catalogue-planned-recent = This space has planned very many streams within the hour. Try again later.
catalogue-stream-begun = This stream has begun, so it can no longer be moved.
catalogue-space-saved = The space is saved.
catalogue-publish-empty = Not published yet: a space needs an experience, and a pass that opens it.
catalogue-publish-closed = Not published: this space is closed. Its owner can reopen it.
catalogue-published = The space is open to everybody.
catalogue-unpublished-done = The space is closed to everybody but your team.
catalogue-pass-kind-payments = Paid passes need a payment provider; none is set up here.
catalogue-pass-amount-missing = A pass that is paid for needs an amount, like 12 or 12.50.
catalogue-pass-kind-choose = Choose free, one-time, or monthly or yearly.
catalogue-pass-added-closed = The pass is added. It opens nothing yet, so it is not offered.
catalogue-pass-added = The pass is added.
catalogue-pass-saved = The pass is saved.
catalogue-pass-saved-kept =
    { $count ->
        [one] The pass is saved. 1 holder keeps what you unticked.
       *[other] The pass is saved. { $count } holders keep what you unticked.
    }
catalogue-order-saved = The order is saved.
catalogue-pass-withdrawn-done = The pass is withdrawn. Those who hold it keep it.
catalogue-picture-unshown = This picture cannot be shown at the moment.
catalogue-picture-undrawn = This picture cannot be drawn at the moment.
catalogue-stream-planned = The stream is planned.
catalogue-streams-planned = { $count } streams are planned, a week apart.
catalogue-stream-saved = The stream is saved.
catalogue-cancelled = “{ $title }” is cancelled.
catalogue-series-cancelled =
    { $count ->
        [one] One stream is cancelled.
       *[other] { $count } streams are cancelled.
    }
catalogue-stream-reminders = People asked to be reminded of it. Cancel it first: then they are told, and it can be deleted.
catalogue-series-over = No stream of this series is still to come, so there is nothing to cancel.
catalogue-stream-begun-kept = This stream has begun, so it can be neither cancelled nor deleted.
page-space-gone = This space is not public any more, so this page has stopped.

another-space-what = You own no space that is open. A new one is yours alone until you publish it; what you have closed stays as it is.
another-space-button = Make a new space
another-space-done = This is your new space. Name it, and publish it when it is ready.
another-space-one = You own a space already. Close it before you make another one.
another-space-many = You have closed very many spaces, so you cannot make another one. Write to us at /contact.
