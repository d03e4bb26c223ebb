videos-title = Videos von { $name }
videos-list = Videos
videos-manage = Videos verwalten
videos-empty = Noch gibt es keine Videos. Neue stehen dann hier.
videos-empty-team = Noch keine Videos. Was Sie hinzufügen, finden hier alle, deren Pass den Bereich öffnet.
videos-inside =
    { $count ->
        [one] Ein Video hinter dieser Tür
       *[other] { $count } Videos hinter dieser Tür
    }
videos-choose = Video
videos-choose-hint = Bis zu { $size }. WebM mit VP8, VP9 oder AV1 und Opus oder Vorbis, oder MP4 mit H.264 oder AV1 und AAC oder Opus. Wer einen Pass hat, sieht es hier an.
videos-send = Video hochladen
videos-watch = Ansehen
videos-watch-name = { $name } ansehen
videos-length-unknown = Länge unbekannt
videos-save = Video speichern
videos-save-text = Titel speichern
videos-no-index = Diese Datei hat kein Verzeichnis: Zu späteren Stellen kann man erst springen, wenn sie geladen ist.
videos-edit-title = Ein Video ändern
videos-poster = Bild
videos-poster-hint = Was die Seite zeigt, bevor das Video läuft, bis zu 10{"\u00A0"}MB.
videos-poster-take = Diesen Moment als Bild nehmen
videos-poster-save = Bild speichern
videos-poster-saved = Das Bild ist gespeichert.
videos-delete = Video löschen
videos-delete-open = Video löschen…
videos-delete-words = Niemand kann es mehr ansehen. Das lässt sich nicht rückgängig machen.
videos-taken = Wir nehmen WebM mit VP8, VP9 oder AV1 und Opus oder Vorbis, und MP4 mit H.264 oder AV1 und AAC oder Opus.
videos-refused-kind = Diese Datei ist { $kind }.
videos-refused-unknown = Das ist kein Video, das wir kennen.
videos-refused-codec = Diese Datei ist { $container } mit { $codec }, was nicht alle Browser abspielen.
videos-refused-no-picture = In dieser Datei ist kein Bild.
videos-refused-broken = Diese Datei ist beschädigt oder nicht vollständig. Exportieren Sie sie noch einmal.
