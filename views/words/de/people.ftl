# Konten, Profile, Anmeldung, Codes, Daten und Löschung.

people-space = Ihr Space
people-no-team = Sie gehören im Moment zu keinem Team.
people-passes = Ihre Pässe
people-explore = Spaces entdecken
people-follow-and-get = Wem Sie folgen und was Sie bekommen
people-follow-and-calendar = Folgen und Kalender
people-profile = Ihr Profil
people-your-account = Ihr Konto
people-change-address = E-Mail-Adresse ändern
people-recovery-for = falls Sie Ihr Postfach verloren haben
people-export-link = Ihre Daten herunterladen
people-sign-out = Abmelden
people-published = Veröffentlicht
people-unpublished = Nicht veröffentlicht
people-manage-space = Space verwalten
people-team = Team
people-see-space = Ansehen
people-name = Name
people-username = Benutzername
people-username-hint = 2 bis 30 Buchstaben, Ziffern, Unterstriche oder Bindestriche.
people-bio = Über Sie
people-site = Ihre Website
people-site-hint = Beginnt mit https://
people-save-profile = Profil speichern
people-listed = Ihr Name wird unter den Personen der Räume genannt, in denen Sie sind.
people-not-listed = Sie werden in den Räumen, in denen Sie sind, gezählt, aber nicht mit Namen genannt.
people-unlist = Mich nicht nennen
people-list = Mich nennen
people-profile-saved = Ihr Profil ist gespeichert.
people-name-of-host = Das sieht aus wie der Name eines Hosts. Wählen Sie einen anderen.
people-name-taken = Jemand hat diesen Namen gerade eben genommen. Versuchen Sie es noch einmal.
people-username-taken = Diesen Benutzernamen hat schon jemand. Wählen Sie einen anderen.
people-site-form = Die Adresse einer Website sieht aus wie https://example.org, ohne Leerzeichen und ohne Benutzernamen.

people-picture = Ihr Bild
people-picture-hint = JPEG, PNG oder WebP, mindestens 104 mal 104 Pixel. Wir behalten die Mitte und nichts von dem, was Ihre Kamera hineingeschrieben hat.
people-picture-use = Dieses Bild verwenden
people-picture-remove = Mein Bild entfernen
people-picture-saved = Das ist jetzt Ihr Bild.
people-picture-removed = Ihr Bild ist entfernt.

people-sessions = Wo Sie angemeldet sind
people-sessions-lead = Melden Sie einen Browser ab, endet sofort alles, was er offen hat. Wann jeder zuletzt gesehen wurde, wird einmal in der Stunde notiert.
people-session-this = dieser hier
people-session-since = seit <time/>
people-session-seen = zuletzt gesehen <time/>
people-notice-read = Ich habe das gelesen
people-sign-out-it = Abmelden
people-sign-out-here = Hier abmelden
people-sign-out-elsewhere = Überall sonst abmelden
people-sign-out-everywhere = Überall abmelden, auch hier
people-signed-out = Sie sind abgemeldet.
people-signed-out-it = Dieser Browser ist abgemeldet.
people-signed-out-elsewhere = Alle anderen Browser sind abgemeldet.
people-signed-out-everywhere = Sie sind überall abgemeldet.
people-agent = { $browser } auf { $system }
people-agent-some = Ein Browser auf { $system }
people-agent-unknown = Ein unbekannter Browser

