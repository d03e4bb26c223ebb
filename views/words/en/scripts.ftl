# What the scripts of pages say. Words in braces that a script fills in are values here.

scripts-delete = Delete
scripts-delete-this = Delete this message
scripts-report = Report
scripts-report-this = Report this message
scripts-new-lines = { $count ->
    [one] { $n } new line
   *[other] { $n } new lines
}

scripts-you = You
scripts-try-again = Try again
scripts-discard = Discard
scripts-sending = Sending…
scripts-unsure = Not sent yet. Trying again…
scripts-later = Not sent yet. { $why }
scripts-refused = Not sent. { $why }
scripts-unsent = { $count ->
    [one] A message was not sent yet.
   *[other] { $n } messages were not sent yet.
}

# Behind a heading.
scripts-away = reconnecting…
scripts-closed = This page is not open to you any more.
scripts-lost = We lost the connection to the server. Trying again…

# Countdowns: “in 2 h 14 min”, “for 4:32”.
scripts-days-hours = { $days } d { $hours } h
scripts-hours-minutes = { $hours } h { $minutes } min
scripts-in-time = in { $left }
scripts-in-no-time = any moment now
scripts-for-time = for { $left }
scripts-for-no-time = for a moment more
# How a hint begins that names the zone of a time, and what stands there instead when the browser knows its own.
scripts-in-utc = In UTC
scripts-in-zone = In your time zone, { $zone }
scripts-copy = Copy
scripts-copied = Copied
scripts-press-copy = Press Ctrl+C

scripts-play = Play
scripts-pause = Pause
scripts-mute = Mute
scripts-unmute = Turn the sound on
scripts-sound-only = Sound only: no picture is loaded
scripts-heard = You hear the sound.
scripts-media-away = The video cannot be reached at the moment. The chat goes on; trying again…
scripts-size = Picture
scripts-frames = Frames a second
scripts-codec = Codec
scripts-layer = Layer
scripts-quality-auto = Auto
scripts-quality-high = High
scripts-quality-medium = Medium
scripts-quality-low = Low

scripts-start-camera = Start the camera
scripts-start-screen = Share the screen
scripts-start-card = Start the test card
# A camera or a microphone.
scripts-unnamed = Unnamed
scripts-connecting = Connecting…
scripts-connecting-again = Connecting again…
scripts-sends = Sending.
scripts-not-taken = The server did not take it.
scripts-not-started = It could not be started.
scripts-not-allowed = The browser was not allowed to. Allow it beside the address, then start again.
scripts-not-found = No camera or microphone was found.
scripts-not-free = Another program is using it.
scripts-camera-gone = The camera went away. Trying another one.
scripts-microphone-gone = The microphone went away. Trying another one.
scripts-you-are-up = Everybody sees and hears you.
scripts-no-sound = No sound for ten seconds. Is this the right microphone?
scripts-no-speaker = This browser finds no loudspeaker.
scripts-limited-processor = This computer is too busy to send a better picture.
scripts-limited-network = The network is too slow for a better picture: a cable helps.
