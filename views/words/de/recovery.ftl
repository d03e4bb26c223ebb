recovery-changed-subject = Die E-Mail-Adresse Ihres Kontos wurde geändert
recovery-changed-mail-before = Die E-Mail-Adresse Ihres Kontos bei Backstage Pass wurde am { $when } geändert. Codes zum Anmelden gehen an die neue Adresse.

    Waren Sie das? Dann müssen Sie nichts tun.
recovery-changed-mail-link = Waren Sie es nicht? Bis { $until } gibt dieser Link Ihrem Konto seine Adresse zurück und meldet alle ab:
    { $link }

    Oder melden Sie sich mit dieser Adresse und einem Ihrer Wiederherstellungscodes an, auch mit einem früheren:
    { $recovery }
recovery-changed-mail-settled = Wer sie geändert hat, hat sich mit einem Wiederherstellungscode angemeldet. Waren Sie es nicht? Melden Sie sich mit dieser Adresse und einem anderen Ihrer Wiederherstellungscodes an:
    { $recovery }
recovery-changed-mail-none = Wenn beides nicht hilft, schreiben Sie uns: { $contact }
recovery-changed-mail-after = Dies ist seit { $when } die Adresse Ihres Kontos bei Backstage Pass. Codes zum Anmelden kommen hierher.
recovery-made-subject = Neue Wiederherstellungscodes für Ihr Konto
recovery-made-mail-void = Für Ihr Konto bei Backstage Pass wurden am { $when } neue Wiederherstellungscodes erstellt. Die früheren sind ungültig.
recovery-made-mail-kept = Für Ihr Konto bei Backstage Pass wurden am { $when } neue Wiederherstellungscodes erstellt. Die früheren gelten noch bis { $until }.

    Waren Sie es nicht? Melden Sie sich mit einem der früheren Codes an: Das macht die neuen ungültig und meldet alle anderen ab.
    { $recovery }
recovery-made-mail-else = Waren Sie es nicht? Melden Sie sich überall sonst ab und erstellen Sie neue Codes:
    { $sessions }
recovery-made-notice-void = Für Ihr Konto wurden am { $when } neue Wiederherstellungscodes erstellt, die früheren sind ungültig. Wenn Sie das nicht waren, melden Sie sich überall sonst ab und erstellen Sie neue.
recovery-made-notice-kept = Für Ihr Konto wurden am { $when } neue Wiederherstellungscodes erstellt. Die früheren gelten noch bis { $until }. Wenn Sie das nicht waren, melden Sie sich mit einem der früheren an: Das macht die neuen ungültig.
recovery-made-void = Frühere Codes sind ungültig.
recovery-made-kept = Frühere Codes gelten noch bis { $until }, damit niemand, der Ihre E-Mails liest, Sie durch neue Codes aussperren kann. Um sie sofort ungültig zu machen, melden Sie sich mit einem von ihnen an und erstellen Sie dann neue.
recovery-page-replaces = Neue Codes ersetzen die früheren, die noch sieben Tage lang gelten.
recovery-former-title = Ist das Ihr Konto?
recovery-former-lead = Am <when/> hat ein Konto seine Adresse von <address/> in eine andere geändert.
recovery-former-what = Wenn Sie das nicht waren, holen Sie sich das Konto zurück: Seine Adresse wird wiederhergestellt, alle werden abgemeldet, und Wiederherstellungscodes aus der Woche vor der Änderung oder von später sind ungültig.
recovery-former-button = Das war ich nicht: Konto zurückholen
recovery-former-else = Sie waren es? Dann <signin>melden Sie sich mit Ihrer neuen Adresse an</signin>. Bis <until/> kann niemand mit der alten ein anderes Konto eröffnen.
recovery-former-over = Dieser Link wurde schon benutzt oder ist älter als sieben Tage. Melden Sie sich mit einem Wiederherstellungscode an, oder schreiben Sie uns unter /contact.
recovery-former-refused = Die Adresse { $address } gehörte bis vor Kurzem zu einem Konto.
recovery-back-done = Das Konto hat seine Adresse zurück, und alle sind abgemeldet. Melden Sie sich hier an und erstellen Sie neue Wiederherstellungscodes.
recovery-back-subject = Ihr Konto hat seine Adresse zurück
recovery-back-mail-restored = Ihr Konto bei Backstage Pass hat seit { $when } wieder diese Adresse, und alle sind abgemeldet. Vor Kurzem erstellte Wiederherstellungscodes sind ungültig.

    Vielleicht kann jemand anderes dieses Postfach lesen. Ändern Sie dessen Passwort, melden Sie sich an und erstellen Sie neue Wiederherstellungscodes:
    { $codes }
recovery-back-mail-replaced = Dies ist nicht mehr die Adresse eines Kontos bei Backstage Pass: Wer die frühere Adresse liest, hat das Konto am { $when } zurückgeholt.

    Sie haben die Adresse nicht ändern lassen? Dann müssen Sie nichts tun. Es ist Ihr Konto? Melden Sie sich mit der früheren Adresse und einem Ihrer Wiederherstellungscodes an:
    { $recovery }
recovery-entered-back = Sie haben Ihr Konto zurück: Adresse und Wiederherstellungscodes sind die von vorher, und alle anderen sind abgemeldet. Wenn jemand Ihr Postfach liest, geben Sie uns jetzt eine andere Adresse.
