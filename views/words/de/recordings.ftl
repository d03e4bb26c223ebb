# Aufzeichnungen von Shows und ihre Wiederholungen.

recordings-switch-on = Diese Show aufzeichnen
recordings-switch-off = Aufzeichnung beenden
recordings-will-run = Diese Show wird aufgezeichnet, sobald sie live geht. Die Zuschauer erfahren es.
recordings-runs = Diese Show wird aufgezeichnet. Die Zuschauer erfahren es.
recordings-stopped-disk = Die Aufzeichnung wurde beendet: Der Speicher des Dienstes ist fast voll. Die Show geht weiter.
recordings-stopped-room = Die Aufzeichnung wurde beendet: Dieser Space hat seinen Platz für Aufzeichnungen aufgebraucht. Löschen Sie ältere und beginnen Sie neu. Die Show geht weiter.
recordings-stopped-failed = Die Aufzeichnung wurde beendet: Ihre Dateien lassen sich nicht schreiben. Die Show geht weiter.
recordings-stopped-codec = Die Aufzeichnung hat angehalten: Das Bild kam in einem anderen Codec als zuvor, und eine Aufzeichnung hat einen. Was aufgezeichnet ist, bleibt. Es kann weitergehen, sobald wieder die erste Quelle sendet. Die Show geht weiter.
recordings-elsewhere = Shows auf LiveKit werden nicht aufgezeichnet. Wählen Sie eines von beiden: LiveKit, oder eine Aufzeichnung auf diesem Server.
recordings-badge = Wird aufgezeichnet
recordings-told = Der Host zeichnet diese Show auf.
recordings-replays = Wiederholungen
recordings-replay-title = Wiederholung: { $title }
recordings-plays-where = Dieses Video läuft in Chrome, Edge und Firefox, in Safari ab Version 17.4. Auf älteren iPhones läuft es nicht.
recordings-plays-everywhere = Dieses Video läuft in den aktuellen Versionen von Chrome, Edge, Firefox und Safari.
recordings-plays-newest = Dieses Video läuft in Chrome, Edge und Firefox, in Safari auf Geräten, die AV1 dekodieren.
recordings-unplayable = Dieser Browser kann { $codec } nicht abspielen. Versuchen Sie einen anderen, oder ein anderes Gerät.
recordings-manage = Alle Aufzeichnungen
recordings-title = Aufzeichnungen
recordings-used = { $used } von { $room } belegt.
recordings-none = Noch wurde nichts aufgezeichnet. Der Schalter ist im Studio einer Show.
recordings-hidden = nur das Team sieht sie
recordings-lost = { $count ->
    [one] ein Bild ging verloren
   *[other] { $count } Bilder gingen verloren
}
recordings-kept-until = aufbewahrt bis
recordings-download = Herunterladen
recordings-publish = Für Zuschauer zeigen
recordings-hide = Vor Zuschauern verbergen
recordings-delete = Löschen
recordings-delete-means = Niemand kann sie mehr ansehen. Das lässt sich nicht rückgängig machen.
recordings-delete-now = Diese Aufzeichnung löschen
recordings-name = Titel
recordings-rename = Titel speichern
recordings-saved = Gespeichert.
recordings-now-hidden = Jetzt sieht sie nur das Team.
recordings-now-shown = Jetzt kann sie jeder ansehen, der in die Show darf.
recordings-deleted = Die Aufzeichnung wurde gelöscht.
recordings-refused-running = Sie wird noch aufgezeichnet. Beenden Sie zuerst die Show.
recordings-refused-watching = Zu viele Teile von Wiederholungen sind auf dem Weg zu Ihnen. Schließen Sie andere Player und versuchen Sie es noch einmal.
recordings-refused-preview = Die freien Minuten gelten für die Live-Show. Die Wiederholung ist für Inhaber eines Passes.
recordings-chat = Chat
recordings-chat-list = Alle Zeilen als Liste
recordings-chat-title = Chat: { $title }
recordings-chat-empty = Niemand hat etwas geschrieben.
recordings-chat-further = Weitere Zeilen
recordings-rewind = Zurückspulen
recordings-rewind-half = 30 Sekunden zurück
recordings-rewind-one = Eine Minute zurück
recordings-rewind-five = Fünf Minuten zurück
recordings-rewind-edge = Zurück zu live
recordings-rewind-unplayable = Hier lässt es sich nicht abspielen. Zurück zu live
