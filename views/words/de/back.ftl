# Geld, das zurückgeht: abgesagte Shows und Erstattungen, um die Käufer bitten.

showrefund-title = Absagen und erstatten
showrefund-link = Absagen und Käufern erstatten{"\u00A0"}…
showrefund-link-words = Sagt die Show ab und gibt allen, die für sie gekauft haben, ihr Geld zurück.
showrefund-link-state = Erstattungen dieser Show
showrefund-on-air = Die Show ist auf Sendung und endet in ihrem Studio. Wer das Geld des Teams verwaltet, kann sie hier absagen und den Käufern erstatten.
showrefund-heading = <title/> absagen und den Käufern erstatten
showrefund-ends = Die Show endet sofort, auch auf den Seiten aller, die auf sie warten oder sie sehen.
showrefund-money = Was von jeder Bestellung der gewählten Pässe übrig ist, geht dorthin zurück, woher es kam. Ihr Guthaben sinkt um den ganzen Betrag: Die Plattform behält ihren Anteil.
showrefund-mail = Jeder Käufer bekommt dazu eine E-Mail. Die Pässe enden, wenn das Geld zurückgegangen ist.
showrefund-without = Über Bestellungen, die bei einer Bank strittig sind, entscheidet allein die Bank. Abonnements laufen weiter: Sie sind für eine Zeit bezahlt und nicht für eine Show.
showrefund-final = Das lässt sich nicht rückgängig machen.
showrefund-passes = Pässe, die für diese Show gekauft wurden
showrefund-passes-hint = Wählen Sie die, deren Käufer ihr Geld zurückbekommen.
showrefund-orders = { $count ->
    [one] 1 Bestellung, { $amount }
   *[other] { $shown } Bestellungen, { $amount }
}
showrefund-name = Schreiben Sie zur Bestätigung den Titel der Show
showrefund-do = Absagen und erstatten
showrefund-back = Zurück zur Show
showrefund-over = Die Show hat stattgefunden. Einzelne Bestellungen erstatten Sie auf deren Seiten.
showrefund-nobody = Niemand hat einen Pass für diese Show gekauft, oder alles ist schon zurückgegangen. Sagen Sie sie auf ihrer Seite ab.
showrefund-choose = Wählen Sie mindestens einen Pass.
showrefund-changed = Was zurückginge, hat sich inzwischen geändert. Sehen Sie die Beträge an und entscheiden Sie noch einmal.
showrefund-other-name = Das ist nicht der Titel der Show: { $title }
showrefund-decided-done = Die Show ist abgesagt, und die Erstattungen sind unterwegs.
showrefund-already = Die Erstattungen dieser Show sind schon beschlossen.
showrefund-none = Es gibt nichts, was noch einmal zu versuchen ist.
showrefund-done-heading = Erstattungen für <title/>
showrefund-decided = Beschlossen <at/>
showrefund-progress = { $count ->
    [one] { $done } von 1 Bestellung erstattet
   *[other] { $done } von { $shown } Bestellungen erstattet
}
showrefund-progress-label = Erstattete Bestellungen
showrefund-begun = Die Bestellungen werden gesucht.
showrefund-listing = Weitere Bestellungen werden gesucht.
showrefund-returned = { $returned } von { $amount } sind zurückgegangen.
showrefund-all-done = Alles ist zurückgegangen.
showrefund-failed = { $count ->
    [one] 1 Erstattung ist fehlgeschlagen
   *[other] { $count } Erstattungen sind fehlgeschlagen
}
showrefund-refused = vom Zahlungsdienst abgelehnt; die Betreiber sehen, warum
showrefund-came-back = von der Bank der Käuferin oder des Käufers zurückgeschickt
showrefund-stuck = seit einer Stunde keine Antwort des Zahlungsdienstes
showrefund-retry = Diese noch einmal versuchen
showrefund-again = { $count ->
    [one] 1 Erstattung wird noch einmal versucht.
   *[other] { $count } Erstattungen werden noch einmal versucht.
}
mail-show-refund-text =
    { $title } bei { $space } ist abgesagt.

    Was Sie dafür bezahlt haben, geht dorthin zurück, woher es kam: { $amount }. Banken brauchen bis zu zehn Tage, bis sie es zeigen. Wenn es zurückgegangen ist, endet Ihr Pass dafür.

    Ihre Käufe:
    { $url }

