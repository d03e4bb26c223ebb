## Every page of operators

ops-title = { $page }, operators
ops-operators = Operators
ops-actors = Actors
ops-jobs = Jobs
ops-reports = Reports
ops-spaces = Spaces
ops-people = People
ops-texts = Texts
ops-audit = Audit
ops-all = All
ops-search = Search
ops-show = Show
ops-show-all = Show all
ops-older = Older
ops-earlier = Earlier
ops-later = Later
ops-look = Look
ops-actions = Actions
ops-state = State
ops-status = Status
ops-waiting = Waiting
ops-yes = yes
ops-no = no
ops-none = none

## Names of what programs know by a code

ops-status-starting = starting
ops-status-running = running
ops-status-draining = draining
ops-status-restarting = restarting
ops-status-parked = parked
ops-status-stopped = stopped
ops-kind-stream = stream
ops-kind-chat-room = chat room
ops-kind-checkout = checkout
ops-kind-restream = restream
ops-kind-job-worker = job worker
ops-kind-media-worker = media worker
ops-kind-supervisor = supervisor
ops-branch-streams = streams
ops-branch-restreams = restreams
ops-branch-chat-rooms = chat rooms
ops-branch-checkouts = checkouts
ops-branch-jobs = jobs
ops-branch-media = media

## The tree of actors

ops-actor = Actor
ops-tree = Supervision tree
ops-branch = Branch
ops-rate = Rate
ops-latency = Latency
ops-handled = Handled
ops-restarts = Restarts
ops-last-error = Last error
ops-figures-about = Figures and lines show the last three minutes, a step every three seconds.
ops-search-hint = Title, id, status, error
ops-no-actor = No actor matches.
ops-some-of = { $some } of { $all }
ops-worst-of = { $some } of { $all }: the unhealthy ones, then the busiest.
ops-none-of = None of { $all } matches the search.
ops-page-of = Page { $page } of { $pages }, { $all } in all
ops-show-branch = Show all { $branch }
ops-not-running = { $count } not running
ops-fault-for = fault <end/>
ops-figure-viewers = viewers
ops-figure-live-streams = live streams
ops-figure-actors = actors
ops-figure-deepest = deepest mailbox
ops-figure-restarts = restarts
ops-figure-faults = active faults
ops-figure-inside = people inside
ops-figure-queue = people in the queue
ops-figure-seats = seats
ops-machine = The machine
ops-machine-processor = processor
ops-machine-memory = memory
ops-machine-disk = free in the data folder
ops-machine-files = open files
ops-machine-threads = threads
ops-percent = { $n }%
ops-spark-rate = Messages a second, most { $most }
ops-spark-latency = Latency, most { $most }
ops-spark-latency-unknown = Latency, most unknown
ops-spark-waiting = Waiting, most { $most }

## One actor

ops-last-error-is = <label>Last error:{" "}</label><error/>
ops-actor-asleep = No actor of this name is running: it is idle until its next message, or what it served was deleted.
ops-actor-waiting = { $count } waiting
ops-supervisor-alone = Supervisors are not acted on from here.
ops-supervisor-refused = Supervisors and the root are not acted on from here.
ops-figure-waiting = waiting
ops-figure-rate = messages a second
ops-figure-handled = handled
ops-figure-latency-mean = latency, mean
ops-figure-latency-longest = latency, longest
ops-figure-up = up
ops-up-short = under 1 min
ops-pulse-rate = Messages a second
ops-act = { $verb ->
        [restart] Restart…
        [stop] Stop…
        [drain] Drain…
       *[resume] Resume…
    }
ops-act-named = { $verb ->
        [restart] Restart { $title }
        [stop] Stop { $title }
        [drain] Drain { $title }
       *[resume] Resume { $title }
    }
ops-act-confirm = { $verb ->
        [restart] Restart the { $kind } { $title }
        [stop] Stop the { $kind } { $title }
        [drain] Drain the { $kind } { $title }
       *[resume] Resume the { $kind } { $title }
    }
ops-act-consequence = { $verb ->
        [restart] It is stopped and started again from what is stored. Its pages notice a short silence.
        [stop] What waits in its mailbox is dropped. It starts again when it is next needed.
        [drain] It finishes what waits, then stops. It starts again when it is next needed.
       *[resume] It is started again with a fresh budget.
    }
ops-act-consequence-worker = { $verb ->
        [restart] Its loop is broken off and begun anew.
        [stop] Its loop is broken off, and its work stays undone until an operator resumes it or the service is started anew.
       *[drain] Its loop ends with what it has in hand, and its work stays undone until an operator resumes it or the service is started anew.
    }
