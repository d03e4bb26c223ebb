videos-title = Videos of { $name }
videos-list = Videos
videos-manage = Manage the videos
videos-empty = There are no videos yet. New ones appear here.
videos-empty-team = No videos yet. What you add is here for everybody whose pass opens it.
videos-inside =
    { $count ->
        [one] One video behind this door
       *[other] { $count } videos behind this door
    }
videos-choose = Video
videos-choose-hint = Up to { $size }. WebM with VP8, VP9 or AV1 and Opus or Vorbis, or MP4 with H.264 or AV1 and AAC or Opus. People with a pass watch it here.
videos-send = Upload the video
videos-watch = Watch
videos-watch-name = Watch { $name }
videos-length-unknown = length unknown
videos-save = Save the video
videos-save-text = Save the title
videos-no-index = This file has no index: viewers cannot jump to a later moment before it has loaded.
videos-edit-title = Change a video
videos-poster = Picture
videos-poster-hint = What its page shows before it plays, up to 10 MB.
videos-poster-take = Take the picture at this moment
videos-poster-save = Save the picture
videos-poster-saved = The picture is saved.
videos-delete = Delete the video
videos-delete-open = Delete the video…
videos-delete-words = Nobody can watch it any more. This cannot be undone.
videos-taken = We take WebM with VP8, VP9 or AV1 and Opus or Vorbis, and MP4 with H.264 or AV1 and AAC or Opus.
videos-refused-kind = This file is { $kind }.
videos-refused-unknown = This is not a video that we know.
videos-refused-codec = This file is { $container } with { $codec }, which not all browsers play.
videos-refused-no-picture = There is no picture in this file.
videos-refused-broken = This file is damaged, or not all of it. Export it again.
