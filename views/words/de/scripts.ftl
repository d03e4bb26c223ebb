# Was die Skripte der Seiten sagen. Wörter in Klammern, die ein Skript einsetzt, sind hier Werte.

scripts-delete = Löschen
scripts-delete-this = Diese Nachricht löschen
scripts-report = Melden
scripts-report-this = Diese Nachricht melden
scripts-new-lines = { $count ->
    [one] { $n } neue Nachricht
   *[other] { $n } neue Nachrichten
}

scripts-you = Sie
scripts-try-again = Noch einmal versuchen
scripts-discard = Verwerfen
scripts-sending = Wird gesendet{"\u00A0"}…
scripts-unsure = Noch nicht gesendet. Neuer Versuch{"\u00A0"}…
scripts-later = Noch nicht gesendet. { $why }
scripts-refused = Nicht gesendet. { $why }
scripts-unsent = { $count ->
    [one] Eine Nachricht wurde noch nicht gesendet.
   *[other] { $n } Nachrichten wurden noch nicht gesendet.
}

# Behind a heading.
scripts-away = Neuer Versuch{"\u00A0"}…
scripts-closed = Diese Seite steht Ihnen nicht mehr offen.
scripts-lost = Die Verbindung zum Server ist unterbrochen. Neuer Versuch{"\u00A0"}…

# Countdowns: „in 2 Std. 14 Min.“, „noch 4:32“.
scripts-days-hours = { $days }{"\u00A0"}T. { $hours }{"\u00A0"}Std.
scripts-hours-minutes = { $hours }{"\u00A0"}Std. { $minutes }{"\u00A0"}Min.
scripts-in-time = in { $left }
scripts-in-no-time = jeden Moment
scripts-for-time = noch { $left }
scripts-for-no-time = nur noch einen Moment
# So beginnt ein Hinweis, der die Zone einer Zeit nennt, und das steht dort, wenn der Browser seine kennt.
scripts-in-utc = In UTC
scripts-in-zone = In Ihrer Zeitzone, { $zone }
scripts-copy = Kopieren
scripts-copied = Kopiert
scripts-press-copy = Strg+C drücken

scripts-play = Abspielen
scripts-pause = Pause
scripts-mute = Stummschalten
scripts-unmute = Ton einschalten
scripts-sound-only = Nur Ton: Es wird kein Bild geladen
scripts-heard = Den Ton hören Sie.
scripts-media-away = Das Video ist gerade nicht erreichbar. Der Chat geht weiter; neuer Versuch…
scripts-size = Bild
scripts-frames = Bilder pro Sekunde
scripts-codec = Codec
scripts-layer = Stufe
scripts-quality-auto = Automatisch
scripts-quality-high = Hoch
scripts-quality-medium = Mittel
scripts-quality-low = Niedrig

scripts-start-camera = Kamera starten
scripts-start-screen = Bildschirm teilen
scripts-start-card = Testbild starten
# Eine Kamera oder ein Mikrofon.
scripts-unnamed = Ohne Namen
scripts-connecting = Verbindung wird aufgebaut{"\u00A0"}…
scripts-connecting-again = Verbindung wird neu aufgebaut{"\u00A0"}…
scripts-sends = Es wird gesendet.
scripts-not-taken = Der Server hat es nicht angenommen.
scripts-not-started = Das ließ sich nicht starten.
scripts-not-allowed = Der Browser durfte das nicht. Erlauben Sie es neben der Adresse und starten Sie dann neu.
scripts-not-found = Es wurde keine Kamera und kein Mikrofon gefunden.
scripts-not-free = Ein anderes Programm benutzt das Gerät gerade.
scripts-camera-gone = Die Kamera ist nicht mehr da. Eine andere wird versucht.
scripts-microphone-gone = Das Mikrofon ist nicht mehr da. Ein anderes wird versucht.
scripts-you-are-up = Alle sehen und hören Sie.
scripts-no-sound = Seit zehn Sekunden kein Ton. Ist es das richtige Mikrofon?
scripts-no-speaker = Dieser Browser findet keinen Lautsprecher.
scripts-limited-processor = Dieser Computer ist für ein besseres Bild zu beschäftigt.
scripts-limited-network = Das Netz ist für ein besseres Bild zu langsam: ein Kabel hilft.
