## Jobs

ops-jobs-about = Nachgelagerte Arbeit: E-Mails, Verbuchen von Zahlungen, Durchsetzen von Verbannungen. Ein Job, der fehlschlägt, wird etwa eine Stunde lang mit wachsenden Pausen wiederholt und dann hier geparkt.
ops-jobs-parked = Geparkt
ops-jobs-parked-none = Nichts ist geparkt.
ops-jobs-parked-number = { $count ->
        [one] { $count } Job wartet auf Sie. Beheben Sie zuerst die Ursache, und lassen Sie ihn dann wieder laufen.
       *[other] { $count } Jobs warten auf Sie. Beheben Sie zuerst die Ursache, und lassen Sie sie dann wieder laufen.
    }
ops-jobs-parked-table = Geparkte Jobs
ops-jobs-revive-all = Alle wieder aufnehmen{"\u00A0"}…
ops-jobs-revive-parked = Alle geparkten Jobs wieder aufnehmen
ops-jobs-revived = Die geparkten Jobs laufen wieder.
ops-jobs-failing = Fehlschlagend
ops-jobs-failing-none = Kein Job schlägt fehl.
ops-jobs-failing-table = Fehlschlagende Jobs
ops-jobs-next-try = Nächster Versuch
ops-job = Job
ops-job-attempts = Versuche
ops-job-revive = Wieder aufnehmen{"\u00A0"}…
ops-job-revive-named = { $job } wieder aufnehmen
ops-job-revive-one = Diesen Job wieder aufnehmen
ops-job-revive-about = Die Ausführung beginnt sofort, und die Versuche werden neu gezählt. Was ein Job schon zum Teil erledigt hat, geschieht nicht doppelt.
ops-job-revived = Der Job läuft wieder.
ops-job-not-parked = Dieser Job ist nicht mehr geparkt.
ops-job-leave = Geparkt lassen
ops-lane = Spur
ops-lanes = Spuren
ops-lane-running = In Arbeit
ops-lane-failing = Fehlschlagend
ops-lane-oldest = Älteste Fälligkeit
ops-lane-doors = Türen
ops-lane-money = Geld
ops-lane-receipts = Belege
ops-lane-codes = Codes
ops-lane-notices = Benachrichtigungen
ops-lane-upkeep = Wartung
ops-lane-payouts = Auszahlungen
ops-webhooks = Webhooks
ops-webhooks-media = Webhooks von LiveKit
ops-webhook-last = Der letzte, <kind/>, kam <at/>.
ops-webhook-none = Noch wurde keiner angenommen.
ops-webhook-refused = Einer wurde abgewiesen (<at/>): <reason/>.
ops-webhook-unsigned = Er trägt keine Signatur
ops-webhook-signature = Die Signatur stimmt nicht: ein anderes Webhook-Geheimnis oder ein veränderter Inhalt
ops-webhook-clock-skew = Die Signatur stimmt, liegt aber mehr als fünf Minuten neben unserer Uhr
ops-webhook-replayed = Er kam schon einmal
ops-refunds-failed = Fehlgeschlagene Erstattungen
ops-refunds-failed-about = Die Bank hat das Geld zurückgeschickt. Erstatten Sie es beim Zahlungsdienst erneut oder zahlen Sie es auf anderem Weg aus.

## Spaces and people

