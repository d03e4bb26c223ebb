# Die Personen eines Space für sein Team: die Liste, die Geschichte einer Person, Nachrichten an Inhaber und Zahlen.

members-ever =
    { $count ->
        [one] { $shown } Person hat oder hatte einen.
       *[other] { $shown } Personen haben oder hatten einen.
    }
members-search = Personen finden
members-search-hint = Wie ein Name, ein Benutzername oder eine E-Mail-Adresse beginnt.
members-search-hint-names = Wie ein Name oder ein Benutzername beginnt.
members-state = Jetzt
members-any-pass = Jeder Pass
members-any-state = Alle
members-holds = hat einen Pass
members-former = hatte einen Pass
members-banned = verbannt
members-not-found = Niemand passt dazu.
members-all = Alle zeigen
members-csv = Diese Liste herunterladen (CSV)
members-person = Wer
members-passes = Pässe
members-watched = Zugesehen
members-gone = Konto gelöscht
members-seen = zuletzt am <time/>
members-until = bis <time/>
members-ended = beendet <time/>
members-not-in-force = gilt nicht
members-source-purchase = gekauft
members-source-free = kostenlos

person-seen = Zuletzt zugesehen
person-never = nie
person-wanted = erwünscht
person-unwanted = nicht gewünscht seit <time/>
person-no-passes = Diese Person hat und hatte keinen Pass.
person-no-orders = Diese Person hat nichts bezahlt.
person-refunded = { $amount } erstattet
person-refund = Ansehen oder erstatten
person-plans = Abonnements
person-plan-until = bezahlt bis <time/>
person-bans = Verbannungen und Stummschaltungen
person-ban = Verbannung
person-mute = Stummschaltung
person-over = vorbei
person-in-force = gilt

letters = Nachrichten
letters-holders = An Inhaber schreiben
letters-about =
    { $most ->
        [one] Alle bekommen sie einmal, per E-Mail, außer wer keine Nachrichten Ihres Space möchte. Höchstens { $most } Nachricht am Tag.
       *[other] Alle bekommen sie einmal, per E-Mail, außer wer keine Nachrichten Ihres Space möchte. Höchstens { $most } Nachrichten am Tag.
    }
letters-no-passes = Ihr Space hat noch keinen Pass, also hat auch niemand einen.
letters-to = An alle, die diesen Pass haben
letters-hold =
    { $count ->
        [one] { $count } Person
       *[other] { $count } Personen
    }
letters-subject = Betreff
letters-body = Nachricht
letters-preview = Zuerst die E-Mail zeigen
letters-preview-title = So sieht die E-Mail aus
letters-send =
    { $count ->
        [one] An { $count } Person senden
       *[other] An { $count } Personen senden
    }
letters-sent = Gesendete Nachrichten
letters-none = Noch wurde nichts gesendet.
letters-reached =
    { $count ->
        [one] an { $count } Person
       *[other] an { $count } Personen
    }
letters-read = Lesen
letters-choose = Wählen Sie mindestens einen Pass.
letters-nobody = Niemand würde sie bekommen: Niemand hat diese Pässe und möchte Nachrichten.
letters-not-public = Veröffentlichen Sie zuerst Ihren Space: Sein Link steht in der E-Mail.
letters-most-by-account = Sie haben heute so viele Nachrichten gesendet, wie Sie in allen Ihren Spaces zusammen dürfen. Senden Sie diese morgen.
letters-most-a-day = Ihr Space hat heute so viele Nachrichten gesendet, wie er darf. Senden Sie diese morgen.
letters-is-sent = Die Nachricht ist unterwegs.
letters-stop = Nachrichten abbestellen
letters-stop-about = Das Team von <space/> schreibt Ihnen, weil Sie einen Pass haben. Wenn Sie die Nachrichten abbestellen, kommen Belege und Neues zu Shows, für die Sie bezahlt haben, weiterhin.
letters-stopped = Es kommen keine Nachrichten mehr
letters-stopped-about = Das Team von <space/> schreibt Ihnen nicht mehr.
letters-unwanted = Spaces, deren Nachrichten Sie nicht möchten
letters-off-since = seit <time/>
letters-want = Wieder bekommen
letters-want-label = Die Nachrichten von { $space } wieder bekommen
letters-wanted-again = Sie bekommen die Nachrichten dieses Space wieder.
mail-holders-subject = { $space }: { $subject }
mail-holders-why =
    Das Team von { $space } hat Ihnen das geschrieben, weil Sie einen Pass haben: { $url }
    So bekommen Sie keine Nachrichten dieses Space mehr:
    { $stop }

