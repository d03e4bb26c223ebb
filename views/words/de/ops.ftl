## Every page of operators

ops-title = { $page }, Betreiber
ops-operators = Betreiber
ops-actors = Aktoren
ops-jobs = Jobs
ops-reports = Meldungen
ops-spaces = Spaces
ops-people = Personen
ops-texts = Texte
ops-audit = Protokoll
ops-all = Alle
ops-search = Suchen
ops-show = Anzeigen
ops-show-all = Alle anzeigen
ops-older = Ältere
ops-earlier = Zurück
ops-later = Weiter
ops-look = Ansehen
ops-actions = Aktionen
ops-state = Zustand
ops-status = Status
ops-waiting = Wartend
ops-yes = ja
ops-no = nein
ops-none = keiner

## Names of what programs know by a code

ops-status-starting = startet
ops-status-running = läuft
ops-status-draining = läuft aus
ops-status-restarting = startet neu
ops-status-parked = geparkt
ops-status-stopped = angehalten
ops-kind-stream = Stream
ops-kind-chat-room = Chatraum
ops-kind-checkout = Kasse
ops-kind-restream = Weitersendung
ops-kind-job-worker = Job-Worker
ops-kind-media-worker = Medien-Worker
ops-kind-supervisor = Supervisor
ops-branch-streams = Streams
ops-branch-restreams = Weitersendungen
ops-branch-chat-rooms = Chaträume
ops-branch-checkouts = Kassen
ops-branch-jobs = Jobs
ops-branch-media = Medien

## The tree of actors

ops-actor = Aktor
ops-tree = Baum der Aktoren
ops-branch = Zweig
ops-rate = Rate
ops-latency = Latenz
ops-handled = Bearbeitet
ops-restarts = Neustarts
ops-last-error = Letzter Fehler
ops-figures-about = Zahlen und Linien zeigen die letzten drei Minuten in Schritten von drei Sekunden.
ops-search-hint = Titel, ID, Status, Fehler
ops-no-actor = Kein Aktor passt zur Suche.
ops-some-of = { $some } von { $all }
ops-worst-of = { $some } von { $all }: zuerst die gestörten, dann die mit der meisten Arbeit.
ops-none-of = Von { $all } passt keiner zur Suche.
ops-page-of = Seite { $page } von { $pages }, insgesamt { $all }
ops-show-branch = Alle anzeigen: { $branch }
ops-not-running = { $count } nicht in Betrieb
ops-fault-for = Störung <end/>
ops-figure-viewers = Zuschauer
ops-figure-live-streams = laufende Streams
ops-figure-actors = Aktoren
ops-figure-deepest = vollster Posteingang
ops-figure-restarts = Neustarts
ops-figure-faults = aktive Störungen
ops-figure-inside = Personen drinnen
ops-figure-queue = Personen in der Warteschlange
ops-figure-seats = Plätze
ops-machine = Die Maschine
ops-machine-processor = Prozessor
ops-machine-memory = Arbeitsspeicher
ops-machine-disk = frei im Datenverzeichnis
ops-machine-files = offene Dateien
ops-machine-threads = Threads
ops-percent = { $n } %
ops-spark-rate = Nachrichten pro Sekunde, Höchstwert { $most }
ops-spark-latency = Latenz, Höchstwert { $most }
ops-spark-latency-unknown = Latenz, Höchstwert unbekannt
ops-spark-waiting = Wartend, Höchstwert { $most }

## One actor

ops-last-error-is = <label>Letzter Fehler:{" "}</label><error/>
ops-actor-asleep = Kein Aktor dieses Namens ist in Betrieb: Er ruht bis zur nächsten Nachricht, oder das, wofür er da war, wurde gelöscht.
ops-actor-waiting = { $count } wartend
ops-supervisor-alone = Supervisoren lassen sich von hier aus nicht steuern.
ops-supervisor-refused = Supervisoren und die Wurzel lassen sich von hier aus nicht steuern.
ops-figure-waiting = wartend
ops-figure-rate = Nachrichten pro Sekunde
ops-figure-handled = bearbeitet
ops-figure-latency-mean = Latenz im Mittel
ops-figure-latency-longest = längste Latenz
ops-figure-up = Laufzeit
ops-up-short = unter 1{"\u00A0"}Min.
ops-pulse-rate = Nachrichten pro Sekunde
ops-act = { $verb ->
        [restart] Neu starten{"\u00A0"}…
        [stop] Anhalten{"\u00A0"}…
        [drain] Auslaufen lassen{"\u00A0"}…
       *[resume] Fortsetzen{"\u00A0"}…
    }
ops-act-named = { $verb ->
        [restart] { $title } neu starten
        [stop] { $title } anhalten
        [drain] { $title } auslaufen lassen
       *[resume] { $title } fortsetzen
    }
