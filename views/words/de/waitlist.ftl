# Warten auf einen Pass: Bewerbungen, die Schlange vor einem ausverkauften Pass und die Liste des Teams.
waitlist = Warteliste
waitlist-apply = Bewerben
waitlist-apply-title = Um einen Pass bewerben
waitlist-apply-heading = Um <pass/> bewerben
waitlist-apply-about = Das Team entscheidet, wer diesen Pass bekommt. Jetzt zahlen Sie nichts. Stimmt es zu, bekommen Sie einen Link, mit dem Sie ihn zwei Tage lang haben können.
waitlist-apply-send = Bewerbung absenden
waitlist-queue = In die Schlange stellen
waitlist-queue-title = Für einen Pass anstehen
waitlist-queue-heading = Für <pass/> anstehen
waitlist-queue-about = Dieser Pass ist ausverkauft. Wird ein Platz frei, wird er der ersten Person in der Schlange angeboten und zwei Tage lang aufgehoben. Jetzt zahlen Sie nichts.
waitlist-queue-join = In die Schlange stellen
waitlist-mail-hint = Wir schreiben an die Adresse Ihres Kontos.
waitlist-joined = Sie stehen auf der Liste. Eine E-Mail ist unterwegs.
waitlist-held = Sie haben diesen Pass schon.
waitlist-decided = Das Team hat über Ihre Bewerbung entschieden: Sie wurde nicht angenommen.
waitlist-full = Diese Liste ist voll.
waitlist-too-many = Sie warten auf so viele Pässe, wie es einer Person möglich ist. Verlassen Sie zuerst eine der Listen.
waitlist-seats = Es gibt einen Platz: Sie brauchen nicht zu warten.
waitlist-place-title = Ihr Platz in der Reihe: { $pass }
waitlist-place = Ihr Platz in der Reihe
waitlist-moves = Diese Seite aktualisiert sich von selbst.
waitlist-waiting = Ihre Bewerbung liegt beim Team.
waitlist-approved-line = Sie sind angenommen. Sobald ein Platz frei ist, wird er Ihnen angeboten.
waitlist-line = Sie stehen in der Schlange. Sobald Sie an der Reihe sind, wird Ihnen ein Platz angeboten.
waitlist-offered = Ein Platz wird für Sie aufgehoben.
waitlist-offered-until = Er gehört Ihnen bis <time/>. Danach bekommt ihn die nächste Person.
waitlist-card = Zahlen, wenn Sie an der Reihe sind
waitlist-card-about = Hinterlegen Sie eine Karte, und sie zahlt { $amount }, sobald Ihnen ein Platz angeboten wird. Sie haben den Pass dann sofort und müssen nicht hier sein. Bis dahin wird nichts abgebucht und nichts vorgemerkt, und Sie können die Karte zurücknehmen.
waitlist-card-use = { $card } zahlen lassen
waitlist-card-new = Eine Karte hinterlegen
waitlist-card-other = Eine andere Karte hinterlegen
waitlist-card-pays = { $card } zahlt { $amount }, sobald Ihnen ein Platz angeboten wird.
waitlist-card-until = Bis dahin wird nichts abgebucht und nichts vorgemerkt.
waitlist-card-unsaved = Noch ist keine Karte gespeichert. Wenn Sie die Seite des Zahlungsdienstes verlassen haben, wählen Sie noch einmal.
waitlist-card-changed = Der Preis hat sich geändert: Er beträgt jetzt { $amount }. Ihre Karte zahlt das nur, wenn Sie sie noch einmal wählen.
waitlist-card-take = Nicht abbuchen
waitlist-card-left = Die Karte zahlt, sobald Ihnen ein Platz angeboten wird.
waitlist-card-taken = Keine Karte wird belastet.
waitlist-card-none = Es wurde keine Karte gespeichert.
waitlist-card-later = Der Zahlungsdienst antwortet nicht. Wenn Sie eine Karte gespeichert haben, zahlt sie, sobald Ihnen ein Platz angeboten wird.
waitlist-card-price = Der Preis hat sich geändert. Sehen Sie ihn an, und wählen Sie noch einmal.
waitlist-card-late = Ihnen ist schon ein Platz angeboten, oder die Karte ist nicht mehr gespeichert.
waitlist-card-wrong = Wählen Sie eine Karte.
waitlist-charging = Ein Platz wird für Sie aufgehoben, und Ihre Karte wird belastet.
waitlist-charging-wait = Wenn sie gezahlt hat, gehört der Pass Ihnen. Zahlt sie nicht, können Sie den Platz hier noch nehmen.
waitlist-not-charged = Ihre Karte hat nicht gezahlt, oder der Preis hat sich geändert. Es wurde nichts abgebucht. Sie können den Platz hier noch nehmen.
waitlist-taken = Sie haben Ihr Angebot genutzt. Für eine Bestellung, die nicht bezahlt wurde, gibt es kein neues.
waitlist-to-purchases = Ihre Pässe und Bestellungen
waitlist-rejected = Das Team hat Ihre Bewerbung nicht angenommen.
waitlist-lapsed = Das Angebot wurde nicht rechtzeitig genutzt, und der Platz ging an die nächste Person.
waitlist-left = Sie stehen nicht mehr auf der Liste.
waitlist-again = Wieder hinten anstellen
waitlist-leave-ask = Liste verlassen
waitlist-leave-words = Sie verlieren Ihren Platz in der Reihe, und was für Sie aufgehoben ist, bekommt die nächste Person.
waitlist-leave = Verlassen
waitlist-leave-done = Sie haben die Liste verlassen.
waitlist-none = Niemand steht auf dieser Liste. Wer sich bewirbt oder auf einen Platz wartet, steht hier.
waitlist-is-off = Dieser Pass führt keine Liste: Wer ihn möchte, bekommt ihn.
waitlist-is-apply = Um diesen Pass bewirbt man sich, und nur wen Sie annehmen, kann ihn haben.
waitlist-is-queue = Ist dieser Pass ausverkauft, steht man für ihn an. Die Reihenfolge ist diese.
waitlist-change-mode = Ändern
waitlist-states = Nur zeigen
waitlist-all = Alle
waitlist-csv = Als CSV herunterladen
waitlist-approve-chosen = Gewählte annehmen
waitlist-reject-chosen = Gewählte ablehnen
waitlist-approve-all =
    { $count ->
        [one] Die eine auf dieser Seite annehmen
       *[other] Alle { $count } auf dieser Seite annehmen
    }
