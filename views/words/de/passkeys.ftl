passkeys-title = Passkeys
passkeys-lead = Mit einem Passkey melden Sie sich per Fingerabdruck, Gesicht oder PIN an, ohne auf einen Code zu warten. Er bleibt auf Ihrem Gerät oder in Ihrem Passwortmanager; wir speichern nur, was zum Prüfen nötig ist.
passkeys-link = Passkeys
passkeys-link-hint = zum Anmelden ohne Code
passkeys-began = mit einem Passkey
passkeys-none = Sie haben noch keinen Passkey.
passkeys-name = Name
passkeys-name-hint = Damit unterscheiden Sie Ihre Geräte: „Handy“, „Schlüssel im Büro“.
passkeys-since = Seit <time/>
passkeys-used = zuletzt verwendet <time/>
passkeys-unused = noch nicht verwendet
passkeys-rename = Umbenennen
passkeys-renamed = Der Name ist geändert.
passkeys-not-renamed = Der Name wurde nicht geändert.
passkeys-remove = Entfernen
passkeys-removed = Der Passkey ist entfernt. Browser, die damit angemeldet wurden, bleiben angemeldet.
passkeys-add = Passkey hinzufügen
passkeys-add-button = Dieses Gerät hinzufügen
passkeys-add-owed = Von Ihnen wird ein Passkey verlangt, und Sie haben einen: Melden Sie sich damit oder mit einem mindestens eine Woche alten Wiederherstellungscode an, um einen weiteren hinzuzufügen.
passkeys-added = Der Passkey ist hinzugefügt. Ab jetzt können Sie sich damit anmelden.
passkeys-most = Sie haben { $most } Passkeys, so viele wie ein Konto haben kann. Entfernen Sie zuerst einen.
passkeys-known = Dieses Gerät hat bereits einen Passkey für Ihr Konto.
passkeys-last-required = Das ist Ihr letzter Passkey, und Sie brauchen einen. Fügen Sie zuerst einen anderen hinzu.
passkeys-remove-owed = Von Ihnen wird ein Passkey verlangt: Melden Sie sich mit einem oder mit einem mindestens eine Woche alten Wiederherstellungscode an, um einen zu entfernen.
passkeys-confirm = Bestätigen, dass Sie es sind
passkeys-confirm-first = Bestätigen Sie zuerst, dass Sie es sind. Das gilt zehn Minuten lang.
passkeys-confirm-use = Mit einem Passkey bestätigen
passkeys-lost = Sie haben ein Gerät verloren? Entfernen Sie hier seinen Passkey, und <sessions>melden Sie es ab</sessions>. Mit <codes>Wiederherstellungscodes</codes> kommen Sie auch ohne Ihr Postfach herein.
passkeys-unsupported = Dieser Browser kann hier keine Passkeys verwenden, oder er führt keine Skripte aus.
passkeys-elsewhere = Für diese Adresse speichern Browser keine Passkeys. Verwenden Sie stattdessen <link/>, und melden Sie sich dort an, falls Sie dazu aufgefordert werden.
passkeys-nowhere = Dieser Server ist unter einer Adresse erreichbar, für die Browser keine Passkeys speichern. Seine Betreiber müssen ihm einen Namen mit https geben.
passkeys-script-stopped = Es ist nichts geschehen: Der Vorgang wurde abgebrochen, hat zu lange gedauert, oder es gibt hier keinen Passkey für diese Website.
passkeys-script-failed = Ihr Browser konnte das nicht ausführen. Laden Sie die Seite neu und versuchen Sie es noch einmal.
passkeys-sign-in = Mit einem Passkey anmelden
passkeys-too-many = Von hier wurde zu oft nach einem Passkey gefragt. Versuchen Sie es in { $wait } noch einmal.
passkeys-refused-over = Das hat zu lange gedauert, oder diese Seite wurde schon verwendet. Versuchen Sie es noch einmal.
passkeys-refused-unknown = Dieser Passkey gehört zu keinem Konto hier oder nicht zu diesem. Vielleicht wurde er entfernt.
passkeys-refused-site = Dieser Passkey wurde für eine andere Adresse als diese erstellt.
passkeys-refused-copied = Dieser Passkey wurde abgelehnt: Sein Gerät hat weniger Verwendungen gezählt als wir, also gibt es vielleicht eine Kopie davon. Melden Sie sich mit einem Code an und entfernen Sie ihn.
passkeys-refused-wrong = Dieser Passkey konnte nicht geprüft werden. Versuchen Sie es noch einmal, oder melden Sie sich mit einem Code an.
passkeys-owed = Was Sie tun möchten, ist denen vorbehalten, die sich mit einem Passkey angemeldet haben.
passkeys-owed-title = Ein Passkey wird verlangt
passkeys-owed-use = Manches, was Sie hier tun, setzt einen Passkey voraus. <link>Melden Sie sich zuerst mit einem Passkey an</link>.
passkeys-owed-has = Sie haben einen. Verwenden Sie ihn jetzt, und machen Sie weiter, wo Sie waren.
passkeys-owed-button = Passkey verwenden
passkeys-owed-none = Sie haben noch keinen. Fügen Sie einen hinzu und verwenden Sie ihn dann: Beides zusammen dauert eine Minute.
passkeys-owed-other = Er ist auf einem anderen Gerät? <link>Fügen Sie auch hier einen Passkey hinzu</link>.
passkeys-team-title = Passkeys
passkeys-team-since = Seit <time/> verlangt dieses Team Passkeys: Wer sich mit einem Code oder einem Wiederherstellungscode anmeldet, kann nichts im Namen des Teams tun, bis ein Passkey verwendet wird.
passkeys-team-what = Verlangen Sie Passkeys, dann genügt der Zugang zum Postfach eines Mitglieds, das einen hat, nicht mehr, um etwas im Namen dieses Teams zu tun. Mitglieder, die sich mit einem Code anmelden, werden zuerst nach einem Passkey gefragt. Schlüssel von Encodern bleiben gültig.
passkeys-team-first = Sie können das einschalten, wenn Sie sich selbst <link>mit einem Passkey angemeldet</link> haben.
passkeys-team-on = Passkeys verlangen
passkeys-team-off = Nicht mehr verlangen
passkeys-team-now-required = Ab jetzt werden Passkeys verlangt.
passkeys-team-not-required = Passkeys werden nicht mehr verlangt.
passkeys-notice-added = Ihrem Konto wurde am { $when } ein Passkey hinzugefügt. Wenn Sie das nicht waren, melden Sie sich überall sonst ab und entfernen Sie ihn.
passkeys-notice-removed = Ein Passkey Ihres Kontos wurde am { $when } entfernt. Wenn Sie das nicht waren, melden Sie sich überall sonst ab.
passkeys-mail-added-subject = Ihrem Konto wurde ein Passkey hinzugefügt
passkeys-mail-added =
    Der Passkey „{ $name }“ wurde Ihrem Konto bei Backstage Pass am { $when } hinzugefügt. Wer ihn hat, kann sich anmelden.

    Waren Sie es nicht? Entfernen Sie ihn, und melden Sie sich überall sonst ab:
    { $page }
passkeys-mail-removed-subject = Ein Passkey Ihres Kontos wurde entfernt
passkeys-mail-removed =
    Der Passkey „{ $name }“ Ihres Kontos bei Backstage Pass wurde am { $when } entfernt.

    Waren Sie es nicht? Melden Sie sich überall sonst ab, und fügen Sie ihn wieder hinzu:
    { $page }
