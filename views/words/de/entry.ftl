entry-link = Wer hineinkommt
entry-title = Wer hineinkommt
entry-lead = Ihr Team und alle, die <passes>einen Pass haben, der es öffnet</passes>. Hier lassen Sie andere hinein oder fragen nach einem Kennwort. Soll es nur auf Einladung gehen, lassen Sie es von keinem Pass öffnen.
entry-passphrase = Kennwort
entry-passphrase-none = Es wird nach keinem Kennwort gefragt.
entry-passphrase-also = Wer einen Pass hat, wird auch nach dem Kennwort gefragt.
entry-passphrase-instead = Wer das Kennwort kennt, braucht keinen Pass.
entry-passphrase-hint = Mindestens 8 Zeichen. Wir bewahren nur einen Hash davon auf und können es Ihnen nicht mehr zeigen.
entry-passphrase-keep = Lassen Sie es leer, um das bisherige zu behalten. Nach einem neuen werden alle wieder gefragt.
entry-passphrase-ask = Nach dem Kennwort fragen
entry-passphrase-save = Kennwort speichern
entry-passphrase-remove = Nicht mehr danach fragen
entry-passphrase-first = Schreiben Sie das Kennwort, nach dem gefragt werden soll.
entry-rule = Wofür es ist
entry-rule-also = Zusätzlich zum Pass
entry-rule-also-means = Man braucht einen Pass und das Kennwort.
entry-rule-instead = Anstelle eines Passes
entry-rule-instead-means = Man braucht einen Pass oder das Kennwort.
entry-rule-choose = Wählen Sie, ob es zusätzlich zu einem Pass oder an seiner Stelle gilt.
entry-locked = Gespeichert. Wer nach diesen Regeln nicht hineindarf, ist nicht mehr da.
entry-unlocked = Es wird nach keinem Kennwort mehr gefragt.
entry-invites = Einladungslinks
entry-invites-about = Wer einem folgt und sich anmeldet, kommt ohne Pass und ohne Kennwort hinein und bleibt, bis Sie ihn zurücknehmen.
entry-invites-none = Noch keine Links. Erstellen Sie einen für einen Gast oder einen für eine ganze Klasse.
entry-invites-many = Ein Bereich hat höchstens { $most } Links.
entry-note = Für wen er ist
entry-note-hint = Das liest nur Ihr Team.
entry-most = Wie viele Personen
entry-most-hint = Höchstens { $most }.
entry-days = Wie viele Tage er gilt
entry-days-hint = Höchstens { $most }. Danach kommt niemand Neues mehr damit hinein.
entry-number = Eine Zahl von { $least } bis { $most }.
entry-invite-make = Link erstellen
entry-invite-made = Der Link ist erstellt. Er steht als erster in der Liste.
entry-invite-revoked = Der Link ist zurückgenommen, und wer mit ihm kam, ist nicht mehr da.
entry-unnamed = Ein Link ohne Namen
entry-uses =
    { $count ->
        [one] { $count } Person von { $most } kam mit ihm.
       *[other] { $count } Personen von { $most } kamen mit ihm.
    }
entry-until = Gilt bis <time/>.
entry-revoke = Zurücknehmen
entry-revoke-means =
    { $count ->
        [0] Niemand kommt mehr mit ihm hinein.
        [one] Niemand kommt mehr mit ihm hinein, und wer mit ihm kam, muss gehen.
       *[other] Niemand kommt mehr mit ihm hinein, und die { $count } Personen, die mit ihm kamen, müssen gehen.
    }
entry-revoke-verb = Link zurücknehmen
entry-state-open = Offen
entry-state-full = Aufgebraucht
entry-state-expired = Abgelaufen
entry-state-closed = Geschlossen, weil nicht mehr einladen darf, wer ihn erstellt hat
entry-state-revoked = Zurückgenommen
entry-preview = Kostenlose Minuten
entry-preview-about = Wer sich anmeldet, schaut bei jeder Show die ersten Minuten ohne Pass zu, einmal, und zählt als Zuschauer. Im Chat schreiben geht nicht. Danach zeigt die Seite die Pässe.
entry-preview-minutes = Minuten jeder Show
entry-preview-hint = Höchstens { $most }. Lassen Sie es leer für keine.
entry-preview-save = Minuten speichern
entry-preview-saved = Gespeichert. Es gilt für alle, die ab jetzt beginnen.
entry-preview-had = Sie haben Ihre kostenlosen Minuten dieser Show schon gehabt.
entry-preview-over = Ihre kostenlosen Minuten sind vorbei, deshalb wurde diese Seite angehalten. Laden Sie sie neu, um die Pässe zu sehen.
entry-free =
    { $count ->
        [one] Die erste Minute ist kostenlos
       *[other] { $count } Minuten sind kostenlos
    }
entry-free-about = Sie zählen ab dem Moment, in dem Sie beginnen, einmal für diese Show. Im Chat schreiben können Sie nicht.
entry-free-watch = Kostenlos zuschauen
entry-free-sign-in = Anmelden, um sie zu sehen
entry-free-until = Kostenlos bis <time/>
entry-door = Geben Sie das Kennwort ein
entry-door-also = Der Host fragt zusätzlich zu Ihrem Pass nach einem Kennwort.
entry-door-instead = Wer das Kennwort des Hosts kennt, braucht keinen Pass.
entry-door-lead = Sie bekommen es vom Host von <title/>.
entry-door-sign-in = Anmelden, um es zu nennen
entry-say = Mit dem Kennwort hineingehen
entry-wrong = Das ist nicht das Kennwort. Große und kleine Buchstaben zählen.
entry-replaced = Der Host hat das Kennwort inzwischen geändert.
entry-needs-passphrase = Der Host fragt hier nach einem Kennwort. Das Formular dafür steht auf der Seite der Show.
entry-invited = Sie sind eingeladen
entry-invited-over = Diese Einladung gilt nicht mehr
entry-invited-lead = Mit diesem Link kommen Sie ohne Pass zu <title/> in <space/>.
entry-invited-enter = Annehmen und hineingehen
entry-invite-over = Diese Einladung ist aufgebraucht, abgelaufen oder wurde zurückgenommen. Fragen Sie nach einer neuen, wo Sie sie herhaben.
entry-often = Sie haben in letzter Zeit viele Kennwörter versucht.
entry-often-nearby = Aus Ihrem Netz wurden in letzter Zeit viele Kennwörter versucht.
entry-often-all = Hier wurden in letzter Zeit viele falsche Kennwörter versucht.
entry-often-set = Sie haben in letzter Zeit viele Kennwörter festgelegt.
entry-often-set-nearby = Aus Ihrem Netz wurden in letzter Zeit viele Kennwörter festgelegt.
entry-often-arrivals = Sie sind in letzter Zeit sehr oft hereingekommen.