ops-act-not-now = This actor cannot do that right now.
ops-act-not-allowed = This actor may not be stopped from here.
ops-leave-alone = Leave it alone
ops-restarts-of = Restarts
ops-restarts-none = It has not been restarted.
ops-restarts-last = The last 32, newest first.
ops-restart-when = When
ops-restart-why = Why
ops-restart-counts = Counts in its budget

## The state of an actor

ops-fact-hidden = ••• not shown to operators
ops-fact-life = id since its last start
ops-fact-state = state
ops-fact-commit = a commit is in flight
ops-fact-turns = loads and lost turns
ops-fact-decisions = decisions waiting for the database
ops-fact-pages = on the pages
ops-fact-journal = last number of the journal
ops-fact-modes = modes that are on
ops-fact-slow-mode = slow mode, seconds
ops-fact-lines = lines on the pages
ops-fact-speakers = people who wrote them
ops-fact-chat-hidden = who they are, and what they wrote
ops-fact-packets = packets flow
ops-fact-people = people here
ops-fact-peak = most people at once
ops-fact-version = version of the row
ops-fact-scheduled = scheduled
ops-fact-started = started
ops-fact-grace = waits for its host until
ops-fact-ended = ended
ops-fact-why-ended = why it ended
ops-fact-why-failed = why it failed
ops-fact-sends-since = sends since
ops-fact-bits = bits per second
ops-fact-destination-hidden = where it sends, and the key
ops-fact-end-reason = reason for its end
ops-fact-terms = its terms still hold
ops-fact-attempt = attempt to pay
ops-fact-session = the provider has a session
ops-fact-opened = opened
ops-fact-open-until = open until
ops-fact-buyer-hidden = who buys, and where the bill goes
ops-not-loaded = not loaded yet
ops-nothing-loaded = nothing was loaded yet

## Faults

ops-fault-is = <label>A fault is injected:{" "}</label><fault/>. It ends by itself, <end/>.
ops-fault-met = Messages affected: { $count }
ops-fault-remove = Remove the fault
ops-fault-still = A fault is still injected for { $seconds } seconds: { $fault }. Remove the fault first.
ops-fault-delay = each message waits { $millis } ms
ops-fault-drop-next = { $count ->
        [1] the next message is dropped
       *[other] the next { $count } messages are dropped
    }
ops-fault-drop-share = { $percent } of 100 messages are dropped
ops-fault-panic = the next message panics
ops-fault-poison = every message panics, until it is parked
ops-inject = Inject a fault
ops-inject-about = To see how its callers cope. It ends by itself; what was answered with success is kept.
ops-inject-kind = Fault
ops-inject-delay = Delay each message
ops-inject-drop-next = Drop the next messages
ops-inject-drop-share = Drop a share of the messages
ops-inject-panic = Panic on the next message
ops-inject-poison = Panic on every message, until it is parked
ops-inject-amount = How much
ops-inject-amount-hint = Milliseconds, messages, or per cent
ops-inject-seconds = For how many seconds
ops-inject-button = Inject this fault…
ops-inject-confirm = Inject a fault into the { $kind } { $title }
ops-inject-consequence = For { $seconds } seconds, { $fault }. Then it ends by itself.
ops-inject-number = A number from 1 to { $most }.
ops-inject-kinds = One of delay, drop_next, drop_share, panic, poison.

## What needs an operator

ops-needs = Needs you <number/>
ops-needs-number = { $count ->
        [one] { $count }
       *[other] { $count }, the worst first
    }
ops-what-happened = What happened
ops-need-what = What
ops-need-since = Since
ops-need-meaning = What it means
ops-need-remedy = What to do
ops-resume-it = Resume it…
ops-resume-whom = Resume: { $whom }
ops-need-database-read = Pages and sign-in fail. What was answered with success is kept.
ops-need-database-write = Reading goes on; nothing new is taken. Look for a full disk.
ops-need-engine = Nothing live works until the service is restarted.
ops-need-chat-room = The picture goes on. Nobody can write; what was said is kept.
ops-need-stream = It cannot be started or ended; who watches goes on watching.
ops-need-checkout = Its buyer waits. What the provider has taken is settled when it resumes.
ops-need-job-worker = Its work is not done until it resumes; nothing is lost.
ops-need-actor = It does not run until it is resumed.
ops-need-audit = The audit log does not verify
ops-need-audit-about = Somebody changed the database without the server's secret.
ops-need-jobs = { $count ->
        [one] { $shown } job gave up
       *[other] { $shown } jobs gave up
    }
ops-need-jobs-about = A mail was not sent, or a payment waits to be settled.
ops-need-reports = { $count ->
        [one] { $shown } report waits for a decision
       *[other] { $shown } reports wait for a decision
    }