waitlist-choose = Wählen Sie mindestens eine Bewerbung.
waitlist-decision-wrong = Wählen Sie, was geschehen soll.
waitlist-decided-none = Nichts wurde geändert: Über alle wurde schon entschieden.
waitlist-decided-count =
    { $count ->
        [one] Über eine Bewerbung ist entschieden.
       *[other] Über { $count } Bewerbungen ist entschieden.
    }
waitlist-history = Was geschah
waitlist-by = <time/>, durch <name/>
waitlist-state-waiting = nicht entschieden
waitlist-state-line = wartet auf einen Platz
waitlist-state-offered = angeboten
waitlist-state-taken = genutzt
waitlist-state-rejected = abgelehnt
waitlist-state-lapsed = nicht rechtzeitig genutzt
waitlist-state-left = hat die Liste verlassen
waitlist-step-joined = Gekommen
waitlist-step-approved = Angenommen
waitlist-step-rejected = Abgelehnt
waitlist-step-offered = Ein Platz wurde angeboten
waitlist-step-taken = Angebot genutzt
waitlist-step-lapsed = Das Angebot lief ab
waitlist-step-left = Gegangen
waitlist-step-passed = Übergangen, weil der Pass schon da ist oder eine Sperre gilt
waitlist-step-not-charged = Die Karte hat nicht gezahlt
waitlist-pays = Karte hinterlegt
waitlist-selling = Wer ihn bekommt
waitlist-selling-off = Wer ihn möchte
waitlist-selling-apply = Wen wir annehmen: Man bewirbt sich
waitlist-selling-queue = Wer ihn möchte, mit einer Schlange, wenn er ausverkauft ist
waitlist-selling-wrong = Wählen Sie, wer ihn bekommt.
refusals-approval = Das Team dieses Space entscheidet, wer diesen Pass bekommt. Bewerben Sie sich auf seiner Seite.
mail-waitlist-received-subject = Ihre Bewerbung: { $pass } bei { $space }
mail-waitlist-received-text =
    { $space } hat Ihre Bewerbung um { $pass }. Wir schreiben wieder, wenn entschieden ist.

    Ihr Platz auf der Liste:
    { $url }
mail-waitlist-queue-subject = Sie stehen in der Schlange: { $pass } bei { $space }
mail-waitlist-queue-text =
    Sie stehen in der Schlange für { $pass } bei { $space }. Wir schreiben wieder, wenn ein Platz für Sie frei ist.

    Ihr Platz in der Schlange:
    { $url }
mail-waitlist-offered-subject = Ein Platz ist für Sie aufgehoben: { $pass } bei { $space }
mail-waitlist-offered-text =
    Ein Platz für { $pass } bei { $space } ist für Sie aufgehoben bis { $until }. Danach bekommt ihn die nächste Person.

    Melden Sie sich mit dieser Adresse an, und nehmen Sie ihn hier:
    { $url }
mail-waitlist-not-charged-subject = Ihre Karte hat nicht gezahlt: { $pass } bei { $space }
mail-waitlist-not-charged-text =
    Ein Platz für { $pass } bei { $space } ist für Sie aufgehoben bis { $until }. Die Karte, die Sie hinterlegt haben, hat nicht dafür gezahlt, oder der Preis hat sich geändert. Es wurde nichts abgebucht.

    Melden Sie sich mit dieser Adresse an, und nehmen Sie den Platz hier:
    { $url }
mail-waitlist-rejected-subject = Zu Ihrer Bewerbung: { $pass } bei { $space }
mail-waitlist-rejected-text =
    Das Team von { $space } hat Ihre Bewerbung um { $pass } nicht angenommen. Es wurde nichts berechnet.
