promo-codes = Rabattcodes
promo-none = Noch kein Code. Wer einen eingibt, zahlt weniger für einen Pass oder gar nichts.
promo-new = Neuer Code
promo-code = Code
promo-code-hint = 6 bis 32 Buchstaben, Ziffern oder Bindestriche. Großschreibung ist gleich.
promo-code-wrong = Geben Sie 6 bis 32 Buchstaben, Ziffern oder Bindestriche ein.
promo-code-taken = Ihr Team hat diesen Code schon.
promo-quota = Ihr Team hat so viele Codes, wie ein Team haben kann. Beenden Sie zuerst einen.
promo-percent-hint = Von 1 bis 100. Mit 100 kostet der Pass nichts.
promo-percent-wrong = Geben Sie eine ganze Zahl von 1 bis 100 ein.
promo-amount = Oder ein Betrag weniger
promo-off-missing = Geben Sie an, wie viel er abzieht: einen Anteil in Prozent oder einen Betrag.
promo-off-both = Wählen Sie entweder einen Anteil in Prozent oder einen Betrag.
promo-more = Anzahl, Zeit und Pässe
promo-most-hint = Leer: beliebig oft.
promo-times-utc = In UTC. Leer: Er gilt sofort und ohne Ende.
promo-times-zone = In { $zone }, der Zeitzone des Space. Leer: Er gilt sofort und ohne Ende.
promo-times-wrong = Er kann nicht enden, bevor er beginnt.
promo-passes-hint = Ist keiner gewählt, gilt er für alle.
promo-passes-wrong = Wählen Sie Pässe dieses Space.
promo-everywhere-choose = In allen Spaces des Teams, falls kein Pass gewählt ist
promo-add = Code hinzufügen
promo-added = Der Code ist hinzugefügt.
promo-end = Code beenden
promo-end-label = { $code } beenden
promo-end-done = Der Code ist beendet. Bestellungen, die er günstiger gemacht hat, bleiben so.
promo-ended = beendet
promo-percent-off = { $percent } % weniger
promo-amount-off = { $amount } weniger
promo-uses =
    { $count ->
        [one] einmal benutzt
       *[other] { $count }-mal benutzt
    }
promo-uses-of =
    { $count ->
        [one] einmal von { $most } benutzt
       *[other] { $count }-mal von { $most } benutzt
    }
promo-everywhere = in allen Spaces des Teams
promo-for = für <names/>
promo-from = ab <at/>
promo-until = bis <at/>
promo-have = Ich habe einen Code
promo-use = Code einlösen
promo-price = Preis
promo-with = Code <code/>
promo-unknown = Diesen Code gibt es hier nicht.
promo-other-pass = Dieser Code gilt nicht für diesen Pass.
promo-not-yet = Dieser Code gilt noch nicht.
promo-over = Dieser Code ist abgelaufen.
promo-used-up = Dieser Code wurde so oft benutzt, wie es möglich war.
promo-open-order = Sie haben begonnen, diesen Pass ohne den Code zu bezahlen. Brechen Sie diese Bestellung zuerst ab.
