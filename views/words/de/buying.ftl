# Preise, die Käufer wählen.
chosen-kind = Betrag frei wählbar
chosen-if = bei frei wählbarem Betrag
chosen-least-hint = Leer oder 0: Den Pass gibt es auch umsonst.
chosen-suggested-hint = Damit beginnt das Formular. Leer: Es wird nichts vorgeschlagen.
chosen-suggested-little = Schlagen Sie nicht weniger vor, als Käufer mindestens zahlen.
chosen-from = ab { $amount }
chosen-any = so viel Sie möchten
chosen-once = einmalig; Sie wählen
chosen-suggested = (Vorschlag: { $amount })
chosen-verb = Betrag wählen
chosen-go = Mit diesem Betrag weiter
chosen-title = Was möchten Sie zahlen?
chosen-below = Unten wählen Sie, was Sie zahlen.
chosen-amount = Betrag in { $currency }
chosen-hint = Von { $least } bis { $most }.
chosen-hint-any = Von 0 bis { $most }. Mit 0 kostet der Pass nichts.
chosen-missing = Sagen Sie, wie viel Sie zahlen möchten.
chosen-little = Er kostet mindestens { $least }.
chosen-much = Es können höchstens { $most } sein.
# Gespeicherte Karten.
cards = Gespeicherte Karten
cards-about = Mit einer davon bezahlen Sie einen Pass in einem Schritt.
card-other = Karte
card-until = Gültig bis { $month }/{ $year }
card-pay = { $amount } mit { $card } zahlen
card-pay-chosen = Mit { $card } zahlen
card-keep = Karte für das nächste Mal speichern
card-charging = Ihre Karte wird belastet.
card-charging-wait = Diese Seite geht von selbst weiter.
card-asks = Ihre Bank möchte Sie erst fragen, ob Sie das sind. Bitte zahlen Sie auf der Zahlungsseite.
card-expired = Ihre gespeicherte Karte ist abgelaufen. Bitte zahlen Sie mit einer anderen.
card-funds = Die Bank hat Ihre gespeicherte Karte abgelehnt: Das Guthaben reicht nicht. Bitte zahlen Sie mit einer anderen.
card-declined = Die Bank hat Ihre gespeicherte Karte abgelehnt. Bitte zahlen Sie mit einer anderen.
card-nothing-charged = Es wurde nichts abgebucht.
card-remove = Entfernen
card-remove-label = { $card } entfernen
card-removed = Die Karte ist entfernt.
card-gone = Diese Karte ist nicht mehr gespeichert.
# Auf unserer eigenen Seite zahlen.
own-page-button = Karte auf dieser Seite eingeben
own-page-title = Auf dieser Seite zahlen
own-page-about = Das Formular kommt von unserem Zahlungsdienst: Was Sie eingeben, geht dorthin und nicht an uns.
own-page-elsewhere = Lieber auf der Zahlungsseite zahlen
own-page-moving = Der andere Zahlungsweg wird vorbereitet.
own-page-blocked = Das Formular ließ sich nicht laden. Bitte zahlen Sie auf der Zahlungsseite.
own-page-failed = Das hat nicht geklappt. Falls Sie doch belastet wurden, steht es gleich auf dieser Seite; sonst versuchen Sie es noch einmal.
# Pässe, die für jemand anderen gekauft werden.
gift-link = Für jemand anderen kaufen
gift-title = Einen Pass für jemand anderen kaufen
gift-heading = <pass/> für jemand anderen
gift-about = Wen Sie nennen, bekommt eine E-Mail, sobald Sie bezahlt haben, und nimmt den Pass, indem er sich mit dieser Adresse anmeldet.
gift-email = E-Mail-Adresse dessen, der ihn bekommt
gift-refund = Sie bekommen den Beleg. Wenn das Geld an Sie zurückgeht, endet der Pass.
gift-own = Das ist Ihre eigene Adresse. Kaufen Sie den Pass für sich auf seiner Seite.
gift-given = Auf diese Adresse wartet schon ein Pass.
gift-open-order = Sie haben begonnen, eine andere Bestellung dieses Passes zu bezahlen. Bezahlen Sie sie oder brechen Sie sie zuerst ab.
gift-to = Geschenk an
gift-receipt-to = Beleg an
gift-forgotten = eine Adresse, die gelöscht wurde
gift-paid = Bezahlt
gift-paid-mail = { $email } bekommt eine E-Mail und nimmt den Pass mit der Anmeldung unter dieser Adresse.
gift-from = <buyer/> hat diesen Pass von <space/> für Sie gekauft. Er kostet Sie nichts.
mail-gift-subject = Ein Geschenk für Sie: { $pass } bei { $space }
mail-gift-text =
    { $from } hat für Sie einen Pass von { $space } gekauft: { $pass }. Er kostet Sie nichts.

    Melden Sie sich mit dieser Adresse an und nehmen Sie ihn hier:
    { $url }

    Er wartet auf Sie. Wenn Sie ihn nicht möchten, ist nichts zu tun.
