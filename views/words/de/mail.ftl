# Mail is plain text. A line break in a message is one in the mail; spaces at the start of a line are written as a value.

## Codes

mail-sign-in-subject = { $code } ist Ihr Code für Backstage Pass
mail-sign-in-text =
    Ihr Code für Backstage Pass lautet

    {"    "}{ $code }

    Er gilt { $minutes } Minuten lang, ein einziges Mal und nur in dem Browser, in dem er angefordert wurde.

    Sie haben keinen Code angefordert? Dann hat jemand versehentlich Ihre Adresse eingegeben, und Sie brauchen nichts zu tun.
mail-confirmation-subject = { $code } bestätigt Ihr Konto bei Backstage Pass
mail-confirmation-text =
    Ihr Code für Backstage Pass lautet

    {"    "}{ $code }

    Er bestätigt, dass das Konto Ihnen gehört. Er gilt { $minutes } Minuten lang, ein einziges Mal und nur in dem Browser, in dem er angefordert wurde.

    Sie haben keinen Code angefordert? Dann ist jemand unter Ihrem Namen angemeldet: Öffnen Sie „Konto“, dann „Wo Sie angemeldet sind“, und melden Sie sich überall sonst ab.
mail-address-code-subject = { $code } bestätigt diese Adresse bei Backstage Pass
mail-address-code-text =
    Ihr Code für Backstage Pass lautet

    {"    "}{ $code }

    Mit ihm wird dies die Adresse eines Kontos. Er gilt { $minutes } Minuten lang, ein einziges Mal und nur in dem Browser, in dem er angefordert wurde.

    Sie haben keinen Code angefordert? Dann hat jemand versehentlich Ihre Adresse eingegeben, und Sie brauchen nichts zu tun.

## An account

mail-code-used-subject = Ein Wiederherstellungscode Ihres Kontos wurde benutzt
mail-code-used-text =
    Am { $when } ist jemand mit einem Wiederherstellungscode in Ihr Konto bei Backstage Pass gelangt.

    Waren Sie es nicht? Melden Sie sich an, melden Sie sich überall sonst ab und erstellen Sie neue Codes; die übrigen gelten dann nicht mehr:
    { $sessions }
mail-deleted-subject = Ihr Konto ist gelöscht
mail-deleted-text =
    Ihr Konto bei Backstage Pass ist gelöscht, und jeder Browser ist abgemeldet. Bestellungen und Zahlungen bleiben ohne Ihren Namen und Ihre Adresse in unseren Büchern, wie es das Gesetz verlangt.

    Diese Adresse ist wieder frei: Sie können damit jederzeit ein neues Konto eröffnen.

## Shows

mail-reminder-subject = { $begins ->
        [soon] Bald: { $title } bei { $space }
       *[day] In einem Tag: { $title } bei { $space }
    }
mail-reminder-text =
    { $begins ->
        [soon] { $title } bei { $space } beginnt bald:
       *[day] { $title } bei { $space } beginnt in einem Tag:
    }

    {"    "}{ $when }

    Seien Sie dabei:
    { $url }

    Sie haben uns gebeten, Sie zu erinnern. So erhalten Sie keine Erinnerungen mehr:
    { $stop }
mail-live-subject = Jetzt live: { $title } bei { $space }
mail-live-text =
    { $title } bei { $space } ist jetzt live.

    Hier geht es hinein:
    { $url }
mail-live-free = Sie brauchen dafür einen Pass; es gibt einen kostenlosen.
mail-live-price = Sie brauchen dafür einen Pass, ab { $price }.
mail-moved-subject = Verschoben: { $title } bei { $space }
mail-moved-text =
    { $title } bei { $space } wurde verschoben.

    {"    "}Bisher: { $before }
    {"    "}Jetzt: { $now }

    { $url }
mail-dated-subject = Neuer Termin: { $title } bei { $space }
mail-dated-text =
    { $title } bei { $space } hat einen Termin:

    {"    "}{ $now }

    { $url }
mail-undated-text =
    { $title } bei { $space } hat zurzeit keinen Termin. Sie hören von uns, sobald es wieder einen gibt.

    { $url }
