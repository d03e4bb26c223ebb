# Recordings of shows and their replays.

recordings-switch-on = Record this show
recordings-switch-off = Stop recording
recordings-will-run = This show will be recorded from the moment it goes live. Viewers are told.
recordings-runs = This show is being recorded. Viewers are told.
recordings-stopped-disk = The recording has stopped: the disk of the service is nearly full. The show goes on.
recordings-stopped-room = The recording has stopped: this space has used up its room for recordings. Delete older ones, then start again. The show goes on.
recordings-stopped-failed = The recording has stopped: its files cannot be written. The show goes on.
recordings-stopped-codec = The recording has stopped: the picture came in another codec than before, and a recording has one. What was recorded is kept. It can go on once the first source publishes again. The show goes on.
recordings-elsewhere = Shows on LiveKit are not recorded. Choose one of the two: LiveKit, or a recording on this server.
recordings-badge = Recorded
recordings-told = The host records this show.
recordings-replays = Replays
recordings-replay-title = Replay: { $title }
recordings-plays-where = This video plays in Chrome, Edge and Firefox, and in Safari from version 17.4 on. On an older iPhone it does not play.
recordings-plays-everywhere = This video plays in the current versions of Chrome, Edge, Firefox and Safari.
recordings-plays-newest = This video plays in Chrome, Edge and Firefox, and in Safari on devices that can decode AV1.
recordings-unplayable = This browser cannot play { $codec }. Try another one, or another device.
recordings-manage = All recordings
recordings-title = Recordings
recordings-used = { $used } of { $room } used.
recordings-none = Nothing has been recorded yet. The studio of a show has the switch.
recordings-hidden = only the team sees it
recordings-lost = { $count ->
    [one] one frame was lost
   *[other] { $count } frames were lost
}
recordings-kept-until = kept until
recordings-download = Download
recordings-publish = Show to viewers
recordings-hide = Hide from viewers
recordings-delete = Delete
recordings-delete-means = Nobody can watch it any more. This cannot be undone.
recordings-delete-now = Delete this recording
recordings-name = Title
recordings-rename = Save the title
recordings-saved = Saved.
recordings-now-hidden = Only the team sees it now.
recordings-now-shown = Everybody who may enter the show can watch it now.
recordings-deleted = The recording was deleted.
recordings-refused-running = It is still being recorded. End the show first.
recordings-refused-watching = Too many parts of replays are on their way to you. Close other players and try again.
recordings-refused-preview = The free minutes are for the live show. The replay is for holders of a pass.
recordings-chat = Chat
recordings-chat-list = All lines as a list
recordings-chat-title = Chat: { $title }
recordings-chat-empty = Nobody wrote anything.
recordings-chat-further = Further lines
recordings-rewind = Rewind
recordings-rewind-half = Back 30 seconds
recordings-rewind-one = Back one minute
recordings-rewind-five = Back five minutes
recordings-rewind-edge = Back to live
recordings-rewind-unplayable = It cannot be played here. Back to live