ops-act-confirm = { $verb ->
        [restart] { $title } ({ $kind }) neu starten
        [stop] { $title } ({ $kind }) anhalten
        [drain] { $title } ({ $kind }) auslaufen lassen
       *[resume] { $title } ({ $kind }) fortsetzen
    }
ops-act-consequence = { $verb ->
        [restart] Er wird angehalten und aus dem gespeicherten Stand neu gestartet. Seine Seiten bemerken eine kurze Stille.
        [stop] Was in seinem Posteingang wartet, wird verworfen. Er startet wieder, sobald er gebraucht wird.
        [drain] Er bearbeitet, was wartet, und hält dann an. Er startet wieder, sobald er gebraucht wird.
       *[resume] Er wird mit neuem Budget wieder gestartet.
    }
ops-act-consequence-worker = { $verb ->
        [restart] Seine Schleife wird abgebrochen und neu begonnen.
        [stop] Seine Schleife wird abgebrochen. Seine Arbeit bleibt liegen, bis ein Betreiber ihn fortsetzt oder der Dienst neu gestartet wird.
       *[drain] Seine Schleife endet mit dem, was er gerade bearbeitet. Seine Arbeit bleibt liegen, bis ein Betreiber ihn fortsetzt oder der Dienst neu gestartet wird.
    }
ops-act-not-now = Das ist bei diesem Aktor gerade nicht möglich.
ops-act-not-allowed = Dieser Aktor darf von hier aus nicht angehalten werden.
ops-leave-alone = Nichts tun
ops-restarts-of = Neustarts
ops-restarts-none = Er wurde nicht neu gestartet.
ops-restarts-last = Die letzten 32, neueste zuerst.
ops-restart-when = Wann
ops-restart-why = Warum
ops-restart-counts = Zählt zum Budget

## The state of an actor

ops-fact-hidden = ••• für Betreiber nicht sichtbar
ops-fact-life = ID seit dem letzten Start
ops-fact-state = Zustand
ops-fact-commit = Schreibvorgang läuft
ops-fact-turns = Ladevorgänge und verlorene Runden
ops-fact-decisions = Entscheidungen, die auf die Datenbank warten
ops-fact-pages = auf den Seiten
ops-fact-journal = letzte Nummer des Journals
ops-fact-modes = eingeschaltete Modi
ops-fact-slow-mode = langsamer Modus, Sekunden
ops-fact-lines = Zeilen auf den Seiten
ops-fact-speakers = Personen, die sie geschrieben haben
ops-fact-chat-hidden = wer sie sind und was sie geschrieben haben
ops-fact-packets = Pakete fließen
ops-fact-people = Personen hier
ops-fact-peak = meiste Personen gleichzeitig
ops-fact-version = Version der Tabellenzeile
ops-fact-scheduled = geplant
ops-fact-started = begonnen
ops-fact-grace = wartet auf den Host bis
ops-fact-ended = beendet
ops-fact-why-ended = Grund des Endes
ops-fact-why-failed = warum sie scheiterte
ops-fact-sends-since = sendet seit
ops-fact-bits = Bit pro Sekunde
ops-fact-destination-hidden = wohin sie sendet, und der Schlüssel
ops-fact-end-reason = Grund für das Ende
ops-fact-terms = Konditionen gelten noch
ops-fact-attempt = Zahlungsversuch
ops-fact-session = Sitzung beim Zahlungsdienst vorhanden
ops-fact-opened = eröffnet
ops-fact-open-until = offen bis
ops-fact-buyer-hidden = wer kauft und wohin die Rechnung geht
ops-not-loaded = noch nicht geladen
ops-nothing-loaded = es wurde noch nichts geladen

## Faults

ops-fault-is = <label>Eine Störung ist aktiv:{" "}</label><fault/>. Sie endet von selbst, <end/>.
ops-fault-met = Betroffene Nachrichten: { $count }
ops-fault-remove = Störung aufheben
ops-fault-still = Noch { $seconds } Sekunden lang ist eine Störung aktiv: { $fault }. Heben Sie zuerst die Störung auf.
ops-fault-delay = jede Nachricht wartet { $millis }{"\u00A0"}ms
ops-fault-drop-next = { $count ->
        [1] die nächste Nachricht geht verloren
       *[other] die nächsten { $count } Nachrichten gehen verloren
    }