ops-space = Space
ops-spaces-search = Name, Adresse, Wörter
ops-spaces-left-out = Jedes Konto hat von Anfang an einen Space. Was nicht öffentlich ist und keinen Bereich hat, ist über den Namen zu finden.
ops-spaces-none = Kein Space gefunden.
ops-space-on-air = Live
ops-space-holders = Passinhaber
ops-space-public = Öffentlich seit <at/>
ops-space-private = Nicht öffentlich
ops-person = Person
ops-people-search = Name oder ganze Adresse
ops-people-none = Niemand gefunden.
ops-person-sessions = Angemeldet
ops-person-since = Seit <at/>
ops-operator = Betreiber
ops-suspended-at = Gesperrt <at/>
ops-suspended-only = Nur gesperrte
ops-suspend = Sperren{"\u00A0"}…
ops-suspend-named = { $name } sperren
ops-restore = Freigeben{"\u00A0"}…
ops-restore-named = { $name } freigeben
ops-suspend-space = Den Space { $name } sperren
ops-suspend-space-link = Den Space { $name } sperren{"\u00A0"}…
ops-suspend-space-about = Seine Türen schließen sofort, auch für das Team; laufende Shows und offene Bestellungen enden, und nichts wird verkauft. Das Team und alle, die einen Pass haben, erhalten eine E-Mail.
ops-suspend-account = Das Konto von { $name } sperren
ops-suspend-account-link = Das Konto von { $name } sperren{"\u00A0"}…
ops-suspend-account-about = Die Person wird überall abgemeldet, offene Seiten und Übertragungen enden, nicht bezahlte Bestellungen werden storniert, und niemand kann sich mehr mit dem Konto anmelden. Die Person erhält eine E-Mail.
ops-restore-space = Den Space { $name } freigeben
ops-restore-space-about = Er ist wieder wie zuvor: öffentlich, falls er es war, und im Verkauf. Was live war, ist beendet. Das Team und alle, die einen Pass haben, erhalten eine E-Mail.
ops-restore-account = Das Konto von { $name } freigeben
ops-restore-account-about = Die Person kann sich wieder anmelden und erhält eine E-Mail.
ops-suspend-why = Grund
ops-suspend-why-hint = Die Betroffenen lesen es in ihrer E-Mail.
ops-suspend-why-is = Grund:
ops-suspend-beside = Die Spaces der Person bleiben offen. Sperren Sie auch diese, wenn sie es nicht bleiben sollen:
ops-suspend-operator = Dieses Konto gehört einem Betreiber und lässt sich von hier aus nicht sperren.
ops-suspend-already = Die Sperre besteht bereits.
ops-suspended = { $name }: Gesperrt.
ops-restore-nothing = Es besteht keine Sperre.
ops-restored = { $name }: Freigegeben.
ops-go-on = Weiter
ops-leave-as-is = So lassen, wie es ist

## Texts

ops-text = Text
ops-texts-about = Am Fuß jeder Seite verlinkt. Jede Fassung wird aufbewahrt. Bei einer neuen Fassung der Bedingungen werden alle einmal gebeten, sie anzunehmen.
ops-text-version = Fassung { $version }
ops-text-versions = Fassungen
ops-text-shipped = mit der Software geliefert
ops-text-stands = Zu finden unter <path/>.
ops-text-preview = So wird es aussehen
ops-text-markdown = Markdown: ## Überschriften, * Listen, **fett**, *kursiv*, [Wörter](/adresse). HTML bleibt Text.
ops-text-one = Lassen Sie das Feld leer, wenn es keinen Text in dieser Sprache gibt: Deren Leser sehen dann den anderen.
ops-text-none = Keiner: Leser dieser Sprache sehen den anderen Text.
ops-text-same = Der Text auf { $language } sagt dasselbe
ops-text-same-about = Er kam mit der Software, und der andere Text wurde geändert. Ohne dieses Häkchen entfällt der Text auf { $language }, und wer diese Sprache liest, sieht den geänderten.
ops-text-publish = Fassung { $version } veröffentlichen
ops-text-show = Vorschau anzeigen

## Reports, for operators

ops-reports-about = Was gemeldet wurde, und Anfragen von der Kontaktseite. Wer geschrieben hat, erfährt, was Sie entscheiden.
ops-reports-none = Nichts wartet auf eine Entscheidung.
ops-reports-oldest = Angezeigt werden die ältesten { $count }.
ops-reports-decided = Zuletzt entschieden
ops-reports-decided-none = Noch wurde nichts entschieden.
ops-reports-decided-number = { $count ->
        [1] Entschieden. Wer die Meldung geschrieben hat, erfährt es per E-Mail.
       *[other] { $count } Meldungen sind entschieden. Wer sie geschrieben hat, erfährt es per E-Mail.
    }
ops-report-show = Show
ops-report-picture = Bild
ops-report-letter = Anfrage
ops-report-signed-out = nicht angemeldet
ops-report-nobody = niemand
ops-report-others = Weitere Meldungen dazu
ops-report-others-none = Es gibt keine.
ops-report-others-number = { $count ->
        [one] { $shown } weitere Meldung dazu
       *[other] { $shown } weitere Meldungen dazu
    }
