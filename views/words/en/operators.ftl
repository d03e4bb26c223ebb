## Jobs

ops-jobs-about = Follow-up work: mail, settling of payments, enforcing of bans. A job that fails is tried again after growing pauses for about an hour, then parked here.
ops-jobs-parked = Parked
ops-jobs-parked-none = Nothing is parked.
ops-jobs-parked-number = { $count ->
        [one] { $count } job needs you.
       *[other] { $count } jobs need you.
    } Fix the cause first, then let them run again.
ops-jobs-parked-table = Parked jobs
ops-jobs-revive-all = Revive all…
ops-jobs-revive-parked = Revive all parked jobs
ops-jobs-revived = The parked jobs run again.
ops-jobs-failing = Failing
ops-jobs-failing-none = No job is failing.
ops-jobs-failing-table = Failing jobs
ops-jobs-next-try = Next try
ops-job = Job
ops-job-attempts = Attempts
ops-job-revive = Revive…
ops-job-revive-named = Revive { $job }
ops-job-revive-one = Revive this job
ops-job-revive-about = It starts with a fresh number of attempts, at once. A job that was done in part is not done twice.
ops-job-revived = The job runs again.
ops-job-not-parked = This job is not parked any more.
ops-job-leave = Leave it parked
ops-lane = Lane
ops-lanes = Lanes
ops-lane-running = Running
ops-lane-failing = Failing
ops-lane-oldest = Oldest due
ops-lane-doors = doors
ops-lane-money = money
ops-lane-receipts = receipts
ops-lane-codes = codes
ops-lane-notices = notices
ops-lane-upkeep = upkeep
ops-lane-payouts = payouts
ops-webhooks = Webhooks
ops-webhooks-media = Webhooks of LiveKit
ops-webhook-last = The last one, <kind/>, came <at/>.
ops-webhook-none = None has been accepted yet.
ops-webhook-refused = One was refused <at/>: <reason/>.
ops-webhook-unsigned = it carries no signature
ops-webhook-signature = the signature does not match: another webhook secret, or a changed body
ops-webhook-clock-skew = the signature is right, but more than five minutes from our clock
ops-webhook-replayed = it came before
ops-refunds-failed = Refunds that failed
ops-refunds-failed-about = The bank sent the money back. Refund it again at the provider, or pay it another way.

## Spaces and people

ops-space = Space
ops-spaces-search = Name, address, words
ops-spaces-left-out = Each account has a space from the start. Those that are not public and have no experience are found by their name.
ops-spaces-none = No space is found.
ops-space-on-air = On air
ops-space-holders = Holders
ops-space-public = Public since <at/>
ops-space-private = Not public
ops-person = Person
ops-people-search = Name, username, or a whole address
ops-people-none = Nobody is found.
ops-person-sessions = Signed in
ops-person-since = Since <at/>
ops-operator = Operator
ops-suspended-at = Suspended <at/>
ops-suspended-only = Suspended only
ops-suspend = Suspend…
ops-suspend-named = Suspend { $name }
ops-restore = Restore…
ops-restore-named = Restore { $name }
ops-suspend-space = Suspend the space { $name }
ops-suspend-space-link = Suspend the space { $name }…
ops-suspend-space-about = Its doors close at once, also to its team; what is on air ends, open orders end, and nothing is sold. Its team and everybody who holds a pass get a mail.
ops-suspend-account = Suspend the account of { $name }
ops-suspend-account-link = Suspend the account of { $name }…
ops-suspend-account-about = The person is signed out everywhere, open pages and media end, orders that were not paid are cancelled, and nobody can sign in to the account. The person gets a mail.
ops-restore-space = Restore the space { $name }
ops-restore-space-about = It is as it was before: public, if it was, and sold. What was on air has ended. Its team and everybody who holds a pass get a mail.
ops-restore-account = Restore the account of { $name }
ops-restore-account-about = The person can sign in again, and gets a mail.
ops-suspend-why = Reason
ops-suspend-why-hint = Those who are concerned read it in their mail.
ops-suspend-why-is = Reason:
ops-suspend-beside = Their spaces stay open. Suspend them, too, if they should not:
ops-suspend-operator = This account is an operator's, which is not suspended from here.
ops-suspend-already = It is suspended already.
ops-suspended = { $name }: Suspended.
ops-restore-nothing = It is not suspended.
ops-restored = { $name }: Restored.
ops-go-on = Go on
ops-leave-as-is = Leave it as it is

## Texts

