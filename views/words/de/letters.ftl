letters-many-strangers = In letzter Zeit kamen sehr viele Briefe; von Leuten, die nicht angemeldet sind, nehmen wir im Moment keine an.
letters-many-members = In letzter Zeit kamen sehr viele Briefe; im Moment nehmen wir keine an.