ops-report-answered = Beantwortet
ops-report-dismissed = Abgelehnt
ops-report-acted = Maßnahme ergriffen
ops-report-decided-by = von <name/>, <at/>
ops-report-decided = Das wurde bereits entschieden.
ops-report-undecided = Lehnen Sie die Meldung ab, oder geben Sie an, dass Sie etwas unternommen haben.
ops-report-came = Eingegangen <at/>.
ops-report-look = Ansehen
ops-report-answers-to = Antworten gehen an { $email }.
ops-report-answer-was = Antwort:
ops-report-pictures = Die Bilder jetzt
ops-report-pictures-none = Weder Titelbild noch Logo: Beide wurden entfernt.
ops-report-cover = Das Titelbild
ops-report-lines = Was zuletzt in diesem Raum geschrieben wurde
ops-report-line-reported = Gemeldet
ops-report-line-removed = Entfernt
ops-report-decide = Entscheiden
ops-report-answer = Antwort an die Person, die geschrieben hat
ops-report-answer-hint = Steht in der E-Mail neben der Entscheidung.
ops-report-answer-letter = Anfrage beantworten
ops-report-dismiss = Ablehnen: alles in Ordnung
ops-report-act = Ich habe etwas unternommen
ops-report-decides-all = Damit sind alle offenen Meldungen dazu entschieden.
ops-report-remedies = Maßnahmen
ops-report-remedies-about = Eine Sperre entscheidet auch die offenen Meldungen zu dem, was gesperrt wird.

## Reporting something

report-space = Einen Space melden
report-show = Eine Show melden
report-picture = Ein Bild melden
report-message = Eine Nachricht melden
report-person = Eine Person melden
report-wrote = <name/> schrieb:
report-picture-of = Es geht um das Titelbild oder das Logo von <name/>.
report-readers = Die Betreiber von Backstage Pass lesen die Meldung. Nur sie sehen, von wem sie kommt. Sie erhalten eine E-Mail, sobald entschieden ist.
report-reason = Was stimmt nicht?
report-words = In Ihren Worten
report-words-hint = Was passiert ist, und wo wir es finden. Nötig, wenn nichts aus der Liste passt.
report-send = Meldung absenden
report-leave = Nicht melden
report-danger = Ist gerade jemand in Gefahr? Wählen Sie zuerst den Notruf.
report-sent = Vielen Dank. Wir prüfen es und teilen Ihnen per E-Mail mit, was wir entscheiden.
report-again = Das haben Sie bereits gemeldet. Wir teilen Ihnen per E-Mail mit, was wir entscheiden.
report-yourself = Hier geht es um Sie. Sich selbst können Sie nicht melden.
report-lines-none = Hier hat noch niemand geschrieben.
report-lines-order = Die neuesten Nachrichten stehen oben.
report-line = Melden
report-line-of = Die Nachricht von { $name } melden
report-back = Zurück zur Show

## The state of the service

status-title = Status
status-about = Ob Backstage Pass gerade funktioniert.
status-ok = Alles in Ordnung
status-degraded = Manches funktioniert nicht
status-down = Der Dienst ist ausgefallen
status-as-of = Stand: <at/>
status-works = funktioniert
status-monitors = Für Überwachungsprogramme: <link>status.json</link>
status-pages = Seiten
status-writes = Änderungen werden gespeichert
status-chat = Chat
status-chat-down = { $count ->
        [1] Der Chat von 1 Raum ist unterbrochen.
       *[other] In { $count } Räumen ist der Chat unterbrochen.
    }
status-streams = Live-Streams
status-streams-down = { $count ->
        [1] 1 Stream ist unterbrochen.
       *[other] { $count } Streams sind unterbrochen.
    }
status-video = Video
status-video-down = { $count ->
        [1] Video ist unterbrochen.
       *[other] { $count } Teile des Videodienstes sind unterbrochen.
    }
status-work = E-Mail und nachgelagerte Arbeit
status-work-down = { $count ->
        [1] 1 Worker ist unterbrochen.
       *[other] { $count } Worker sind unterbrochen.
    }
status-payments = Zahlungen
status-payments-down = { $count ->
        [1] 1 Zahlung ist unterbrochen.
       *[other] { $count } Zahlungen sind unterbrochen.
    }
status-database-read = Die Datenbank antwortet nicht.
status-database-write = In die Datenbank kann nicht geschrieben werden.
status-engine = Das System der Aktoren läuft nicht.

## A local server

ops-mailbox = Lokales Postfach
ops-mailbox-about = Dieser Server läuft lokal und verschickt keine E-Mails. Was er verschickt hätte, steht hier, neueste zuerst.
ops-mailbox-empty = Noch keine E-Mail.
ops-mailbox-to = an { $to }
ops-clock-forwards = Sekunden, nur vorwärts.
