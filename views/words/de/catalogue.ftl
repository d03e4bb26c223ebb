catalogue-category-music = Musik
catalogue-category-cooking = Kochen
catalogue-category-code = Programmieren
catalogue-category-drawing = Zeichnen
catalogue-category-craft = Handwerk
catalogue-category-movement = Bewegung
catalogue-category-talk = Gespräch
catalogue-category-games = Spiele
catalogue-category-learning = Lernen
catalogue-embed = Den Space einbetten
catalogue-embed-about = Eine Karte für andere Websites: was live ist oder was als Nächstes kommt. Websites, die oEmbed kennen, machen sie aus der Adresse des Space oder einer Show.
catalogue-embed-anybody = Jede Website
catalogue-embed-these = Nur die Websites unten
catalogue-embed-nobody = Keine Website
catalogue-embed-who = Wer die Karte zeigen darf
catalogue-embed-sites-hint = Eine je Zeile, zum Beispiel https://example.org
catalogue-experience-new = Neuer Bereich
catalogue-experiences = Bereiche
catalogue-experiences-empty = Ein Bereich ist ein Ort in Ihrem Space, an dem Streams stattfinden, einer nach dem anderen.
catalogue-experience-add = Bereich hinzufügen
catalogue-streams = Streams
catalogue-experience-about = Über den Bereich
catalogue-experience-delete-ask = Bereich löschen{"\u00A0"}…
catalogue-experience-delete-words = Nur ein Bereich, für den niemand einen Pass hat und in dem nichts gezeigt, gesagt oder entschieden wurde, kann gelöscht werden. Seine geplanten Streams werden mit gelöscht.
catalogue-experience-delete = Bereich löschen
catalogue-experience-save = Bereich speichern
catalogue-experience-create = Bereich hinzufügen
catalogue-address-hint = Bleibt sie leer, wird sie aus dem Titel gebildet.
catalogue-streams-empty = Noch kein Stream. Planen Sie einen, und öffnen Sie dann sein Studio.
catalogue-again = Noch einmal planen
catalogue-studio-back = Rückblick
catalogue-studio-open = Studio öffnen
catalogue-change-move = Verschieben oder absagen
catalogue-change-delete = Löschen
catalogue-change-cancel = Absagen
catalogue-state-planned = geplant für <at/>
catalogue-state-undated = noch ohne Termin
catalogue-state-rehearsal = Probe
catalogue-state-interrupted = wartet auf Ihr Signal
catalogue-state-cancelled = abgesagt
catalogue-state-cancelled-at = abgesagt am <at/>
catalogue-state-ended = beendet · in der Spitze { $peak }
catalogue-state-ended-at = beendet am <at/> · in der Spitze <peak/>
catalogue-explore-title = „{ $words }“ · Entdecken
catalogue-explore-about = Spaces von Kreativen, die live gehen.
catalogue-search-label = Spaces, Shows und Menschen suchen
catalogue-search = Suchen
catalogue-filters = Filter und Reihenfolge
catalogue-all = Alle
catalogue-any = Beliebig
catalogue-live-now = Jetzt live
catalogue-live-week = Live oder in dieser Woche geplant
catalogue-cost-free = Kostenlos
catalogue-cost-paid = Kostenpflichtig
catalogue-sort-live = Live zuerst
catalogue-sort-soonest = Nächste zuerst
catalogue-sort-newest = Neueste zuerst
catalogue-sort-name = Name
catalogue-sort-price = Preis
catalogue-explore-count =
    { $count ->
        [one] { $shown } Space
       *[other] { $shown } Spaces
    }
catalogue-explore-matches =
    { $count ->
        [one] <shown/> Space passt zu „<words/>“
       *[other] <shown/> Spaces passen zu „<words/>“
    }