people-sign-in = Anmelden
people-sign-in-lead = Nennen Sie uns Ihre E-Mail-Adresse, und wir schicken Ihnen einen Code. Ein Passwort gibt es nicht.
people-sign-in-address = E-Mail-Adresse
people-sign-in-lost = Sie haben Ihr Postfach verloren? <link>Verwenden Sie einen Wiederherstellungscode</link>.
people-sign-in-new = Neu hier? Es ist derselbe Weg: Ihr Konto entsteht, wenn Sie den Code eingeben. Damit nehmen Sie unsere <terms>Bedingungen</terms> an; unter <privacy>Datenschutz</privacy> steht, was wir speichern.
people-sign-in-accept = Wenn Sie neu hier sind, nehmen Sie mit der Anmeldung unsere <terms>Bedingungen</terms> an.
people-sign-in-by-link = Dieser Link meldet Sie einmal an.
people-go-in = Anmelden
people-go-on = Weiter
people-send-code = Code schicken
people-code = Code eingeben
people-code-label = Sechsstelliger Code
people-code-lead = Wir haben einen Code an <email/> geschickt. Er gilt zehn Minuten, in diesem Browser.
people-code-again = Nichts gekommen? Sehen Sie im Spam-Ordner nach, oder <link>lassen Sie sich einen neuen Code schicken</link>.
people-code-nothing = Nichts gekommen? Sehen Sie im Spam-Ordner nach, oder lassen Sie sich einen neuen schicken.
people-code-resend = Neuen Code schicken
people-code-address = Andere Adresse angeben
people-local-mailbox = Lokales Postfach öffnen
people-no-code = Für diesen Browser ist kein Code offen. Fordern Sie hier einen an: Er gilt zehn Minuten.
people-no-code-here = Für diesen Browser ist kein Code offen. Fordern Sie hier einen an: Er gilt zehn Minuten, in dem Browser, der ihn angefordert hat.
people-code-used-up = Das war nicht der Code, und jetzt ist er verbraucht. Fordern Sie einen neuen an.
people-code-over = Dieser Code ist verbraucht oder zu alt. Fordern Sie einen neuen an.
people-code-wrong = { $count ->
    [one] Das ist nicht der Code. Sie haben noch { $count } Versuch.
   *[other] Das ist nicht der Code. Sie haben noch { $count } Versuche.
    }
people-codes-asked = Von hier wurden zu viele Codes angefordert. Versuchen Sie es in { $wait } noch einmal.
people-codes-sent = Wir haben an diese Adresse zuletzt viele Codes geschickt. Verwenden Sie den neuesten, oder versuchen Sie es in { $wait } noch einmal.
people-codes-sent-ask = Wir haben an diese Adresse zuletzt viele Codes geschickt. Verwenden Sie den neuesten, oder fordern Sie in { $wait } einen neuen an.
people-codes-tried = Von hier wurden zu viele Codes ausprobiert. Versuchen Sie es in { $wait } noch einmal.
people-codes-wrong = Für diese Adresse wurden zu viele falsche Codes eingegeben. Versuchen Sie es in { $wait } noch einmal.
people-codes-wrong-sign-in = Für diese Adresse wurden zu viele falsche Codes eingegeben. Versuchen Sie es in { $wait } noch einmal, oder melden Sie sich in einem Browser an, den Sie schon benutzt haben.

people-confirm = Sind Sie es?
people-confirm-lead = Der nächste Schritt könnte Sie das Konto kosten, deshalb fragen wir noch einmal, ob es Ihres ist. Wir schicken einen Code an <email/>.
people-confirm-lost = Sie können dieses Postfach nicht mehr lesen? <link>Verwenden Sie einen Wiederherstellungscode</link>.
people-address = Ihre E-Mail-Adresse
people-address-lead = Codes zum Anmelden, Belege und Erinnerungen gehen an <email/>. Wir schicken einen Code an die neue Adresse und teilen beiden die Änderung mit.
people-address-new = Neue E-Mail-Adresse
people-address-send = Code dorthin schicken
people-address-use = Diese Adresse verwenden
people-address-again = Nichts gekommen? Sehen Sie im Spam-Ordner nach, oder <link>beginnen Sie von vorn</link>.
people-address-same = Das ist die Adresse, die Ihr Konto schon hat.
people-address-taken = Diese Adresse gehört zu einem anderen Konto. Melden Sie sich damit an, um das andere Konto zu löschen, oder wählen Sie eine andere.
people-address-no-code = Für diesen Browser ist kein Code für eine neue Adresse offen. Beginnen Sie hier von vorn.
people-address-changed = Ihre E-Mail-Adresse ist jetzt { $email }. Codes gehen dorthin.
people-notice-address = Die E-Mail-Adresse Ihres Kontos wurde am { $when } geändert. Waren Sie das nicht, melden Sie sich überall sonst ab und holen Sie das Konto mit einem Wiederherstellungscode zurück, oder schreiben Sie uns.
people-notice-code-used = Am { $when } ist jemand mit einem Wiederherstellungscode in Ihr Konto gelangt. Waren Sie das nicht, melden Sie sich überall sonst ab und erstellen Sie neue Codes.

