takedown-what = A picture that breaks the rules can be taken away alone: it is shown no more, its files are deleted, and its owner is told why. Everything else stays.
takedown-reason = Why it is taken away
takedown-reason-hint = Its owner reads this.
takedown-cover = Take the cover away
takedown-logo = Take the logo away
takedown-avatar = Take the picture of the person away
takedown-done = The picture is taken away, and its owner is told.
takedown-gone = This picture is not shown any more.
takedown-choose = Choose which picture is taken away.
takedown-subject = A picture of yours was taken away
takedown-mail-cover = The operators of Backstage Pass took the cover of { $space } away. The space shows a drawn one now; nothing else of it has changed.
takedown-mail-logo = The operators of Backstage Pass took the logo of { $space } away. Nothing else of the space has changed.
takedown-mail-avatar = The operators of Backstage Pass took your picture away. Nothing else of your account has changed.
takedown-mail-reason = The reason:
    { $reason }
takedown-mail-wrong = You think that this is wrong? Write to us:
    { $contact }