mail-cancelled-subject = Abgesagt: { $title } bei { $space }
mail-cancelled-text = { $title } bei { $space } ist abgesagt.
mail-cancelled-planned = { $title } bei { $space } (geplant: { $when }) ist abgesagt.
mail-cancelled-holder = Ihr Pass gehört weiterhin Ihnen und öffnet, was als Nächstes kommt.
mail-cancelled-gift = Ihr Pass dafür war ein Geschenk. Der Käufer bekommt das Geld zurück, und der Pass endet.
mail-planned-subject-one = Geplant: { $title } bei { $space }
mail-planned-subject-more = Geplant: neue Shows bei { $space }
mail-planned-text = { $space } hat geplant:
mail-news-more = Es gibt noch weitere.
mail-posted-subject-one = Neuer Beitrag: { $title } bei { $space }
mail-posted-subject-more = Neue Beiträge bei { $space }
mail-posted-text = { $space } hat veröffentlicht:
mail-posted-price = Für das, was Sie nicht lesen können, brauchen Sie einen Pass, ab { $price }.
mail-posted-free = Für das, was Sie nicht lesen können, brauchen Sie einen Pass; es gibt einen kostenlosen.
mail-posted-shut = Für das, was Sie nicht lesen können, brauchen Sie einen Pass; zurzeit wird keiner angeboten.
mail-see-space =
    Zum Space:
    { $url }
mail-because-holder = Sie erhalten diese E-Mail, weil Sie einen Pass dafür haben.
mail-because-reminded = Sie erhalten diese E-Mail, weil Sie uns gebeten haben, Sie daran zu erinnern.
mail-because-follower = Sie erhalten diese E-Mail, weil Sie dem Space folgen.
mail-stop =
    So erhalten Sie keine E-Mails dieser Art mehr:
    { $url }

## Money

mail-purchase-subject = Ihr Pass: { $pass } bei { $space }
mail-purchase-text =
    Vielen Dank. { $pass } bei { $space } gehört Ihnen{ $lasts ->
        [yes] {" "}bis { $until }
       *[no] {""}
    }.

    {"    "}{ $amount } ({ $currency })

    Hier geht es hinein:
    { $url }

    Bestellung { $reference }
    Ihre Rechnung: { $invoice }
mail-refund-subject = Ihre Erstattung: { $pass } bei { $space }
mail-refund-text =
    Wir haben Ihnen { $refunded } für { $pass } bei { $space } zurückgezahlt. { $ended }

    Bis Ihre Bank den Betrag anzeigt, können zehn Tage vergehen.

    { $url }

    Bestellung { $reference }
mail-refund-ended = Der Pass ist damit beendet.
mail-refund-kept = Sie behalten den Pass.
mail-refund-failed-subject = Ihre Erstattung ist fehlgeschlagen: { $pass } bei { $space }
mail-refund-failed-text =
    Ihre Erstattung für { $pass } bei { $space } ist nicht angekommen: Ihre Bank hat uns das Geld zurückgeschickt. Meist liegt es an einer gesperrten Karte oder einem aufgelösten Konto.

    Wir wissen davon und zahlen Ihnen das Geld auf anderem Weg zurück. Antworten Sie gern und schreiben Sie uns, wie Sie { $paid } erhalten möchten.

    { $url }

    Bestellung { $reference }
mail-payment-failed-subject = Ihre Zahlung ist fehlgeschlagen: { $pass } bei { $space }
mail-payment-failed-text =
    Ihre Zahlung von { $amount } für { $pass } bei { $space } ist fehlgeschlagen, deshalb haben Sie den Pass nicht erhalten. Es wurde nichts abgebucht.

    { $next }
    { $url }

    Bestellung { $reference }
mail-payment-failed-again = Hier können Sie den Pass erneut kaufen:
mail-payment-failed-order = { $reason } Dies ist Ihre Bestellung:
mail-payment-unconfirmed-subject = Ihre Zahlung ist nicht bestätigt: { $pass } bei { $space }
mail-payment-unconfirmed-text =
    Ihre Zahlung von { $amount } für { $pass } bei { $space } wurde uns seit { $days } Tagen nicht bestätigt, deshalb haben wir die Bestellung beendet. Falls der Betrag später doch abgebucht wird, erhalten Sie den Pass oder eine Erstattung.

    Dies ist Ihre Bestellung:
    { $url }

    Bestellung { $reference }

## Teams, and closed spaces

mail-invitation-subject = Eine Einladung in das Team von { $space }
mail-invitation-what = { $who } lädt Sie auf Backstage Pass als { $role } in das Team von { $space } ein.
mail-handover-subject = { $space } kann Ihnen gehören
mail-handover-what = { $who } bietet Ihnen an, { $space } auf Backstage Pass an Sie zu übergeben. Der Space würde dann Ihnen gehören.
mail-invitation-text =
    { $what }

    Zum Annehmen öffnen Sie innerhalb von sieben Tagen diesen Link und melden sich mit dieser E-Mail-Adresse an:
    { $url }

    Sie kennen die Person nicht? Dann brauchen Sie nichts zu tun.