people-recovery = Wiederherstellungs{"\u00AD"}codes
people-recovery-lead = Damit kommen Sie hinein, wenn Sie Ihr Postfach verloren haben. Jeder gilt einmal. Bewahren Sie sie auf Papier oder in einem Passwortmanager auf: Wir können sie nicht noch einmal zeigen.
people-recovery-left = { $count ->
    [one] Noch <b>{ $count } Code</b>, erstellt am <time/>.
   *[other] Noch <b>{ $count } Codes</b>, erstellt am <time/>.
    }
people-recovery-none = Sie haben keine Codes.
people-recovery-make = Zehn Codes erstellen
people-recovery-make-new = Neue Codes erstellen
people-recovery-made = Ihre neuen Wiederherstellungs{"\u00AD"}codes
people-recovery-made-lead = Schreiben Sie sie jetzt auf: Nur diese Seite zeigt sie.
people-recovery-made-mail = Wir haben Ihnen eine E-Mail geschickt, in der steht, dass neue Codes erstellt wurden.
people-recovery-kept = Ich habe sie aufbewahrt
people-recovery-use = Wiederherstellungs{"\u00AD"}code verwenden
people-recovery-use-lead = Für den Fall, dass Sie Ihr Postfach verloren haben. Der Code lässt Sie einmal hinein; dann nennen Sie uns Ihre neue Adresse.
people-recovery-address = Die Adresse Ihres Kontos
people-recovery-code = Wiederherstellungs{"\u00AD"}code
people-recovery-hint = Zum Beispiel abcd-efgh-jkmn. Jeder gilt einmal.
people-recovery-not-lost = Sie können Ihr Postfach lesen? <link>Melden Sie sich mit einem Code per E-Mail an</link>.
people-recovery-form = Ein Wiederherstellungscode sieht aus wie abcd-efgh-jkmn.
people-recovery-wrong = Zu dieser Adresse gibt es keinen solchen Code, oder er wurde schon verwendet. Jeder Code gilt einmal.
people-recovery-tried = Für diese Adresse wurden zu viele Codes ausprobiert. Versuchen Sie es in { $wait } noch einmal.

people-naming = Wie sollen wir Sie nennen?
people-naming-lead = Dieser Name steht neben dem, was Sie schreiben, und unter den Personen, die hier sind. Ihre E-Mail-Adresse sieht niemand.
people-naming-label = Ihr Name hier
people-naming-use = Diesen Namen verwenden
people-naming-go-on = Weiter als <name/>
people-naming-later = Sie können ihn in Ihrem Konto jederzeit ändern.

people-profile-about = { $name } auf Backstage Pass
people-profile-spaces = Spaces
people-profile-no-spaces = { $name } hat im Moment keinen offenen Space.
people-report = Diese Person melden

people-follows = Wem Sie folgen
people-follows-none = Sie folgen noch keinem Space. Auf der Seite jedes Space gibt es dafür einen Knopf.
people-follows-mail = Wählen, welche E-Mails Sie bekommen
people-follows-closed = Im Moment für Sie geschlossen
people-calendar = Ihr Kalender
people-calendar-about = Alle Shows der Spaces, denen Sie folgen oder für die Sie einen Pass haben. Geben Sie diese Adresse Ihrem Kalenderprogramm: Was verschoben oder abgesagt wird, folgt von selbst.
people-calendar-secret = Wer die Adresse kennt, kann ihn lesen. Eine neue Adresse beendet die bisherige.
people-calendar-renew = Neue Adresse erstellen
people-follow = Folgen
people-follow-heading = <space/> folgen
people-follow-done = Sie folgen diesem Space.
people-follow-about = Wir schreiben Ihnen, wenn hier eine Show geplant wird, wenn eine live geht und wenn Beiträge erscheinen. Alles lässt sich einzeln abschalten.
people-follow-back = Zurück zum Space

