# Geld und Bestellungen der Verkäufer, Rechnungen und die Seite der Betreiber über das Hauptbuch.

desk-money = Geld
desk-money-about = Jede Zahlung, Erstattung und Anfechtung Ihres Teams, nach Abzug des Anteils der Plattform. Geld wird verfügbar, wenn der Zahlungsdienst es freigegeben hat.
desk-money-none = Ihr Team hat noch nichts verkauft.
desk-balance = Guthaben in { $currency }
desk-available = verfügbar
desk-pending = ausstehend
desk-disputed = von Banken einbehalten
desk-sold = verkauft
desk-refunded = erstattet
desk-fees = Anteil der Plattform
desk-statement = Kontoauszug
desk-what = Was geschehen ist
desk-amount = Betrag
desk-fee = Anteil der Plattform
desk-own = Für Sie
desk-pending-until = verfügbar ab <time/>
desk-migrated = erfasst, bevor das Hauptbuch begann; die Gebühr ist nicht bekannt
desk-kind-payment = Zahlung
desk-kind-refund = Erstattung
desk-kind-refund-returned = Erstattung von der Bank zurückgeschickt
desk-kind-dispute-opened = Angefochten: Die Bank behält das Geld ein
desk-kind-dispute-won = Anfechtung gewonnen
desk-kind-dispute-lost = Anfechtung verloren
desk-kind-fee = Gebühr des Zahlungsdienstes
desk-kind-available = Vom Zahlungsdienst freigegeben

desk-orders = Bestellungen
desk-orders-none = Noch hat niemand einen Pass gekauft.
desk-orders-not-found = Keine Bestellung passt dazu.
desk-orders-all = Alle Bestellungen zeigen
desk-search = Bestellungen finden
desk-search-hint = Eine E-Mail-Adresse, die Nummer einer Bestellung oder Rechnung oder der Name eines Passes.
desk-search-go = Finden
desk-order = Bestellung
desk-order-title = Bestellung { $number }
desk-buyer = Käufer
desk-pass = Pass
desk-gift = Gekauft für
desk-gift-gone = ein Konto, das gelöscht wurde
desk-paid-at = Bezahlt
desk-story = Was mit dem Geld geschehen ist
desk-decided = Erstattungen Ihres Teams
desk-decided-open = unterwegs
desk-decided-done = erledigt
desk-decided-refused = vom Zahlungsdienst abgelehnt
desk-decided-refused-why = Es wurde nichts zurückgezahlt. Entscheiden Sie später noch einmal, oder schreiben Sie den Betreibern, die den Grund sehen.
desk-refund-ask = Erstatten…
desk-refund-words = Das Geld geht dorthin zurück, woher es kam, und wir schreiben dem Käufer. Ist alles zurückgezahlt, endet der Pass. Der volle Betrag wird von Ihrem Guthaben abgezogen: Die Plattform behält ihren Anteil an der Bestellung, aus dem der Zahlungsdienst bezahlt wurde. Das lässt sich nicht rückgängig machen.
desk-refund-hint = Höchstens { $amount }.
desk-refund-do = Betrag erstatten
desk-refund-used-up =
    { $count ->
        [one] Über { $count } Erstattung dieser Bestellung ist entschieden; mehr sind nicht möglich. Schreiben Sie den Betreibern, um den Rest zurückzuzahlen.
       *[other] Über { $count } Erstattungen dieser Bestellung ist entschieden; mehr sind nicht möglich. Schreiben Sie den Betreibern, um den Rest zurückzuzahlen.
    }
desk-refund-done = Die Erstattung ist unterwegs.
desk-refund-changed = Was erstattet werden kann, hat sich inzwischen geändert. Sehen Sie sich die Bestellung an und entscheiden Sie neu.
desk-refund-most = Höchstens { $amount } können erstattet werden.

invoice-title = Rechnung
invoice-number = Rechnungsnummer
invoice-date = Datum
invoice-seller = Verkäufer
invoice-reference = Referenz
invoice-tax = Steuer
invoice-tax-none = keine erhoben
invoice-paid = Bezahlt
invoice-paid-at = am <time/>
invoice-refunded = Erstattet
invoice-going-back = Der ganze Betrag wird Ihnen zurückgezahlt.
invoice-part-back = { $amount } davon wurden Ihnen zurückgezahlt.
invoice-whole-back = { $amount } wurden Ihnen zurückgezahlt: alles, was bezahlt wurde.
invoice-disputed = Die Zahlung ist bei Ihrer Bank angefochten.
invoice-print = Drucken Sie diese Seite mit Ihrem Browser, oder speichern Sie sie als PDF.
invoice-company = Firma
invoice-address = Anschrift
invoice-tax-id = Steuernummer oder USt-IdNr.
invoice-bill = Auf eine Firma ausstellen
invoice-bill-hint = Lassen Sie alle drei leer, damit sie nur auf Sie ausgestellt ist.
invoice-bill-save = Für diese Rechnung speichern
invoice-billed = Die Rechnung ist neu ausgestellt.

opsmoney-title = Hauptbuch
opsmoney-about = Die Summe jedes Kontos. Jeder Satz von Buchungen ergibt null. Was Verkäufern zusteht und was verdient wurde, ist negativ.
opsmoney-provider = Zahlungsdienst
opsmoney-away = Der Zahlungsdienst nennt sein Guthaben gerade nicht:
opsmoney-seen = Vom Zahlungsdienst genannt am <time/>.
opsmoney-never-seen = Der Zahlungsdienst hat sein Guthaben noch nicht genannt.
opsmoney-ledger = Hauptbuch
opsmoney-difference = Differenz
opsmoney-webhook = Der letzte Webhook kam am <time/>.
opsmoney-no-webhook = Es kam noch kein Webhook.
opsmoney-refusal = Der letzte abgewiesene kam am <time/>: <reason/>.
opsmoney-no-sweep = Die Liste der Ereignisse dort wurde noch nicht gelesen.
opsmoney-sweep = Die Liste der Ereignisse dort wurde zuletzt am <time/> gelesen: { $count ->
        [0] Webhooks hatten alle gebracht.
        [one] Eines davon hatte kein Webhook gebracht.
       *[other] { $count } davon hatte kein Webhook gebracht.
    }
opsmoney-sweep-lost = Am <time/> hatte kein Webhook { $count ->
        [one] eines
       *[other] { $count }
    } davon gebracht.
opsmoney-accounts = Konten
opsmoney-account = Konto
opsmoney-sum = Summe
opsmoney-none = Es wurde noch nichts bezahlt.