mail-gift-receipt-subject = Ihr Geschenk: { $pass } bei { $space }
mail-gift-receipt-text =
    Vielen Dank. { $pass } bei { $space } geht an { $email }; dorthin geht eine E-Mail mit dem Weg, ihn zu nehmen.

    {"    "}{ $amount } ({ $currency })

    Bestellung { $reference }
    Ihre Rechnung: { $invoice }
# Besucher, die zuerst zahlen.
guest-title = Erst zahlen, dann die Adresse bestätigen
guest-about = Nennen Sie Ihre Adresse, zahlen Sie und geben Sie den Code ein, den wir Ihnen mailen. Nur wer dort E-Mails lesen kann, bekommt den Pass.
guest-terms = Mit der Zahlung nehmen Sie unsere <terms>Bedingungen</terms> an.
guest-pay = Zur Zahlung
guest-given = Auf diese Adresse wartet schon ein bezahlter Pass. Melden Sie sich damit an, um ihn zu nehmen.
guest-look-again = Diese Seite sieht von selbst wieder nach.
guest-returned = { $amount } geht dorthin zurück, woher es kam. Bis Ihre Bank das anzeigt, können zehn Tage vergehen.
guest-prove = Der Pass wartet auf <email/>. Geben Sie den Code ein, den wir dorthin mailen, und Sie sind drin.
guest-proven = Der Pass wartet auf <email/>. Nehmen Sie ihn, und Sie sind drin.
guest-send-code = Code an mich mailen
guest-claimed = { $pass } bei { $space } wurde für diese Adresse bezahlt, bevor Sie sich angemeldet haben, und gehört jetzt Ihnen.
guest-claimed-back = Das Geld für { $pass } bei { $space }, das für diese Adresse bezahlt wurde, geht zurück. { $why }
mail-guest-receipt-subject = Ihr Pass: { $pass } bei { $space }
mail-guest-receipt-text =
    Vielen Dank. { $pass } bei { $space } ist bezahlt und wartet auf Sie.

    {"    "}{ $amount } ({ $currency })

    Melden Sie sich mit dieser Adresse an, dann gehört er Ihnen:
    { $url }

    Bestellung { $reference }
    Ihre Rechnung: { $invoice }
mail-guest-reminder-subject = Ihr Pass wartet: { $pass } bei { $space }
mail-guest-reminder-text =
    { $pass } bei { $space } ist bezahlt ({ $amount }) und wartet noch auf Sie.

    Geben Sie den Code ein, den wir Ihnen mailen, und er gehört Ihnen:
    { $url }

    Er wartet, so lange es dauert. Wenn Sie ihn nicht mehr möchten, bitten Sie den Verkäufer um eine Erstattung, sobald er Ihnen gehört.