people-mails = Ihre E-Mails
people-mails-saved = Ihre E-Mails sind eingestellt.
people-mails-always = Codes zum Anmelden, Belege, Erstattungen und was sonst Ihr Geld betrifft kommen immer.
people-mails-stop = Diese E-Mails abbestellen
people-mails-stop-reminders = Alle Erinnerungen abbestellen
people-mails-stop-reminders-about = Sie bekommen keine E-Mails mehr, bevor Streams beginnen, auch nicht für die, an die Sie erinnert werden wollten.
people-mails-stopped = Keine dieser E-Mails mehr
people-mails-stopped-reminders = Keine Erinnerungen mehr
people-mails-remind-again = Auf der Seite einer Show können Sie sich wieder erinnern lassen.
people-mails-switch = Jede Art von E-Mail können Sie unter <link>Ihre E-Mails</link> ein- und ausschalten.
people-mail-planned = Neue Shows
people-mail-planned-about = Wenn ein Space, dem Sie folgen, Shows plant.
people-mail-reminders = Erinnerungen
people-mail-reminders-about = Einen Tag und eine Stunde vor einer Show, an die Sie erinnert werden wollten.
people-mail-live = Jetzt live
people-mail-live-about = Wenn eine Show live geht, die Ihr Pass öffnet, der Sie folgen oder an die Sie erinnert werden wollten.
people-mail-changes = Änderungen
people-mail-changes-about = Wenn eine solche Show verschoben oder abgesagt wird. Haben Sie dafür bezahlt, erfahren Sie es auf jeden Fall.
people-mail-posts = Neue Beiträge
people-mail-posts-about = Wenn ein Space Beiträge veröffentlicht, dem Sie folgen oder dessen Beiträge Ihr Pass öffnet.

people-export = Ihre Daten
people-export-lead = Eine Datei mit allem, was wir über Sie gespeichert haben: Profil, Browser, Bestellungen und Pässe, Nachrichten im Chat und Beiträge, Erinnerungen, wem Sie folgen und was Sie gesehen haben, was Sie gemeldet und angenommen haben und welche E-Mails Sie bekommen haben.
people-export-about = Eine ZIP-Datei mit Tabellen, die jedes Tabellenprogramm öffnet. Sie können sie dreimal am Tag abrufen.
people-export-download = Meine Daten herunterladen
people-export-readme =
    Was Backstage Pass über Sie gespeichert hat.

    profile.json    Ihr Konto
    sessions.csv    Browser, die angemeldet waren, bis 30 Tage nach ihrem Ende
    spaces.csv      die Spaces, zu deren Teams Sie gehören
    orders.csv      Bestellungen, bezahlt oder nicht; Beträge in der kleinsten Einheit der Währung
    purchases.csv   was Sie bezahlt haben und was erstattet wurde
    subscriptions.csv was Sie abonniert haben und bis wann es bezahlt ist
    cards.csv       Karten, die Sie gespeichert haben: Art, letzte Ziffern und Ablauf; ihre Nummern haben wir nie
    passes.csv      Pässe, die Sie haben oder hatten
    waitlists.csv   Pässe, auf die Sie warten oder gewartet haben, und was Sie geantwortet haben
    permits.csv     wo ein Link, ein Kennwort oder freie Minuten Sie ohne Pass eingelassen haben
    stages.csv      Shows, auf deren Bühne Sie gerade sind oder auf die Sie möchten oder eingeladen sind
    devices.csv     Browser, in denen Sie Pässe nutzen, die nur für einige Geräte gelten; welche es sind, steht in sessions.csv
    gifts.csv       Pässe, die Teams an Ihre Adresse gegeben oder andere für sie gekauft haben
    reminders.csv   Shows, an die Sie erinnert werden
    measures.csv    Verbannungen und Stummschaltungen in Spaces
    mails.csv       E-Mails, die wir Ihnen in den letzten 30 Tagen geschickt haben; wir behalten keine Kopien davon
    follows.csv     Spaces, denen Sie folgen
    recordings.csv  Aufzeichnungen von Shows in Spaces, die Ihnen gehören, mit ihrer Adresse und der ihrer Untertitel
    clips.csv       Clips von Shows, die Sie gemacht haben, mit ihrer Adresse
    files.csv       Dateien und Videos in Spaces, die Ihnen gehören
    restream_destinations.csv  andere Plattformen, zu denen Sie Ihre Shows senden, ohne die Stream-Schlüssel
    preferences.csv Arten von E-Mails und Nachrichten von Spaces, die Sie abgeschaltet haben
    reports.csv     was Sie gemeldet haben, Ihre Anfragen aus angemeldeten Browsern, und was geantwortet wurde
    invitations.csv Einladungen in Teams, auf die Sie noch nicht geantwortet haben
    messages.csv    Nachrichten an Inhaber von Pässen: die Sie für ein Team geschrieben haben, und die an Pässe, die Sie da hatten
    evidence.csv    Antworten an Banken über angefochtene Zahlungen: Ihre, und die Sie für ein Team geschrieben haben
    posts.csv       Beiträge, die Sie geschrieben haben, auch Entwürfe
    pictures.csv    die Bilder darin: wo sie unter der Adresse dieses Dienstes liegen und was sie zeigen
    chat.csv        jede Nachricht, die Sie geschrieben haben, auch entfernte
    viewings.csv    welche Shows Sie gesehen haben und wann
    consents.csv    welche Fassungen der Bedingungen Sie angenommen haben, in welcher Sprache sie Ihnen gezeigt wurden, und wann

    Zeiten sind in UTC. Die CSV-Dateien sind in UTF-8. Eine Zelle, die ein Tabellenprogramm für eine Formel halten würde, beginnt mit einem Apostroph.