ops-need-reports-about = Somebody wrote to us or reported something, and is told when it is decided.
ops-need-webhook = A webhook was refused
ops-need-webhook-media-about = Pages follow LiveKit a second later: all rooms are looked at every second. Compare the key and the clock.
ops-need-webhook-about = Payments are found late: each order asks the provider by itself. Compare the webhook secret and the clock.
ops-need-refund = A refund of { $amount } failed
ops-need-refund-about = The buyer's bank sent it back, and the buyer knows. Refund it again at the provider, or pay another way.
ops-well-about = { $people ->
        [one] { $people_shown } person
       *[other] { $people_shown } people
    } in all rooms, { $streams ->
        [one] { $streams_shown } stream
       *[other] { $streams_shown } streams
    } running.
ops-rooms-parked = { $count ->
        [1] 1 room is parked
       *[other] { $count } rooms are parked
    }
ops-room-parked = { $room }{ $since ->
        [none] {""}
       *[span] , for { $since }
    }. { $people ->
        [0] Nobody is in it
        [1] 1 person is there without chat
       *[other] { $people_shown } people are there without chat
    }; nothing that was said is lost.

## The audit log

ops-audit-about = What operators, hosts and moderators did, newest first.
ops-audit-of = What was done to <name/> and to what is in it, or by them, newest first. <all>Show all lines</all>
ops-audit-empty = Nothing was done yet.
ops-audit-none = No line fits what you ask for.
ops-audit-find = A person, or an id
ops-audit-find-hint = Like @maya, or the id of a person, a space, a stream or anything else.
ops-audit-unknown = Nobody has this name, and it is no id.
ops-audit-day = Day
ops-audit-day-hint = From midnight to midnight, UTC.
ops-audit-no-day = That is no day. Write it like 2026-11-29.
ops-audit-lines = Audit lines
ops-audit-lines-of = Audit lines of { $name }
ops-audit-line = Line
ops-audit-when = When
ops-audit-who = Who
ops-audit-action = Action
ops-audit-target = On
ops-audit-outcome = Outcome
ops-audit-unsealed = not sealed yet
ops-audit-verifying = The log is being verified.
ops-audit-sound = Verified up to line { $last } at <at/>: nothing was changed, moved or cut.
ops-audit-unsound = <wrong>The log does not verify.</wrong> Read up to line { $last } at <at/>.
ops-audit-verify = Verify now
ops-audit-restored = If an older copy of the database was restored on purpose, remove the file <file>audit-head</file> from the data directory.
ops-audit-unreadable = The audit log could not be read. Try again in a moment.
ops-audit-more-lines = { $count } more lines
ops-audit-person = person { $id }
ops-audit-service = the service
ops-audit-done = done
ops-audit-asked = { $words } (asked for id { $id })
ops-flaw-changed = { $lines ->
        [1] line { $from } was changed after it was sealed
       *[other] lines { $from } to { $to } were changed after they were sealed
    }
ops-flaw-missing = { $lines ->
        [1] line { $from } is missing
       *[other] lines { $from } to { $to } are missing
    }
ops-flaw-moved = { $lines ->
        [1] line { $from } was moved: it was written as line { $was }
       *[other] lines { $from } to { $to } was moved: it was written as line { $was }
    }
ops-flaw-replaced = { $lines ->
        [1] line { $from } does not follow the line before
       *[other] lines { $from } to { $to } do not follow the line before
    }
ops-flaw-unsealed = { $lines ->
        [1] line { $from } carries no seal: the service did not write it
       *[other] lines { $from } to { $to } carry no seal: the service did not write them
    }
ops-flaw-other-secret = { $lines ->
        [1] line { $from } was sealed with another secret than BACKSTAGE_SECRET
       *[other] lines { $from } to { $to } were sealed with another secret than BACKSTAGE_SECRET
    }
ops-flaw-cut = { $lines ->
        [1] line { $from } was cut from the end
       *[other] lines { $from } to { $to } were cut from the end
    }
ops-flaw-not-the-head = { $lines ->
        [1] line { $from } is not the line whose seal is kept outside the database
       *[other] lines { $from } to { $to } are not the line whose seal is kept outside the database
    }
ops-flaw-no-head = { $lines ->
        [1] line { $from } may not be the last: the head outside the database is missing
       *[other] lines { $from } to { $to } may not be the last: the head outside the database is missing
    }
ops-target-experience = experience
ops-target-job = job
ops-target-jobs = all parked jobs
ops-target-order = order
ops-target-pass = pass
ops-target-person = person
ops-target-room = chat room
ops-target-room-id = room { $id }
ops-target-session = browser
ops-target-space = space
ops-target-stream = stream
