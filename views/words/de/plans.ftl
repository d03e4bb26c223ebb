# Pässe, die immer wieder bezahlt werden.
plans-recurring = Monatlich oder jährlich
plans-if-recurring = bei monatlich oder jährlich
plans-more = Probezeit, Einrichtungsgebühr und Anzahl der Zahlungen
plans-trial-hint = So viele Tage vergehen bis zur ersten Zahlung. Leer: keine Probezeit.
plans-fee-hint = Einmal zu Beginn. Leer: keine Gebühr.
plans-each-month = { $amount } im Monat
plans-each-year = { $amount } im Jahr
plans-times = { $count } × { $amount }
plans-a-month = im Monat
plans-a-year = im Jahr
plans-or-year = oder { $amount } im Jahr
plans-saving = (spart { $percent } %)
plans-trial =
    { $count ->
        [one] Der erste Tag ist kostenlos.
       *[other] Die ersten { $count } Tage sind kostenlos.
    }
plans-fee = Dazu einmalig { $amount } zu Beginn.
plans-choose = So zahlen Sie
plans-source = abonniert
plans-subscribe = Abonnieren
plans-buy-instalments = In { $count } Zahlungen kaufen
plans-amount-missing = Ein Pass mit monatlicher oder jährlicher Zahlung braucht für eines von beiden einen Betrag.
plans-instalments-hint = Nach so vielen Monaten ist alles bezahlt, und der Pass bleibt. Leer: Es geht weiter, bis jemand es beendet.
plans-instalments-wrong = Die Anzahl der Zahlungen ist eine ganze Zahl von 2 bis 24 oder leer.
plans-instalments-alone = Eine Anzahl von Zahlungen braucht einen monatlichen Betrag und weder einen jährlichen noch eine Probezeit.
plans-instalments = { $count } × { $each }, dann gehört er Ihnen. Insgesamt { $total }.
plans-instalments-then = Danach
plans-instalments-left =
    { $count ->
        [one] noch einmal { $each }, nach einem Monat; dann gehört der Pass Ihnen
       *[other] { $count } × { $each }, jeden Monat einmal; dann gehört der Pass Ihnen
    }
plans-instalments-paid = { $paid } von { $count } bezahlt
plans-instalments-done = Alles ist bezahlt: Der Pass gehört Ihnen.
plans-no-end = Wer abonniert, hat den Pass, solange bezahlt wird. Lassen Sie sein Ende leer.
plans-trial-wrong = Eine Probezeit ist eine ganze Zahl von 1 bis 365 Tagen oder leer.
plans-then = Danach, bis Sie es beenden
plans-start = Jetzt kostenlos beginnen
# Was jemand abonniert hat.
plans-own = Abonnements
plans-own-none = Sie haben nichts abonniert. Ein Pass, der monatlich oder jährlich bezahlt wird, steht hier.
plans-card = Karte ändern, Zahlungen ansehen
plans-card-where = Der Zahlungsdienst verwahrt Ihre Karte; wir sehen ihre Nummer nie.
plans-cancel = Zum Ende des Zeitraums beenden
plans-undo-cancellation = Doch fortsetzen
plans-pause = Pausieren
plans-resume = Fortsetzen
plans-on-pause = Pausiert: Es wird nichts abgebucht. Bezahlt ist es bis <at/>. Wenn Sie es nicht fortsetzen, endet es am <end/>.
plans-pause-done = Es pausiert: Es wird nichts abgebucht, und der Pass gehört Ihnen bis zum Ende der bezahlten Zeit.
plans-pause-refused = Es kann jetzt nicht pausieren: Die letzte Abbuchung ist nicht bezahlt, oder es endet ohnehin.
plans-resume-refused = Ihre Karte hat nicht gezahlt, deshalb pausiert es weiter. Ändern Sie Ihre Karte, und versuchen Sie es noch einmal.
plans-refused = Es konnte nicht beginnen oder nicht weitergehen. Was dafür abgebucht wurde, geht zurück.
plans-ended = Beendet am <at/>.
plans-incomplete = Die erste Zahlung fehlt noch.
plans-paused = Pausiert, weil es keine Karte gibt, die zahlt.
plans-unpaid = Die letzte Abbuchung ist fehlgeschlagen. Ändern Sie Ihre Karte: Ohne Zahlung endet der Pass am <at/>.
plans-ends = Endet am <at/>. Bis dahin gehört der Pass Ihnen.
plans-trialing = Kostenlos bis <at/>, danach wird abgebucht.
plans-renews = Nächste Abbuchung am <at/>.
plans-ending-done = Es endet mit dem Zeitraum. Bis dahin gehört der Pass Ihnen.
plans-resumed-done = Es geht weiter.
mail-unpaid-subject = Zahlung fehlgeschlagen: { $pass } bei { $space }
mail-unpaid-text =
    Wir konnten { $each } für { $pass } bei { $space } nicht abbuchen.

    Der Zahlungsdienst versucht es noch einmal. Um sicherzugehen, ändern Sie hier Ihre Karte:
    { $url }

    Ohne Zahlung endet Ihr Pass am { $until }.
mail-renews-subject = Bald wieder fällig: { $pass } bei { $space }
mail-renews-text =
    Ihr Pass { $pass } bei { $space } läuft ein weiteres Jahr: { $each }, abgebucht am { $at }.

    Bis dahin können Sie ihn hier beenden:
    { $url }
mail-ended-subject = Beendet: { $pass } bei { $space }
mail-ended-text =
    Ihr Abonnement von { $pass } bei { $space } ist beendet. Es wird nichts mehr abgebucht.

    Was Sie abonniert haben:
    { $url }
# Ein anderer Plan.
plans-change = Anders bezahlen
plans-change-ask = Stattdessen { $each } zahlen
plans-change-before = Bisher
plans-change-after = Ab jetzt
plans-change-now = Wird jetzt abgebucht
plans-change-credit = Schon bezahlte { $amount } werden mit den nächsten Abbuchungen verrechnet.
plans-change-do = Ändern
plans-change-pay = Für { $due } ändern
plans-change-leave = So lassen
plans-change-old = Was das kostet, wissen wir nicht mehr. Gehen Sie zurück zu Ihren Abonnements, und fragen Sie noch einmal.
plans-change-refused = Ihre Karte hat nicht gezahlt, deshalb hat sich nichts geändert.
plans-changed = Es ist geändert.
plans-pay-now = Jetzt zahlen
plans-paid-now = Es ist nichts mehr offen.
plans-pay-refused = Ihre Karte hat nicht gezahlt. Ändern Sie sie, und versuchen Sie es noch einmal.
mail-trial-subject = Ihre Probezeit: { $pass } bei { $space }
mail-trial-text =
    Ihre Probezeit von { $pass } bei { $space } hat begonnen. Vor dem { $end } wird nichts abgebucht, danach { $each }.

    Wenn es nicht weitergehen soll, beenden Sie es vorher hier:
    { $url }