ops-fault-drop-share = { $percent } von 100 Nachrichten gehen verloren
ops-fault-panic = die nächste Nachricht löst einen Absturz aus
ops-fault-poison = jede Nachricht löst einen Absturz aus, bis der Aktor geparkt ist
ops-inject = Eine Störung auslösen
ops-inject-about = Damit sehen Sie, wie seine Aufrufer damit zurechtkommen. Die Störung endet von selbst; was mit Erfolg beantwortet wurde, bleibt erhalten.
ops-inject-kind = Störung
ops-inject-delay = Jede Nachricht verzögern
ops-inject-drop-next = Die nächsten Nachrichten verlieren
ops-inject-drop-share = Einen Teil der Nachrichten verlieren
ops-inject-panic = Absturz bei der nächsten Nachricht
ops-inject-poison = Absturz bei jeder Nachricht, bis er geparkt ist
ops-inject-amount = Wie viel
ops-inject-amount-hint = Millisekunden, Nachrichten oder Prozent
ops-inject-seconds = Für wie viele Sekunden
ops-inject-button = Diese Störung auslösen{"\u00A0"}…
ops-inject-confirm = Eine Störung auslösen: { $title } ({ $kind })
ops-inject-consequence = Für { $seconds } Sekunden: { $fault }. Danach endet sie von selbst.
ops-inject-number = Eine Zahl von 1 bis { $most }.
ops-inject-kinds = Eine von delay, drop_next, drop_share, panic, poison.

## What needs an operator

ops-needs = Zu erledigen <number/>
ops-needs-number = { $count ->
        [one] { $count }
       *[other] { $count }, das Dringendste zuerst
    }
ops-what-happened = Was passiert ist
ops-need-what = Was
ops-need-since = Seit
ops-need-meaning = Was es bedeutet
ops-need-remedy = Was zu tun ist
ops-resume-it = Fortsetzen{"\u00A0"}…
ops-resume-whom = Fortsetzen: { $whom }
ops-need-database-read = Seiten und Anmeldung schlagen fehl. Was mit Erfolg beantwortet wurde, bleibt erhalten.
ops-need-database-write = Lesen geht weiter; Neues wird nicht angenommen. Prüfen Sie, ob der Datenträger voll ist.
ops-need-engine = Nichts Laufendes funktioniert, bis der Dienst neu gestartet ist.
ops-need-chat-room = Das Bild läuft weiter. Niemand kann schreiben; was gesagt wurde, bleibt erhalten.
ops-need-stream = Er lässt sich weder starten noch beenden; wer zuschaut, schaut weiter zu.
ops-need-checkout = Der Käufer wartet. Was der Zahlungsdienst eingenommen hat, wird verbucht, sobald sie fortgesetzt wird.
ops-need-job-worker = Seine Arbeit bleibt liegen, bis er fortgesetzt wird; nichts geht verloren.
ops-need-actor = Er ist nicht in Betrieb, bis er fortgesetzt wird.
ops-need-audit = Das Protokoll ist nicht unversehrt
ops-need-audit-about = Jemand hat die Datenbank ohne das Geheimnis des Servers geändert.
ops-need-jobs = { $count ->
        [one] { $shown } Job wurde aufgegeben
       *[other] { $shown } Jobs wurden aufgegeben
    }
ops-need-jobs-about = Eine E-Mail wurde nicht gesendet, oder eine Zahlung wartet auf ihre Verbuchung.
ops-need-reports = { $count ->
        [one] { $shown } Meldung wartet auf eine Entscheidung
       *[other] { $shown } Meldungen warten auf eine Entscheidung
    }
ops-need-reports-about = Jemand hat uns geschrieben oder etwas gemeldet und erfährt, was entschieden wird.
ops-need-webhook = Ein Webhook wurde abgewiesen
ops-need-webhook-media-about = Die Seiten folgen LiveKit eine Sekunde später: Alle Räume werden jede Sekunde angesehen. Vergleichen Sie den Schlüssel und die Uhr.
ops-need-webhook-about = Zahlungen werden verspätet erkannt: Jede Bestellung fragt selbst beim Zahlungsdienst nach. Vergleichen Sie das Webhook-Geheimnis und die Uhr.
ops-need-refund = Eine Erstattung von { $amount } ist fehlgeschlagen
ops-need-refund-about = Die Bank des Käufers hat sie zurückgeschickt, und der Käufer weiß davon. Erstatten Sie beim Zahlungsdienst erneut oder zahlen Sie auf anderem Weg.
ops-well-about = { $people ->
        [one] { $people_shown } Person
       *[other] { $people_shown } Personen
    } in allen Räumen, { $streams ->
        [one] { $streams_shown } Stream läuft
       *[other] { $streams_shown } Streams laufen
    }.
ops-rooms-parked = { $count ->
        [1] 1 Raum ist geparkt
       *[other] { $count } Räume sind geparkt
    }
ops-room-parked = { $room }{ $since ->
        [none] {""}
       *[span] , seit { $since }
    }. { $people ->
        [0] Niemand ist darin
        [1] 1 Person ist dort ohne Chat
       *[other] { $people_shown } Personen sind dort ohne Chat
    }; nichts Gesagtes ist verloren.

## The audit log

