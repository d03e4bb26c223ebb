takedown-what = Ein Bild, das gegen die Regeln verstößt, kann allein entfernt werden: Es wird nicht mehr gezeigt, seine Dateien werden gelöscht, und wem es gehört, erfährt den Grund. Alles andere bleibt.
takedown-reason = Warum es entfernt wird
takedown-reason-hint = Das liest, wem es gehört.
takedown-cover = Titelbild entfernen
takedown-logo = Logo entfernen
takedown-avatar = Bild der Person entfernen
takedown-done = Das Bild ist entfernt, und wem es gehört, erfährt es.
takedown-gone = Dieses Bild wird nicht mehr gezeigt.
takedown-choose = Wählen Sie, welches Bild entfernt wird.
takedown-subject = Ein Bild von Ihnen wurde entfernt
takedown-mail-cover = Die Betreiber von Backstage Pass haben das Titelbild von { $space } entfernt. Der Space zeigt jetzt ein gezeichnetes; sonst hat sich an ihm nichts geändert.
takedown-mail-logo = Die Betreiber von Backstage Pass haben das Logo von { $space } entfernt. Sonst hat sich an dem Space nichts geändert.
takedown-mail-avatar = Die Betreiber von Backstage Pass haben Ihr Bild entfernt. Sonst hat sich an Ihrem Konto nichts geändert.
takedown-mail-reason = Der Grund:
    { $reason }
takedown-mail-wrong = Sie halten das für falsch? Schreiben Sie uns:
    { $contact }