people-deletion = Konto löschen
people-deletion-lead = Das kann niemand rückgängig machen.
people-deletion-obstacles = Vorher muss etwas zu Ende gehen:
people-deletion-sold = Für Pässe zu <space/> haben Personen bezahlt. <over>Übergeben Sie den Space</over> an einen anderen Inhaber, oder <close>schließen Sie ihn</close>.
people-deletion-on-air = Die Show <title/> läuft. <end>Beenden Sie sie im Studio.</end>
people-deletion-paying = Sie bezahlen gerade für <title/>. Warten Sie, bis die Zahlung angekommen oder fehlgeschlagen ist.
people-deletion-owed = <space/> hat noch <amount/> zu bekommen. <money>Sehen Sie, wann ausgezahlt wird</money>, oder <over>übergeben Sie den Space</over> an einen anderen Inhaber.
people-deletion-paid-out = <amount/> von <space/> ist auf dem Weg zur Bank. Warten Sie, bis es angekommen ist.
people-deletion-export = Pässe, für die Sie bezahlt haben, gehen verloren. Sie können vorher <link>Ihre Daten mitnehmen</link>.
people-deletion-username = Zur Bestätigung Ihren Benutzernamen eingeben
people-deletion-confirm = Mein Konto endgültig löschen
people-deletion-wrong-name = Um das Konto zu löschen, geben Sie seinen Benutzernamen ein: { $username }.
people-deletion-done = Ihr Konto ist gelöscht. Danke, dass Sie hier waren.
people-deleted = Was gelöscht wird
people-deleted-profile = E-Mail-Adresse, Name, Benutzername, Bild und was Sie über sich schreiben
people-deleted-sessions = Ihre Sitzungen: Jeder Browser wird sofort abgemeldet
people-deleted-follows = wem Sie folgen, Ihre Erinnerungen, welche E-Mails Sie wünschen, die Adresse Ihres Kalenders und E-Mails, die auf Sie warten
people-deleted-invitations = Einladungen an Sie und von Ihnen, Wiederherstellungscodes und die Liste der E-Mails, die wir Ihnen geschickt haben
people-deleted-name = Ihr Name neben Ihren Nachrichten im Chat: Sie bleiben als Nachrichten von „{ $name }“
people-deleted-spaces = Spaces, die nur Ihnen gehören: ihre Texte, Bilder und Adressen. Wer dort einen Pass hat, verliert ihn.
people-deleted-share = <amount/>, die <space/> verdient hat: So wenig wird nie ausgezahlt
people-stays = Was bleibt
people-stays-orders = Bestellungen, Zahlungen und Erstattungen, wie es das Gesetz verlangt, ohne Ihren Namen und Ihre Adresse
people-stays-lines = der Text Ihrer Nachrichten im Chat; bitten Sie das Team eines Space, zu entfernen, was nicht bleiben soll
people-stays-reports = der Text Ihrer Meldungen und Anfragen, ohne Ihren Namen und Ihre Adresse; niemand kann darauf antworten
people-stays-terms = welche Fassungen der Bedingungen Sie angenommen haben und wann, nur unter einer Nummer
people-stays-log = das Protokoll dessen, was im Dienst getan wurde; es nennt Sie nur mit einer Nummer
people-stays-provider = Berichte des Zahlungsdienstes, 90 Tage lang