ops-audit-about = Was Betreiber, Hosts und Moderatoren getan haben, neueste Einträge zuerst.
ops-audit-of = Was mit <name/> und allem darin geschah oder von dort ausging, neueste Einträge zuerst. <all>Alle Einträge anzeigen</all>
ops-audit-empty = Noch wurde nichts getan.
ops-audit-none = Kein Eintrag passt zu dem, was Sie suchen.
ops-audit-find = Eine Person oder eine ID
ops-audit-find-hint = Zum Beispiel @maya, oder die ID einer Person, eines Space, eines Streams oder von etwas anderem.
ops-audit-unknown = Niemand heißt so, und eine ID ist es nicht.
ops-audit-day = Tag
ops-audit-day-hint = Von Mitternacht bis Mitternacht, UTC.
ops-audit-no-day = Das ist kein Tag. Schreiben Sie ihn wie 2026-11-29.
ops-audit-lines = Einträge des Protokolls
ops-audit-lines-of = Protokolleinträge zu { $name }
ops-audit-line = Zeile
ops-audit-when = Wann
ops-audit-who = Wer
ops-audit-action = Aktion
ops-audit-target = Ziel
ops-audit-outcome = Ergebnis
ops-audit-unsealed = noch nicht versiegelt
ops-audit-verifying = Das Protokoll wird gerade geprüft.
ops-audit-sound = Geprüft bis Zeile { $last }, <at/>: Nichts wurde geändert, verschoben oder abgeschnitten.
ops-audit-unsound = <wrong>Das Protokoll ist nicht unversehrt.</wrong> Gelesen bis Zeile { $last }, <at/>.
ops-audit-verify = Jetzt prüfen
ops-audit-restored = Wenn absichtlich eine ältere Kopie der Datenbank eingespielt wurde, löschen Sie die Datei <file>audit-head</file> aus dem Datenverzeichnis.
ops-audit-unreadable = Das Protokoll konnte nicht gelesen werden. Versuchen Sie es gleich noch einmal.
ops-audit-more-lines = { $count } weitere Zeilen
ops-audit-person = Person { $id }
ops-audit-service = der Dienst
ops-audit-done = erledigt
ops-audit-asked = { $words } (verlangt für ID { $id })
ops-flaw-changed = { $lines ->
        [1] Zeile { $from } wurde nach der Versiegelung geändert
       *[other] Zeilen { $from } bis { $to } wurden nach der Versiegelung geändert
    }
ops-flaw-missing = { $lines ->
        [1] Zeile { $from } fehlt
       *[other] Zeilen { $from } bis { $to } fehlen
    }
ops-flaw-moved = { $lines ->
        [1] Zeile { $from } wurde verschoben: Sie wurde als Zeile { $was } geschrieben
       *[other] Zeilen { $from } bis { $to } wurden verschoben: geschrieben ab Zeile { $was }
    }
ops-flaw-replaced = { $lines ->
        [1] Zeile { $from } folgt nicht auf die Zeile davor
       *[other] Zeilen { $from } bis { $to } folgen nicht auf die Zeile davor
    }
ops-flaw-unsealed = { $lines ->
        [1] Zeile { $from } trägt kein Siegel: Der Dienst hat sie nicht geschrieben
       *[other] Zeilen { $from } bis { $to } tragen kein Siegel: Der Dienst hat sie nicht geschrieben
    }
ops-flaw-other-secret = { $lines ->
        [1] Zeile { $from } wurde mit einem anderen Geheimnis als BACKSTAGE_SECRET versiegelt
       *[other] Zeilen { $from } bis { $to } wurden mit einem anderen Geheimnis als BACKSTAGE_SECRET versiegelt
    }
ops-flaw-cut = { $lines ->
        [1] Zeile { $from } wurde am Ende abgeschnitten
       *[other] Zeilen { $from } bis { $to } wurden am Ende abgeschnitten
    }
ops-flaw-not-the-head = { $lines ->
        [1] Zeile { $from } ist nicht die Zeile, deren Siegel außerhalb der Datenbank aufbewahrt wird
       *[other] Zeilen { $from } bis { $to } sind nicht die Zeile, deren Siegel außerhalb der Datenbank aufbewahrt wird
    }
ops-flaw-no-head = { $lines ->
        [1] Zeile { $from } ist vielleicht nicht die letzte: Außerhalb der Datenbank fehlt das letzte Siegel
       *[other] Zeilen { $from } bis { $to } sind vielleicht nicht die letzten: Außerhalb der Datenbank fehlt das letzte Siegel
    }
ops-target-experience = Bereich
ops-target-job = Job
ops-target-jobs = alle geparkten Jobs
ops-target-order = Bestellung
ops-target-pass = Pass
ops-target-person = Person
ops-target-room = Chatraum
ops-target-room-id = Raum { $id }
ops-target-session = Browser
ops-target-space = Space
ops-target-stream = Stream
