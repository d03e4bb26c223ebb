asking = Fragen an der Kasse
asking-none = Noch keine Fragen. Wer diesen Pass bekommt, wird nichts gefragt.
asking-new = Neue Frage
asking-kind = Wie geantwortet wird
asking-line = kurze Antwort
asking-text = lange Antwort
asking-choice = Auswahl
asking-required = erforderlich
asking-must = Sie muss beantwortet werden
asking-if-choice = bei einer Auswahl
asking-options-hint = Eine pro Zeile, mindestens zwei.
asking-add = Frage hinzufügen
asking-added = Die Frage ist hinzugefügt.
asking-remove = Entfernen
asking-remove-label = „{ $question }“ entfernen
asking-removed = Danach wird nicht mehr gefragt. Was geantwortet wurde, bleibt.
asking-gone = Diese Frage wird nicht mehr gestellt.
asking-full = Dieser Pass fragt so viel, wie ein Pass fragen kann.
asking-kind-wrong = Wählen Sie, wie geantwortet wird.
asking-few = Eine Auswahl braucht mindestens zwei Möglichkeiten, eine pro Zeile.
asking-many = Eine Auswahl hat höchstens { $most } Möglichkeiten.
asking-ends-orders = Eine Änderung beendet offene Bestellungen, weil deren Käufer etwas anderes gefragt wurden. Die Antworten stehen in der Liste der Personen.
asking-count =
    { $count ->
        [0] An der Kasse etwas fragen
        [one] Eine Frage an der Kasse
       *[other] { $count } Fragen an der Kasse
    }
asking-title = Bevor Sie ihn bekommen
asking-below = Die Fragen stehen unten.
asking-missing = Bitte beantworten Sie das.
asking-unknown = Wählen Sie eine der Möglichkeiten.
asking-changed = Jetzt wird etwas anderes gefragt. Bitte antworten Sie noch einmal.
asking-unanswered = Dieser Pass fragt etwas, bevor Sie ihn bekommen. Öffnen Sie seine Seite.
