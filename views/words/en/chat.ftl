# The chat of a room: its lines, the composer, moderation.

chat-title = Chat
chat-log = Messages
chat-log-none = Nobody has written yet. Say hello.
chat-unsent = Not sent yet
chat-parked = Chat is out of order. The show goes on; we are on it.
chat-report = Report
chat-report-label = Report a message
chat-tombstone = message removed
chat-role-host = host
chat-role-moderator = moderator

chat-sign-in = <link>Sign in</link> to write.
chat-needs-pass = Only holders of a pass can write here.
chat-muted = A moderator muted you in this space. You can still watch.
chat-muted-until = A moderator muted you. You can write again at <time/>.
chat-ended = The stream is over, and so is its chat.
chat-message = Message
chat-placeholder = Say something
chat-send = Send
chat-hint = Be kind: moderators read along.

chat-slow-mode = Slow mode
chat-slow-mode-set = Set slow mode
chat-slow-mode-off = Off
chat-slow-mode-every = every { $seconds } s
chat-slow-mode-name = slow mode { $seconds } s
chat-slow-mode-rule = Slow mode: one message every { $seconds } seconds.

chat-moderate = Moderate
chat-moderate-line = Moderate { $name }
chat-remove = Remove message
chat-undo = Undo
chat-mute = Mute
chat-ban = Ban
chat-ban-legend = Ban from this space
chat-ban-means = Also removes their lines from this chat. Lifting the ban later only lets the person in again.
chat-ban-means-undo = Also removes their lines from this chat. Undo within { $seconds } seconds brings them back; lifting the ban later only lets the person in again.
chat-lift-ban = Lift ban
chat-lift-mute = Lift mute
chat-outranked-host = A host can be neither muted nor banned by you.
chat-outranked-moderator = A moderator can be neither muted nor banned by you.
chat-length = Length
chat-length-other = Another length
chat-length-minute = 1 min
chat-length-ten-minutes = 10 min
chat-length-hour = 1 hour
chat-length-day = 1 day
chat-length-ever = For ever
chat-unit = Unit
chat-unit-minutes = minutes
chat-unit-hours = hours
chat-unit-days = days

chat-card-removed = This message was removed.
chat-card-report = Report to the operators
chat-card-back = Back to the stream
chat-card-banned = Banned
chat-card-banned-until = Banned until <time/>
chat-card-muted = Muted
chat-card-muted-until = Muted until <time/>

chat-bans = Muted and banned
chat-bans-none = Nobody is muted or banned in this space.
# After the name of somebody.
chat-state-banned = banned
chat-state-banned-until = banned until <time/>
chat-state-muted = muted
chat-state-muted-until = muted until <time/>

chat-toast-banned = <name/> was banned from this space, and their lines were removed.
chat-toast-banned-until = <name/> was banned from this space until <time/>, and their lines were removed.
chat-toast-muted = <name/> was muted.
chat-toast-muted-until = <name/> was muted until <time/>.
chat-toast-removed = The message was removed.

chat-unavailable = Your line was not stored. Nothing is lost: send it again.
chat-client-id = client_id is a UUID.
chat-kind = Choose ban or mute.
chat-length-number = A whole number; at most 14 days.
