letters-many-strangers = In letzter Zeit kamen sehr viele Anfragen; von Personen, die nicht angemeldet sind, nehmen wir im Moment keine an.
letters-many-members = In letzter Zeit kamen sehr viele Anfragen; im Moment nehmen wir keine an.
