# Was Verkäufern ausgezahlt wird: ihr Konto beim Zahlungsdienst, der wöchentliche Lauf und die Abrechnung einer Auszahlung.

payouts-title = Auszahlungen
payouts-state-none = Nicht eingerichtet
payouts-state-started = Nicht abgeschlossen
payouts-state-checking = Wird geprüft
payouts-state-needs = Es fehlt etwas
payouts-state-enabled = Bereit
payouts-state-restricted = Vom Zahlungsdienst gesperrt
payouts-account-none = Bis ein Inhaber des Teams angibt, wohin das Geld geht, verwahren wir es für Sie. Ihre Bankverbindung und Ihre Person geben Sie beim Zahlungsdienst an; wir sehen diese Angaben nie.
payouts-account-started = Der Zahlungsdienst weiß noch nicht genug. Bis dahin verwahren wir das Geld für Sie.
payouts-account-checking = Der Zahlungsdienst prüft die Angaben. Das dauert Minuten bis Tage; Sie müssen nichts tun. Bis dahin verwahren wir das Geld für Sie.
payouts-account-needs = Der Zahlungsdienst braucht weitere Angaben, bevor er Ihr Team bezahlt. Bis dahin verwahren wir das Geld für Sie.
payouts-account-enabled = Ihr Team wird jeden Montag ab 00:00 UTC bezahlt: mit allem, was von seinem Guthaben verfügbar ist.
payouts-account-restricted = Der Zahlungsdienst bezahlt Ihr Team nicht. Keine Angabe hier ändert das: Schreiben Sie den Betreibern. Wir verwahren das Geld für Sie.
payouts-missing = Er fragt nach:
payouts-missing-bank = einer Bankverbindung
payouts-missing-identity = einem Nachweis der Identität
payouts-missing-person = Ihrer Person
payouts-missing-business = Ihrem Unternehmen
payouts-missing-terms = Ihrer Zustimmung zu seinen Bedingungen
payouts-missing-other = weiteren Angaben
payouts-begin = Auszahlungen einrichten
payouts-go-on = Beim Zahlungsdienst fortfahren
payouts-complete = Fehlendes angeben
payouts-look-again = Stand erneut abfragen
payouts-write = Den Betreibern schreiben
payouts-owner-only = Das kann nur ein Inhaber des Teams.
payouts-none-set-up = Hier ist kein Zahlungsdienst eingerichtet, daher kann niemand bezahlt werden.
payouts-leave-refused = Der Zahlungsdienst antwortet nicht. Es wurde nichts geändert; versuchen Sie es in einer Minute erneut.
payouts-next = Nächste Auszahlung
payouts-next-run = Der nächste Lauf ist am <time/>.
payouts-next-nothing = { $currency }: Derzeit ist nichts verfügbar.
payouts-next-owes = { $amount }: Erstattungen und Anfechtungen waren höher als das Guthaben. Spätere Verkäufe gleichen es aus; Sie zahlen nichts.
payouts-next-too-little = { $amount }: Weniger als { $least } wartet auf eine spätere Woche.
payouts-next-disputed = { $currency }: Alles wartet, bis Rückzahlungen angekommen sind und Banken über Anfechtungen entschieden haben.
payouts-next-pays = { $amount }: wird ausgezahlt, mit allem, was bis dahin verfügbar ist.
payouts-next-held = { $amount }: verwahren wir, bis Ihr Team bezahlt werden kann.
payouts-past = Bisherige Auszahlungen
payouts-decided-at = Datum
payouts-where = Stand
payouts-payout-decided = wird gesendet
payouts-payout-sent = beim Zahlungsdienst
payouts-payout-on-its-way = auf dem Weg zur Bank
payouts-payout-paid = ausgezahlt
payouts-payout-going-back = fehlgeschlagen, kommt zurück
payouts-payout-returned = fehlgeschlagen, wieder im Guthaben
payouts-statement = Abrechnung einer Auszahlung
payouts-statement-about = Alles, was Ihr Guthaben zwischen der vorigen und dieser Auszahlung verändert hat.
payouts-csv = Als CSV speichern
payouts-total = Ausgezahlt
payouts-carried = Wegen Anfechtungen von der vorigen Auszahlung übrig
payouts-held = Wegen offener Anfechtungen und Rückzahlungen einbehalten
payouts-given-back = Dem Guthaben wieder gutgeschrieben
payouts-failed-why = Die Bank oder der Zahlungsdienst hat diese Auszahlung abgelehnt. Das Geld kehrt in Ihr Guthaben zurück, und der nächste Lauf zahlt es erneut aus. Prüfen Sie Ihre Bankverbindung beim Zahlungsdienst.
payouts-more-lines = Die ersten { $count } Zeilen werden gezeigt. Die Datei enthält alle.
payouts-kind-payout = Auszahlung an Ihre Bank
payouts-kind-returned = Auszahlung zurückgekommen
payouts-kind-transfer = An das Konto des Teams beim Zahlungsdienst gesendet
payouts-kind-transfer-reversed = Von diesem Konto zurückgeholt
payouts-failed = Auszahlungen, die fehlschlugen oder auf Geld warten
payouts-failed-none = Keine Auszahlung ist fehlgeschlagen.
payouts-none = Noch wurde niemandem etwas ausgezahlt.
payouts-team = Team
payouts-mail-failed-subject = Ihre Auszahlung ist fehlgeschlagen: { $amount }
payouts-mail-failed-text =
    Ihre Auszahlung von { $amount } hat Ihre Bank nicht erreicht: Die Bank oder der Zahlungsdienst hat sie abgelehnt. Meist liegt es an einem aufgelösten Konto.

    Das Geld kehrt in Ihr Guthaben zurück, und der nächste Lauf zahlt es erneut aus. Bitte prüfen Sie vorher Ihre Bankverbindung beim Zahlungsdienst.

    { $url }
