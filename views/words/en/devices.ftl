devices-link = Devices
devices-title = Devices at the same time
devices-lead = On how many devices somebody can watch with this pass at the same time. A device is a browser; its tabs count once.
devices-field = Devices
devices-hint = Up to { $most }. Leave it empty for any number. Whoever opens one more is asked whether to move there; the one before then stops.
devices-save = Save the number
devices-saved = Saved.
devices-again = When the number changes, whoever is inside by this pass has to open the page again.
devices-watching = You are already watching
devices-other = On <browser/>, since <time/>
devices-move-means =
    { $count ->
        [one] Your pass is for one device at a time. Move here, and the page there stops.
       *[other] Your pass is for { $count } devices at a time. Move here, and the page that was opened first stops.
    }
devices-move = Move here
devices-moved = You watch on another device now, so this page has stopped.
devices-elsewhere = You are already watching on another device. Open the page of the show to move here.
