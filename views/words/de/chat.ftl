# Der Chat eines Raums: Zeilen, Eingabe, Moderation.

chat-title = Chat
chat-log = Nachrichten
chat-log-none = Noch hat niemand geschrieben. Sagen Sie Hallo.
chat-unsent = Noch nicht gesendet
chat-parked = Der Chat ist gestört. Die Show geht weiter; wir kümmern uns darum.
chat-report = Melden
chat-report-label = Eine Nachricht melden
chat-tombstone = Nachricht entfernt
chat-role-host = Host
chat-role-moderator = Moderation

chat-sign-in = <link>Melden Sie sich an</link>, um zu schreiben.
chat-needs-pass = Nur wer einen Pass hat, kann hier schreiben.
chat-muted = Die Moderation hat Sie in diesem Space stummgeschaltet. Sie können weiter zuschauen.
chat-muted-until = Die Moderation hat Sie stummgeschaltet. Ab <time/> können Sie wieder schreiben.
chat-ended = Der Stream ist zu Ende und damit auch sein Chat.
chat-message = Nachricht
chat-placeholder = Schreiben Sie etwas
chat-send = Senden
chat-hint = Seien Sie freundlich: Die Moderation liest mit.

chat-slow-mode = Langsamer Modus
chat-slow-mode-set = Langsamen Modus einstellen
chat-slow-mode-off = Aus
chat-slow-mode-every = alle { $seconds }{"\u00A0"}s
chat-slow-mode-name = langsamer Modus { $seconds }{"\u00A0"}s
chat-slow-mode-rule = Langsamer Modus: eine Nachricht alle { $seconds } Sekunden.

chat-moderate = Moderieren
chat-moderate-line = Moderieren: { $name }
chat-remove = Nachricht entfernen
chat-undo = Rückgängig
chat-mute = Stummschalten
chat-ban = Verbannen
chat-ban-legend = Aus diesem Space verbannen
chat-ban-means = Entfernt auch die Nachrichten der Person aus diesem Chat. Wird die Verbannung später aufgehoben, kommt nur die Person wieder herein.
chat-ban-means-undo = Entfernt auch die Nachrichten der Person aus diesem Chat. Innerhalb von { $seconds } Sekunden holt „Rückgängig“ sie zurück; wird die Verbannung später aufgehoben, kommt nur die Person wieder herein.
chat-lift-ban = Verbannung aufheben
chat-lift-mute = Stummschaltung aufheben
chat-outranked-host = Einen Host können Sie weder stummschalten noch verbannen.
chat-outranked-moderator = Ein Mitglied der Moderation können Sie weder stummschalten noch verbannen.
chat-length = Dauer
chat-length-other = Andere Dauer
chat-length-minute = 1{"\u00A0"}Min.
chat-length-ten-minutes = 10{"\u00A0"}Min.
chat-length-hour = 1 Stunde
chat-length-day = 1 Tag
chat-length-ever = Für immer
chat-unit = Einheit
chat-unit-minutes = Minuten
chat-unit-hours = Stunden
chat-unit-days = Tage

chat-card-removed = Diese Nachricht wurde entfernt.
chat-card-report = Den Betreibern melden
chat-card-back = Zurück zum Stream
chat-card-banned = Verbannt
chat-card-banned-until = Verbannt bis <time/>
chat-card-muted = Stummgeschaltet
chat-card-muted-until = Stummgeschaltet bis <time/>

chat-bans = Stummgeschaltet und verbannt
chat-bans-none = In diesem Space ist niemand stummgeschaltet oder verbannt.
# Hinter dem Namen einer Person.
chat-state-banned = verbannt
chat-state-banned-until = verbannt bis <time/>
chat-state-muted = stummgeschaltet
chat-state-muted-until = stummgeschaltet bis <time/>

chat-toast-banned = <name/> wurde aus diesem Space verbannt, und die Nachrichten der Person wurden entfernt.
chat-toast-banned-until = <name/> wurde bis <time/> aus diesem Space verbannt, und die Nachrichten der Person wurden entfernt.
chat-toast-muted = <name/> wurde stummgeschaltet.
chat-toast-muted-until = <name/> wurde bis <time/> stummgeschaltet.
chat-toast-removed = Die Nachricht wurde entfernt.

chat-unavailable = Ihre Nachricht wurde nicht gespeichert. Nichts ist verloren: Senden Sie sie noch einmal.
chat-client-id = client_id muss eine UUID sein.
chat-kind = Wählen Sie Verbannen oder Stummschalten.
chat-length-number = Eine ganze Zahl; höchstens 14 Tage.