catalogue-pages = Seiten
catalogue-beginning = Zum Anfang
catalogue-tag = Schlagwort
catalogue-from = Preis ab
catalogue-up-to = Preis bis
catalogue-order = Reihenfolge
catalogue-filters-used = Aktive Filter
catalogue-without = Ohne
catalogue-this-week = Diese Woche
catalogue-from-amount = Ab { $amount }
catalogue-up-to-amount = Bis { $amount }
catalogue-explore-ended = Die Liste endet vor dieser Seite.
catalogue-spaces-empty = Noch ist kein Space offen. Ihrer könnte der erste sein.
catalogue-open-yours = Ihren Space öffnen
catalogue-explore-none-fits = Kein Space passt zu diesen Filtern.
catalogue-explore-none-filtered = Kein Space passt mit diesen Filtern zu „<words/>“.
catalogue-explore-none = Kein Space passt zu „<words/>“.
catalogue-explore-unfiltered = Ohne die Filter suchen
catalogue-explore-all = Alle Spaces zeigen
catalogue-colour-unreadable = Auf dieser Farbe ist weder dunkler noch heller Text lesbar. { $instead } kommt ihr nahe und eignet sich.
catalogue-colour-light = Diese Farbe ist so hell, dass ein Knopf in ihr auf einer hellen Seite kaum zu sehen ist. { $instead } kommt ihr nahe und eignet sich.
catalogue-colour-dark = Diese Farbe ist so dunkel, dass ein Knopf in ihr auf einer dunklen Seite kaum zu sehen ist. { $instead } kommt ihr nahe und eignet sich.
catalogue-look-change = Titelbild, Logo und Farbe ändern
catalogue-look = Aussehen
catalogue-picture-sending = Das Bild wird gesendet
catalogue-picture-other = Ein anderes Bild
catalogue-cover-hint = JPEG, PNG oder WebP, mindestens 750 mal 250 Pixel. Wir behalten die Mitte, dreimal so breit wie hoch, und nichts von dem, was Ihre Kamera hineingeschrieben hat.
catalogue-cover-alt-hint = Für Menschen, die es nicht sehen: „Maya am Klavier“.
catalogue-cover = Titelbild
catalogue-cover-drawn = Dieses ist aus dem Namen des Space erzeugt. Ein eigenes Bild ersetzt es.
catalogue-cover-save = Titelbild speichern
catalogue-cover-remove = Titelbild entfernen
catalogue-logo-hint = JPEG, PNG oder WebP, mindestens 104 mal 104 Pixel; Transparenz bleibt erhalten. Es wird in einem Kreis gezeigt.
catalogue-logo-save = Logo speichern
catalogue-logo = Logo
catalogue-logo-remove = Logo entfernen
catalogue-colour-about = Die Farbe des einen Knopfs, auf den es auf Ihren Seiten ankommt.
catalogue-colour-hint = Zum Beispiel #ffb224. Leer lassen für den Bernsteinton von Backstage Pass.
catalogue-colour-save = Farbe speichern
catalogue-colour-use = { $colour } verwenden
catalogue-ready-label = Vorbereitung
catalogue-manage-look = Aussehen
catalogue-manage-next = Die nächste Show
catalogue-space-about = Über den Space
catalogue-manage-sales = Verkaufsseite bearbeiten
catalogue-manage-team = Team und Inhaberschaft
catalogue-manage-see-team = Zum Team
catalogue-manage-close = Space schließen{"\u00A0"}…
catalogue-manage-embed = Den Space in andere Websites einbetten
catalogue-refunds-failed = Fehlgeschlagene Erstattungen
catalogue-refunds-failed-about = Die Banken der Käufer haben diese zurückgeschickt. Die Käufer wissen es, und die Betreiber des Dienstes zahlen ihnen das Geld auf anderem Weg.
catalogue-step-name = Sagen Sie in einer Zeile, worum es geht
catalogue-step-experience = Legen Sie einen Bereich für Ihre Streams an
catalogue-step-pass = Legen Sie einen Pass an, der ihn öffnet
catalogue-publish = Space veröffentlichen
catalogue-ready = Bereit für Ihre erste Show
catalogue-steps-done = { $count } von 4 erledigt
catalogue-steps = Erledigte Schritte
catalogue-step-done = Erledigt:
catalogue-manage-see = Ansehen
catalogue-unpublish-ask = Zurückziehen{"\u00A0"}…
catalogue-unpublish-words = Die Seite ist dann nur noch für Ihr Team offen, und was andere davon geöffnet haben, endet.
catalogue-unpublish = Veröffentlichung zurückziehen
catalogue-unpublished = Nicht veröffentlicht
catalogue-slug-hint = Kleinbuchstaben, Ziffern und Bindestriche.
catalogue-tags-hint = Bis zu fünf, durch Kommas getrennt: Jazz, Songwriting. Daran finden andere Ihren Space.
catalogue-zone-hint = In ihr planen Sie Ihre Shows, zum Beispiel Europe/Berlin. Eine Show bleibt bei ihrer Uhrzeit, wenn die Uhren umgestellt werden.
catalogue-space-save = Space speichern
catalogue-category-none = Keine
catalogue-show-at = { $title } bei { $space }
catalogue-pass-opens = Was er öffnet
catalogue-pass-opens-nothing = Noch nichts. Was später dazukommt, öffnet sich für alle, die ihn haben.
catalogue-sold-by = Verkauft von <owner/>.
catalogue-with = Mit <owner/>.
catalogue-door = Ein Pass öffnet diese Tür
catalogue-door-no-pass = Zurzeit wird kein Pass dafür angeboten.
catalogue-see-space = Zum Space
catalogue-report-show = Diese Show melden
catalogue-door-sign-in = Haben Sie schon einen Pass? <link>Melden Sie sich an</link>.
catalogue-door-others = Auch in diesem Space
# Was geschieht, sobald jemand einen Pass hat.
catalogue-pass-after = Sobald Sie den Pass haben, kommen Sie hinein. Einen Kauf bestätigen wir per E-Mail. <refunds>Erstattungen</refunds>
catalogue-show-ended = Beendet
catalogue-show-next = Als Nächstes
catalogue-show-calendar = In den Kalender
catalogue-show-undated = Noch nicht live
catalogue-pass-new = Neuer Pass
catalogue-passes-empty = Einen Pass nimmt oder kauft man, um hineinzukommen.
catalogue-pass-add = Pass hinzufügen
catalogue-pass-withdrawn = zurückgezogen
catalogue-pass-opens-none = öffnet noch nichts
catalogue-pass-opens-these = öffnet <names/>
catalogue-pass-up = { $title } nach oben
catalogue-pass-down = { $title } nach unten
catalogue-pass-free = kostenlos
catalogue-pass-once = einmalig { $amount }
catalogue-pass-save = Pass speichern
catalogue-pass-create = Pass hinzufügen
catalogue-pass-gives = Was er bietet
catalogue-pass-gives-hint = Ein Vorteil je Zeile.
catalogue-pass-paid-once = Einmalzahlung
catalogue-pass-no-payments = Auf diesem Server sind keine Zahlungen eingerichtet, deshalb sind Pässe kostenlos.
catalogue-pass-if-paid = bei Einmalzahlung
catalogue-pass-amount-hint = Zum Beispiel 12 oder 12,50.
catalogue-pass-choose = Wählen
catalogue-pass-no-experience = In diesem Space gibt es noch keinen Bereich.
catalogue-pass-holders =
    { $count ->
        [one] { $shown } Person hat diesen Pass. Sie behält, was Sie abwählen; was Sie ankreuzen, öffnet sich auch für sie.
       *[other] { $shown } Personen haben diesen Pass. Sie behalten, was Sie abwählen; was Sie ankreuzen, öffnet sich auch für sie.
    }