mail-handed-over-subject = { $space } hat einen neuen Inhaber
mail-handed-over-text = { $who } (@{ $username }) hat { $space } angenommen und ist jetzt Inhaber. { $left ->
        [yes] Sie haben das Team verlassen.
       *[no] Sie bleiben als Admin im Team.
    }
mail-taken-over-subject = { $space } gehört Ihnen
mail-taken-over-text =
    { $space } gehört Ihnen. { $left ->
        [yes] { $who } (@{ $username }) hat das Team verlassen.
       *[no] { $who } (@{ $username }) bleibt als Admin im Team.
    }

    Das Team:
    { $url }
mail-closed-subject = { $space } hat geschlossen
mail-closed-text =
    { $space } hat geschlossen. Ihr Pass öffnet dort nichts mehr.

    Sie behalten den Pass und seine Belege: Beides bleibt in Ihrem Konto.
    { $url }

    Wenn der Space innerhalb von { $days } Tagen wieder öffnet, öffnet ihn auch Ihr Pass wieder, ohne neue Zahlung.

## What operators decide, and letters to them

mail-answer-letter-subject = Ihre Anfrage an Backstage Pass
mail-answer-letter = Wir haben gelesen, was Sie uns geschrieben haben.
mail-answer-report-subject = Ihre Meldung: { $kind ->
        [picture] ein Bild von { $about }
       *[other] { $about }
    }
mail-answer-acted = Sie haben { $kind ->
        [picture] ein Bild von { $about }
       *[other] { $about }
    } gemeldet. Wir haben es geprüft und etwas unternommen.
mail-answer-dismissed = Sie haben { $kind ->
        [picture] ein Bild von { $about }
       *[other] { $about }
    } gemeldet. Wir haben es geprüft und nichts gefunden, was unsere Regeln verbieten. Deshalb bleibt es, wie es ist.
mail-answer-written =
    Sie schrieben:
    { $words }
mail-answer-contact =
    Wenn Sie noch etwas hinzufügen möchten, schreiben Sie uns:
    { $url }
mail-letter-subject = Anfrage: { $topic }
mail-letter-signed-in = { $from } (angemeldet als @{ $username }) hat uns geschrieben. Thema: { $topic }
mail-letter-signed-out = { $from } (nicht angemeldet) hat uns geschrieben. Thema: { $topic }
mail-letter-answer =
    Antworten Sie hier, damit alle sehen, dass es erledigt ist:
    { $url }
mail-suspended-account-subject = Ihr Konto ist gesperrt
mail-suspended-account-text =
    Wir haben Ihr Konto bei Backstage Pass gesperrt. Sie sind überall abgemeldet, und niemand kann sich darin anmelden. Nicht bezahlte Bestellungen sind storniert; was Sie bezahlt haben, gehört weiterhin Ihnen.

    Der Grund:
    { $reason }
mail-restored-account-subject = Ihr Konto ist wieder frei
mail-restored-account-text = Sie können sich wieder bei Backstage Pass anmelden. In Ihrem Konto ist alles, wie es war.
mail-suspended-space-subject = { $space } ist gesperrt
mail-suspended-team-text =
    Wir haben Ihren Space { $space } gesperrt. Seine Türen sind geschlossen, auch für das Team; laufende Shows wurden beendet, und es wird nichts verkauft. Texte, Pässe und Planungen bleiben erhalten.

    Der Grund:
    { $reason }
mail-suspended-holder-text = Sie haben einen Pass für { $space }. Wir haben diesen Space gesperrt, deshalb sind seine Shows vorerst nicht zu sehen. Ihr Pass bleibt erhalten und öffnet den Space wieder, wenn er zurückkehrt. Wenn Sie Ihr Geld zurückhaben möchten, schreiben Sie uns.
mail-restored-team-subject = { $space } ist wieder frei
mail-restored-team-text = Ihr Space { $space } ist wieder so wie vor der Sperrung. Eine Show, die damals lief, ist beendet.
mail-restored-holder-subject = { $space } ist zurück
mail-restored-holder-text = { $space } ist wieder offen, und damit auch das, was Ihr Pass öffnet.
mail-suspended-contact =
    Fragen? Schreiben Sie uns:
    { $url }