ops-text = Text
ops-texts-about = Linked at the foot of every page. Each version is kept. A new version of the terms asks everybody once to accept it.
ops-text-version = Version { $version }
ops-text-versions = Versions
ops-text-shipped = with the release
ops-text-stands = It stands at <path/>.
ops-text-preview = How it will look
ops-text-markdown = Markdown: ## headings, * lists, **strong**, *emphasis*, [words](/address). HTML stays text.
ops-text-one = Leave it empty if there is none in this language: its readers are shown the other one.
ops-text-none = None: readers of this language are shown the other text.
ops-text-same = The text in { $language } says the same
ops-text-same-about = It came with the release, and the other text was changed. Without this check mark the text in { $language } is left out, and its readers are shown the changed one.
ops-text-publish = Publish version { $version }
ops-text-show = Show how it looks

## Reports, for operators

ops-reports-about = What people reported, and letters from the contact page. Whoever wrote is told what you decide.
ops-reports-none = Nothing waits for a decision.
ops-reports-oldest = The oldest { $count } are shown.
ops-reports-decided = Decided last
ops-reports-decided-none = Nothing was decided yet.
ops-reports-decided-number = { $count ->
        [1] Decided. Whoever wrote it is told by mail.
       *[other] { $count } reports are decided. Those who wrote them are told by mail.
    }
ops-report-show = Show
ops-report-picture = Picture
ops-report-letter = Letter
ops-report-signed-out = not signed in
ops-report-nobody = nobody
ops-report-others = Other reports about it
ops-report-others-none = There are none.
ops-report-others-number = { $count ->
        [one] { $shown } other report about it
       *[other] { $shown } other reports about it
    }
ops-report-answered = Answered
ops-report-dismissed = Dismissed
ops-report-acted = Acted on
ops-report-decided-by = by <name/>, <at/>
ops-report-decided = This was decided already.
ops-report-undecided = Dismiss it, or say that you have acted.
ops-report-came = Came <at/>.
ops-report-look = Look at it
ops-report-answers-to = Answers go to { $email }.
ops-report-answer-was = Answer:
ops-report-pictures = The pictures now
ops-report-pictures-none = Neither a cover nor a logo: they were taken away.
ops-report-cover = The cover
ops-report-lines = What they last wrote in that room
ops-report-line-reported = Reported
ops-report-line-removed = Removed
ops-report-decide = Decide
ops-report-answer = Answer to whoever wrote it
ops-report-answer-hint = Stands in the mail beside the decision.
ops-report-answer-letter = Answer the letter
ops-report-dismiss = Dismiss: nothing is wrong
ops-report-act = I have acted on it
ops-report-decides-all = This decides every open report about it.
ops-report-remedies = Act
ops-report-remedies-about = A suspension also decides the open reports about what is suspended.

## Reporting something

report-space = Report a space
report-show = Report a show
report-picture = Report a picture
report-message = Report a message
report-person = Report a person
report-wrote = <name/> wrote:
report-picture-of = This is about the cover or the logo of <name/>.
report-readers = The operators of Backstage Pass read it. They see who reported it; nobody else does. You get a mail when it is decided.
report-reason = What is wrong?
report-words = In your words
report-words-hint = What happened, and where we find it. Needed if nothing in the list fits.
report-send = Send the report
report-leave = Do not report
report-danger = Somebody is in danger right now? Call the emergency services first.
report-sent = Thank you. We look into it and tell you by mail what we decide.
report-again = You have reported this already. We tell you by mail what we decide.
report-yourself = This is about you. You cannot report yourself.
report-lines-none = Nobody has written here yet.
report-lines-order = The newest messages come first.
report-line = Report
report-line-of = Report the message of { $name }
report-back = Back to the show

## The state of the service

status-title = Status
status-about = Whether Backstage Pass works right now.
status-ok = All well
status-degraded = Some things do not work
status-down = The service is down
status-as-of = As of <at/>
status-works = works
status-monitors = For monitors: <link>status.json</link>
status-pages = Pages
status-writes = Changes are kept
status-chat = Chat
status-chat-down = { $count ->
        [1] The chat of 1 room is paused.
       *[other] { $count } rooms have their chat paused.
    }
status-streams = Live streams
status-streams-down = { $count ->
        [1] 1 stream is paused.
       *[other] { $count } streams are paused.
    }
status-video = Video
status-video-down = { $count ->
        [1] Video is paused.
       *[other] { $count } parts of the video service are paused.
    }
status-work = Mail and follow-up work
status-work-down = { $count ->
        [1] 1 worker is paused.
       *[other] { $count } workers are paused.
    }
status-payments = Payments
status-payments-down = { $count ->
        [1] 1 payment is paused.
       *[other] { $count } payments are paused.
    }
status-database-read = The database does not answer.
status-database-write = The database cannot be written to.
status-engine = The engine is not running.

## A local server

ops-mailbox = Local mailbox
ops-mailbox-about = This server runs locally and sends no mail. Whatever it would have sent is here, newest first.
ops-mailbox-empty = No mail yet.
ops-mailbox-to = to { $to }
ops-clock-forwards = Seconds, forwards only.