catalogue-pass-withdraw-ask = Zurückziehen{"\u00A0"}…
catalogue-pass-withdraw-words = Er wird nicht mehr angeboten. Wer ihn hat, behält ihn, und wer ihn abonniert hat, zahlt weiter dafür.
catalogue-pass-withdraw = Pass zurückziehen
catalogue-selling = Wer ihn bekommt, Anzahl, Zeiten des Verkaufs, Gültigkeit
catalogue-selling-stock-hint = Wie viele Personen ihn zugleich haben können. Leer: beliebig viele.
catalogue-selling-stock-wrong = Geben Sie eine ganze Zahl von 1 bis 1000000 ein, oder lassen Sie das Feld leer.
catalogue-selling-utc = In UTC. Leer: sofort im Verkauf.
catalogue-selling-zone = In { $zone }, der Zeitzone des Space. Leer: sofort im Verkauf.
catalogue-selling-close-hint = Leer: Er bleibt im Verkauf.
catalogue-selling-order = Der Verkauf kann nicht enden, bevor er beginnt.
catalogue-selling-days-hint = Gezählt ab dem Augenblick, in dem ihn jemand bekommt. Leer: ohne Ende.
catalogue-selling-days-wrong = Geben Sie eine ganze Zahl von Tagen von 1 bis 3660 ein, oder lassen Sie das Feld leer.
catalogue-selling-until-hint = Statt der Tage: Für alle endet er in diesem Augenblick. Wer ihn schon hat, behält sein Ende.
catalogue-selling-both = Wählen Sie entweder Tage oder einen Zeitpunkt.
catalogue-selling-hidden = Nicht auflisten: Nur der eigene Link führt zu ihm
catalogue-pass-hidden = nicht gelistet
catalogue-pass-stock = Noch { $left } von { $stock } übrig
catalogue-schedule-title = Einen Stream planen
catalogue-schedule = Stream planen
catalogue-schedule-utc = In UTC. Bleibt das leer, hat er noch keinen Termin.
catalogue-schedule-zone = In { $zone }, der Zeitzone des Space. Bleibt das leer, hat er noch keinen Termin.
catalogue-stream-title = Titel des Streams
catalogue-weeks-once = Einmal
catalogue-weeks = { $count } Wochen, gleiche Uhrzeit
catalogue-again-after = Nach <stream/>, <state/>.
catalogue-again-each = Jeder ist ein eigener Stream: Er kann für sich verschoben oder abgesagt werden.
catalogue-stream-save = Stream speichern
catalogue-stream-cancel-ask = Stream absagen{"\u00A0"}…
catalogue-stream-cancel-words = Er bleibt als abgesagt in der Liste, und alle, die auf ihn warten, sehen das sofort.
catalogue-stream-cancel = Stream absagen
catalogue-stream-delete-ask = Stream löschen{"\u00A0"}…
catalogue-stream-delete-words = Er ist dann endgültig weg.
catalogue-stream-delete = Stream löschen
catalogue-stream-kept = In seinem Chat wurde etwas gesagt oder entschieden, deshalb kann er nicht gelöscht werden.
catalogue-series-cancel-words = Alle, die noch nicht begonnen haben, werden abgesagt: { $count } dieser Reihe. Sie bleiben in der Liste, und alle, die auf sie warten, sehen das sofort.
catalogue-series = Die Reihe
catalogue-series-this = Dieser
catalogue-series-cancel-ask = Reihe absagen{"\u00A0"}…
catalogue-series-cancel = Reihe absagen
catalogue-space-on = { $space } auf Backstage Pass
catalogue-report-space = Diesen Space melden
catalogue-report-pictures = Seine Bilder melden
catalogue-followers =
    { $count ->
        [one] { $shown } Person folgt
       *[other] { $shown } Personen folgen
    }