receipt-again = Beleg noch einmal senden
receipt-again-done = Der Beleg ist unterwegs.
receipt-again-back = Alles geht von selbst an den Käufer zurück, also gibt es keinen Beleg.
receipt-again-gone = Das Konto des Käufers wurde gelöscht, also gibt es keine Adresse.

figures = Zahlen
figures-range = Zeitraum
figures-days =
    { $count ->
        [one] { $count } Tag
       *[other] { $count } Tage
    }
figures-about = Ein Tag beginnt um Mitternacht in der Zeitzone des Space ({ $zone }). Er wird gezählt, wenn er vorbei ist, und noch einmal, wenn etwas zu ihm später kommt. Geld stammt allein aus dem Hauptbuch. Besucher werden einmal am Tag gezählt, mit einem Wert, der sich nicht zurückverfolgen lässt; niemandem wird nachgespürt.
figures-today = Heute bisher
figures-none = Noch wurde kein Tag gezählt. Der erste wird gezählt, wenn er vorbei ist.
figures-visitors = Besucher
figures-lookers = sahen einen Pass an
figures-begun = begannen eine Bestellung
figures-paid = bezahlten
figures-joined = neue Mitglieder
figures-viewers = Zuschauer
figures-watched = zugesehen
figures-members = Mitglieder
figures-passes = gültige Pässe
figures-subscribed = neue Abonnements
figures-unsubscribed = beendete Abonnements
figures-most = { $what }: höchstens { $most } am Tag
figures-top = höchster Wert: { $most }
figures-sold-in = verkauft, in { $currency }
figures-funnel = Vom Besuch zur Zahlung
figures-funnel-about = Die Personen jedes Tages, zusammengezählt: Wer an zwei Tagen kommt, zählt zweimal.
figures-step = Schritt
figures-people = Personen
figures-share = Von denen davor
figures-by-day = Tag für Tag
figures-day-head = Tag
figures-day = { $date }. { $month }
figures-csv = Diese Tage herunterladen (CSV)
figures-sources = Woher Besucher kommen
figures-sources-none = Noch ist niemand gekommen.
figures-source = Herkunft
figures-direct = Direkt oder nicht bekannt
figures-shows = Gesendete Shows
figures-shows-none = Noch war nichts live.
figures-show = Show
figures-peak = höchstens zugleich
figures-retention = Wer bleibt
figures-retention-none = In den letzten Monaten ist niemand dazugekommen.
figures-retention-about = Wer in einem Monat dazukam und wie viele davon zu Beginn jedes der nächsten Monate noch Mitglied waren.
figures-month = Monat
figures-after = +{ $count }
figures-stayed = { $count } ({ $share })

show-figures = Zahlen einer Show
show-mean-stay = im Mittel geblieben
show-nobody = Niemand hat zugesehen.
show-curve = Personen, Minute für Minute
show-curve-most = Höchstens { $most } in einer Minute
show-curve-about = Alle, die in irgendeinem Augenblick einer Minute da waren. Wer innerhalb einer Minute ging und zurückkam, zählt zweimal.
show-minute = Minuten
show-minutes = { $from } bis { $to }
show-share = Von allen, die zusahen
show-lines = Chatzeilen
show-income = Währenddessen bezahlt
show-income-passes = { $count ->
    [one] ein Pass
   *[other] { $count } Pässe
}
show-drops = Unterbrechungen des Bildes
