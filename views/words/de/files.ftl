files-title = Dateien von { $name }
files-list = Dateien
files-see = Die Seite so sehen, wie Besucher sie sehen
files-manage = Dateien verwalten
files-empty = Noch gibt es keine Dateien. Neue stehen dann hier.
files-empty-team = Noch keine Dateien. Was Sie hinzufügen, finden hier alle, deren Pass den Bereich öffnet.
files-inside =
    { $count ->
        [one] Eine Datei hinter dieser Tür
       *[other] { $count } Dateien hinter dieser Tür
    }
files-download = Herunterladen
files-download-name = { $name } herunterladen
files-preparing = wird vorbereitet
files-preparing-refusal = Diese Datei wird vorbereitet. Versuchen Sie es in einer Minute noch einmal.
files-downloads =
    { $count ->
        [one] einmal heruntergeladen
       *[other] { $count }-mal heruntergeladen
    }
files-choose = Datei
files-choose-hint = Bis zu { $size }. Nur wer einen Pass hat, kann sie herunterladen; im Browser wird sie nie angezeigt.
files-choose-plain = Ohne Skripte darf eine Datei bis zu 10{"\u00A0"}MB haben.
files-about = Was darin ist
files-send = Datei hochladen
files-sending-list = Dateien, die unterwegs sind
files-state-sending = ist unterwegs
files-state-paused = angehalten
files-state-waiting = Die Verbindung ist weg. Es geht von selbst weiter.
files-state-ending = wird zusammengesetzt
files-state-done = fertig
files-state-failed = abgebrochen
files-pause = Anhalten
files-resume = Weiter
files-cancel = Abbrechen
files-open = Noch nicht vollständig
files-open-hint = Wählen Sie dieselbe Datei noch einmal, dann geht es weiter, wo es aufgehört hat. Was nach einem Tag nicht vollständig ist, wird gelöscht.
files-arrived = { $received } von { $size }
files-edit = Ändern
files-edit-name = { $name } ändern
files-edit-title = Datei ändern
files-name = Name
files-name-hint = Die Endung sagt, welches Programm sie öffnet.
files-save = Datei speichern
files-saved = Die Datei ist gespeichert.
files-added = „{ $name }“ ist hinzugefügt.
files-deleted = „{ $name }“ ist gelöscht.
files-delete = Datei löschen
files-delete-open = Datei löschen{"\u00A0"}…
files-delete-words = Niemand kann sie mehr herunterladen. Das lässt sich nicht rückgängig machen.
files-error-none = Wählen Sie zuerst eine Datei.
files-error-empty = Diese Datei ist leer.
files-error-scripts = Ohne Skripte darf eine Datei bis zu { $size } haben.
files-error-more = Es wurde mehr gesendet als angekündigt.
files-error-large = Diese Datei ist größer, als eine Datei hier sein darf.
files-error-many = Dieser Space hat so viele Dateien, wie ein Space haben kann. Löschen Sie zuerst eine.
files-error-room = Dieser Space hat keinen Platz dafür. Löschen Sie zuerst eine Datei.
files-error-own-room = Ihre Dateien in allen Spaces nehmen den ganzen Platz ein, den eine Person hier hat. Löschen Sie zuerst eine.
files-error-all-room = Dieser Server hat keinen Platz für weitere Dateien. Sagen Sie es den Betreibern.
files-error-open = Mehrere Dateien sind schon unterwegs. Warten Sie, bis eine angekommen ist, oder brechen Sie eine ab.
files-error-ended = Diese Datei wurde nicht innerhalb eines Tages gesendet. Beginnen Sie von vorn.
files-error-offset = Von dieser Datei ist mehr oder weniger angekommen, als diese Anfrage sagt.
files-error-objects = Wir können gerade keine Dateien aufbewahren. Versuchen Sie es gleich noch einmal.
files-often = Sie haben in letzter Zeit viele Dateien gesendet.
files-often-nearby = Aus Ihrem Netz kamen in letzter Zeit viele Dateien.
files-name-character = Ein Name darf keines dieser Zeichen enthalten: / \ < > : " | ? *
files-name-dot = Ein Name darf nicht mit einem Punkt beginnen oder enden.
files-name-device = Manche Systeme brauchen diesen Namen für ein Gerät. Wählen Sie einen anderen.
files-refusal-tus = Dieser Server spricht tus 1.0.0: Senden Sie Tus-Resumable: 1.0.0.
files-refusal-type = Senden Sie die Bytes als { $wanted }.
files-refusal-locked = Eine andere Anfrage sendet diese Datei gerade.
files-refusal-sending = Sie oder andere senden gerade Dateien. Diese geht in einigen Sekunden weiter.
files-refusal-saving = Sie oder andere speichern gerade viele Dateien. Versuchen Sie es gleich noch einmal.
files-refusal-broken = Die Verbindung ist abgebrochen.
files-refusal-slow = Das kam zu langsam an.
