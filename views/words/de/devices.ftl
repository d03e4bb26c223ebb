devices-link = Geräte
devices-title = Geräte gleichzeitig
devices-lead = Auf wie vielen Geräten jemand mit diesem Pass gleichzeitig zuschauen kann. Ein Gerät ist ein Browser; seine Tabs zählen einmal.
devices-field = Geräte
devices-hint = Höchstens { $most }. Lassen Sie es leer für beliebig viele. Auf einem weiteren wird gefragt, ob man wechseln will; das vorige endet dann.
devices-save = Anzahl speichern
devices-saved = Gespeichert.
devices-again = Ändert sich die Anzahl, muss die Seite neu öffnen, wer mit diesem Pass da ist.
devices-watching = Sie schauen bereits zu
devices-other = Auf <browser/>, seit <time/>
devices-move-means =
    { $count ->
        [one] Ihr Pass gilt für ein Gerät zur gleichen Zeit. Wechseln Sie hierher, dann hält die Seite dort an.
       *[other] Ihr Pass gilt für { $count } Geräte zur gleichen Zeit. Wechseln Sie hierher, dann hält die Seite an, die zuerst geöffnet wurde.
    }
devices-move = Hierher wechseln
devices-moved = Sie schauen jetzt auf einem anderen Gerät zu, deshalb wurde diese Seite angehalten.
devices-elsewhere = Sie schauen bereits auf einem anderen Gerät zu. Öffnen Sie die Seite der Show, um hierher zu wechseln.