catalogue-manage = Verwalten
catalogue-suspended = Die Betreiber von Backstage Pass haben diesen Space gesperrt (<since/>).
catalogue-suspended-means = Seine Türen sind zu, auch für Sie, und nichts wird verkauft. Was hier ist, bleibt erhalten. Der Grund:
catalogue-suspended-contact = Sie halten das für falsch? <contact>Schreiben Sie uns</contact>.
catalogue-space-closed = Dieser Space ist geschlossen. Nur Ihr Team sieht diese Seite noch.
catalogue-space-unpublished = Nur Ihr Team sieht diese Seite, bis Sie sie veröffentlichen.
catalogue-passes-none = Zurzeit wird kein Pass angeboten.
catalogue-passes-none-team = Es wird kein Pass angeboten. Legen Sie einen auf der Seite an, auf der Sie den Space verwalten: Wer hineinwill, braucht ihn.
catalogue-not-on-sale-yet = Noch nicht im Verkauf.
catalogue-doors = Was die Pässe öffnen
catalogue-doors-empty = Noch nichts. Was später dazukommt, öffnet sich für alle, die einen Pass dafür haben.
catalogue-door-closed = Für Sie geschlossen
catalogue-door-open = Für Sie offen
catalogue-door-unoffered = Zurzeit wird kein Pass dafür angeboten
catalogue-door-keys = Öffnet mit <passes/>
catalogue-door-or = oder
catalogue-coming = Demnächst
catalogue-coming-empty = Zurzeit ist nichts geplant.
catalogue-coming-all = Alles, was live oder geplant ist
catalogue-calendar = <calendar>Kalender des Space</calendar>: Abonnieren Sie ihn, dann kommt von selbst mit, was verschoben oder abgesagt wird.
catalogue-front = Live-Shows mit einem Pass
catalogue-front-about = Hier gehen Kreative live. Mit einem Pass kommen Sie hinein: zusehen, chatten, dabei sein.
catalogue-front-heading = Die Show und alle, die mit Ihnen im Raum sind.
catalogue-front-lead = Kreative gehen aus ihren eigenen Spaces live. Mit einem Pass kommen Sie hinein: ohne Verzögerung zusehen, schreiben, gesehen werden.
catalogue-open-own = Eigenen Space öffnen
catalogue-spaces = Spaces
catalogue-by = von <owner/>
catalogue-card-banned = Sie sind daraus verbannt
catalogue-price-once = einmalig
catalogue-lasts-days =
    { $count ->
        [one] Gilt einen Tag lang, sobald Sie ihn haben.
       *[other] Gilt { $count } Tage lang, sobald Sie ihn haben.
    }
