comps = Pässe, die Sie verschenken
comps-about = Geben Sie diesen Pass an eine E-Mail-Adresse. Wer sich mit der Adresse anmeldet, kann ihn nehmen. Bis dahin wird er aufgehoben, höchstens 30 Tage; danach kann ihn niemand mehr nehmen, und die Adresse wird vergessen.
comps-give = Pass verschenken
comps-given = Der Pass ist verschenkt, und die E-Mail ist unterwegs.
comps-none = Diesen Pass haben Sie noch niemandem geschenkt.
comps-again = Diese Adresse hat den Pass schon bekommen.
comps-many = Dieser Pass wurde so oft verschenkt, wie es möglich ist.
comps-waiting = noch nicht genommen
comps-taken = genommen
comps-revoked = zurückgenommen
comps-forgotten = Adresse nicht mehr gespeichert
comps-never-taken = nie genommen
comps-deleted = gelöschtes Konto
comps-revoke = Zurücknehmen
comps-revoke-label = Zurücknehmen, was { $email } bekommen hat
comps-revoke-done = Der Pass ist zurückgenommen.
comps-source = geschenkt
comp = Ein Pass für Sie
comp-heading = <pass/> gehört Ihnen, wenn Sie möchten
comp-from = <space/> schenkt Ihnen diesen Pass. Er kostet nichts.
comp-take = Pass nehmen
comp-taken = Der Pass gehört Ihnen.
comp-gone = Hier gibt es nichts mehr zu nehmen.
comp-other = Dieser Pass ist für eine andere Adresse. Melden Sie sich mit der an, die die E-Mail bekommen hat.
comp-held = Sie haben diesen Pass schon.
mail-comp-subject = Ein Pass für Sie: { $pass } bei { $space }
mail-comp-text =
    { $space } schenkt Ihnen einen Pass: { $pass }. Er kostet nichts.

    Melden Sie sich mit dieser Adresse an, und nehmen Sie ihn hier:
    { $url }

    Er wird 30 Tage für Sie aufgehoben. Wenn Sie ihn nicht möchten, brauchen Sie nichts zu tun.
