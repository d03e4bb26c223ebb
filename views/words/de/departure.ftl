departure-subject = { $name } hat Ihr Team verlassen
departure-mail = { $name } ({ $role ->
        [owner] Inhaber
        [admin] Admin
        [editor] Redaktion
        [moderator] Moderation
       *[other] Auswertung
    }) hat das eigene Konto bei Backstage Pass gelöscht und gehört nicht mehr zu Ihrem Team. Konnte die Person Shows veranstalten, dann sind die Schlüssel Ihrer Encoder neu: Kopieren Sie sie aus dem Studio.

    Ihr Team:
    { $url }