catalogue-lasts-until = Gilt bis <at/>.
catalogue-sale-left = Noch { $shown } übrig
catalogue-sale-sold-out = Ausverkauft
catalogue-sale-opens = Im Verkauf ab <at/>.
catalogue-sale-closed = Nicht mehr im Verkauf. Wer ihn hat, behält ihn.
catalogue-take-team = Ihr eigener Pass: Andere können ihn hier nehmen oder kaufen.
catalogue-take-banned = Für Sie geschlossen, solange Sie verbannt sind.
catalogue-take-held = Sie haben diesen Pass.
catalogue-take-open = Meine Pässe öffnen
catalogue-take-covered = Ihre Pässe öffnen das alles schon.
catalogue-take-withdrawn = Wird nicht mehr angeboten. Wer ihn hat, behält ihn.
catalogue-take-not-on-sale = Zurzeit nicht im Verkauf.
catalogue-take = Pass nehmen
catalogue-buy = Für { $amount } kaufen
# Unter dem Bild dessen, was live ist, und auf den Pässen, die es öffnen.
catalogue-bar = Der Pass auf einen Blick
catalogue-opens-live = Öffnet, was gerade live ist
catalogue-watch = Zuschauen
catalogue-enter-free = Eintritt frei
catalogue-enter-money = Eintritt { $amount }
catalogue-lowest-price-none = noch kein Pass im Verkauf
catalogue-lowest-price-free = mit kostenlosem Pass
catalogue-lowest-price-money = Pässe ab { $amount }
catalogue-embed-json = Es gibt nur JSON.
catalogue-embed-choose = Wählen Sie, wer die Karte zeigen darf.
catalogue-embed-saved = Wer die Karte zeigen darf, ist gespeichert.
catalogue-experience-saved = Der Bereich ist gespeichert.
catalogue-deleted = „{ $title }“ ist gelöscht.
catalogue-kept = Er kann nicht gelöscht werden: { $reasons }.
catalogue-kept-holders =
    { $count ->
        [one] 1 Person hat oder hatte einen Pass dafür
       *[other] { $count } Personen haben oder hatten einen Pass dafür
    }
catalogue-kept-orders =
    { $count ->
        [one] 1 Bestellung dafür ist offen
       *[other] { $count } Bestellungen dafür sind offen
    }
catalogue-kept-shows =
    { $count ->
        [one] 1 Stream daraus wurde gezeigt
       *[other] { $count } Streams daraus wurden gezeigt
    }
catalogue-kept-lines =
    { $count ->
        [one] in seinen Chats wurde 1-mal etwas gesagt oder entschieden
       *[other] in seinen Chats wurde { $count }-mal etwas gesagt oder entschieden
    }