wish-link = Um Erstattung bitten
wish-title = Um Erstattung bitten
wish-reason = Warum bitten Sie darum?
wish-reason-hint = Der Verkäufer liest das und antwortet. Sie beide bekommen eine E-Mail.
wish-ask = Um Erstattung bitten
wish-asked-done = Der Verkäufer ist gefragt. Sie bekommen die Antwort per E-Mail.
wish-asked-own = Sie haben gefragt: <at/>
wish-asked = Gefragt <at/>
wish-badge-open = noch nicht beantwortet
wish-badge-refunded = erstattet
wish-badge-declined = abgelehnt
wish-reason-gone = Das Konto des Käufers wurde gelöscht.
wish-answer = Die Antwort:
wish-waits = Der Verkäufer hat noch nicht geantwortet.
wish-used-up = Sie haben { $count }-mal zu dieser Bestellung gefragt. Öfter ist es nicht möglich; über die <contact>Kontaktseite</contact> erreichen Sie die Betreiber.
wish-nothing = Es gibt nichts, was erstattet werden könnte: Alles ist zurückgegangen oder unterwegs, oder eine Bank entscheidet darüber.
wish-changed = Darum kann nicht mehr gebeten werden.
wish-heading = Der Käufer bittet um eine Erstattung
wish-heading-answered = Erstattungen, um die der Käufer gebeten hat
wish-decide = Erstatten Sie einen Teil oder alles, das ist die Antwort an den Käufer, oder schreiben Sie, warum nicht.
wish-words = Ihre Antwort
wish-words-hint = Der Käufer liest das.
wish-decline-ask = Ablehnen{"\u00A0"}…
wish-decline = Erstattung ablehnen
wish-declined = Der Käufer bekommt Ihre Antwort per E-Mail.
wish-answered = Das ist schon beantwortet.
wish-badge-asks = bittet um Erstattung
wish-open = { $count ->
    [one] 1 Käufer bittet um eine Erstattung
   *[other] { $count } Käufer bitten um eine Erstattung
}
wish-none-open = Niemand wartet auf eine Antwort.
mail-wish-asked-subject = Bestellung { $number }: Bitte um Erstattung bei { $space }
mail-wish-asked-text =
    Der Käufer der Bestellung { $number }, { $pass } bei { $space } für { $paid }, bittet um eine Erstattung:

    { $words }

    Hier erstatten Sie oder lehnen ab:
    { $url }
mail-wish-declined-subject = Ihre Frage nach einer Erstattung: { $pass } bei { $space }
mail-wish-declined-text =
    Sie haben um eine Erstattung von { $paid } für { $pass } bei { $space } gebeten. Der Verkäufer erstattet nicht und schreibt:

    { $words }

    Sie behalten den Pass.

    { $url }

evidence-link = Der Bank zu dieser Zahlung antworten
evidence-title = Antwort an die Bank
evidence-about = Die Bank des Käufers entscheidet über diese Zahlung. Ihre Antwort sind diese Fakten und Ihre eigenen Worte.
evidence-facts = Das wissen wir über die Bestellung:
evidence-was-sent = Was zuvor geschrieben wurde
evidence-closed = Keine Bank wartet auf eine Antwort zu dieser Zahlung.
evidence-words = Ihre Worte
evidence-words-hint = Sie werden den Fakten hinzugefügt.
evidence-once = Die Antwort wird einmal gesendet und lässt sich danach nicht ändern.
evidence-send = An die Bank senden
evidence-done = Die Antwort ist unterwegs.
evidence-not-open = Keine Bank wartet mehr auf eine Antwort, oder es gibt schon eine.
evidence-on-its-way = Die Antwort ist unterwegs zum Zahlungsdienst.
evidence-sent = Gesendet <at/>. Die Bank entscheidet.
evidence-refused = Der Zahlungsdienst hat die Antwort nicht angenommen; die Betreiber sehen, warum. Solange die Bank wartet, können Sie eine andere schreiben.
evidence-order = Bestellung { $number }: { $pass } bei { $space }, { $paid }, bezahlt { $at }.
evidence-buyer = Käufer: { $name }, { $email }.
evidence-terms = Der Käufer hat Version { $version } der Bedingungen am { $at } angenommen.
evidence-terms-undated = Der Käufer hat Version { $version } der Bedingungen angenommen.
evidence-gift = Der Käufer hat ihn für jemand anderen gekauft, den Empfänger.
evidence-access = { $who ->
    [receiver] Der Empfänger
   *[buyer] Der Käufer
} hat am { $at } Zugang bekommen.
evidence-watched = { $who ->
    [receiver] Der Empfänger
   *[buyer] Der Käufer
} hat „{ $title }“ { $count ->
    [one] 1 Minute
   *[other] { $count } Minuten
} lang gesehen, zwischen { $from } und { $until }.
evidence-not-watched = { $who ->
    [receiver] Der Empfänger
   *[buyer] Der Käufer
} hat seitdem keine Show gesehen.