catalogue-explore-no-page = Diese Seite der Liste gibt es nicht.
catalogue-unfollowed = Sie folgen { $space } nicht mehr.
catalogue-follows-many = Sie folgen so vielen Spaces, wie eine Person folgen kann.
catalogue-followed = Sie folgen { $space }. Wir schreiben Ihnen, wenn etwas geplant ist, live geht oder ein Beitrag erscheint.
catalogue-calendar-renewed = Ihr Kalender hat eine neue Adresse. Die vorherige gilt nicht mehr.
catalogue-cover-words-saved = Der Text zum Titelbild ist gespeichert.
catalogue-cover-saved = Der Space hat ein neues Titelbild.
catalogue-cover-removed = Das Titelbild ist entfernt. Der Space zeigt ein gezeichnetes.
catalogue-logo-saved = Der Space hat ein neues Logo.
catalogue-logo-removed = Das Logo ist entfernt.
catalogue-colour-saved = Die Farbe des Space ist gespeichert.
catalogue-slug-taken = Diese Adresse ist vergeben. Wählen Sie eine andere.
catalogue-includes-choose = Wählen Sie Bereiche dieses Space.
catalogue-quota = Dieser Space hat davon so viele, wie ein Space haben kann. Löschen Sie zuerst etwas.
catalogue-planned-quota = Dieser Space hat so viele geplante Streams, wie ein Space haben kann. Sagen Sie zuerst einen ab, oder löschen Sie einen.
catalogue-planned-recent = Dieser Space hat in dieser Stunde sehr viele Streams geplant. Versuchen Sie es später noch einmal.
catalogue-stream-begun = Dieser Stream hat begonnen, deshalb kann er nicht mehr verschoben werden.
catalogue-space-saved = Der Space ist gespeichert.
catalogue-publish-empty = Noch nicht veröffentlicht: Ein Space braucht einen Bereich und einen Pass, der ihn öffnet.
catalogue-publish-closed = Nicht veröffentlicht: Dieser Space ist geschlossen. Sein Inhaber kann ihn wieder öffnen.
catalogue-published = Der Space steht allen offen.
catalogue-unpublished-done = Der Space ist für alle außer Ihrem Team geschlossen.
catalogue-pass-kind-payments = Kostenpflichtige Pässe brauchen einen Zahlungsdienst; hier ist keiner eingerichtet.
catalogue-pass-amount-missing = Ein kostenpflichtiger Pass braucht einen Betrag, zum Beispiel 12 oder 12,50.
catalogue-pass-kind-choose = Wählen Sie „Kostenlos“, „Einmalzahlung“ oder „Monatlich oder jährlich“.
catalogue-pass-added-closed = Der Pass ist hinzugefügt. Er öffnet noch nichts, deshalb wird er nicht angeboten.
catalogue-pass-added = Der Pass ist hinzugefügt.
catalogue-pass-saved = Der Pass ist gespeichert.
catalogue-pass-saved-kept =
    { $count ->
        [one] Der Pass ist gespeichert. 1 Person behält, was Sie abgewählt haben.
       *[other] Der Pass ist gespeichert. { $count } Personen behalten, was Sie abgewählt haben.
    }
catalogue-order-saved = Die Reihenfolge ist gespeichert.
catalogue-pass-withdrawn-done = Der Pass ist zurückgezogen. Wer ihn hat, behält ihn.
catalogue-picture-unshown = Dieses Bild kann zurzeit nicht gezeigt werden.
catalogue-picture-undrawn = Dieses Bild kann zurzeit nicht gezeichnet werden.
catalogue-stream-planned = Der Stream ist geplant.
catalogue-streams-planned = { $count } Streams sind geplant, im Abstand von einer Woche.
catalogue-stream-saved = Der Stream ist gespeichert.
catalogue-cancelled = „{ $title }“ ist abgesagt.
catalogue-series-cancelled =
    { $count ->
        [one] Ein Stream ist abgesagt.
       *[other] { $count } Streams sind abgesagt.
    }
catalogue-stream-reminders = Einige möchten an ihn erinnert werden. Sagen Sie ihn zuerst ab: Dann erfahren sie es, und er kann gelöscht werden.
catalogue-series-over = Von dieser Reihe steht kein Stream mehr bevor, deshalb gibt es nichts abzusagen.
catalogue-stream-begun-kept = Dieser Stream hat begonnen, deshalb kann er weder abgesagt noch gelöscht werden.
page-space-gone = Dieser Space ist nicht mehr öffentlich, deshalb wird diese Seite nicht mehr aktualisiert.

another-space-what = Ihnen gehört kein offener Space. Einen neuen sehen nur Sie, bis Sie ihn veröffentlichen; was Sie geschlossen haben, bleibt, wie es ist.
another-space-button = Neuen Space anlegen
another-space-done = Das ist Ihr neuer Space. Geben Sie ihm einen Namen und veröffentlichen Sie ihn, wenn er fertig ist.
another-space-one = Ihnen gehört schon ein Space. Schließen Sie ihn, bevor Sie einen neuen anlegen.
another-space-many = Sie haben sehr viele Spaces geschlossen und können deshalb keinen weiteren anlegen. Schreiben Sie uns unter /contact.
