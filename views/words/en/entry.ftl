entry-link = Who gets in
entry-title = Who gets in
entry-lead = Your team, and whoever holds <passes>a pass that opens it</passes>. Here you let in others, or ask for a passphrase. To have it by invitation only, let no pass open it.
entry-passphrase = Passphrase
entry-passphrase-none = No passphrase is asked for.
entry-passphrase-also = Whoever holds a pass is asked for the passphrase, too.
entry-passphrase-instead = Whoever knows the passphrase needs no pass.
entry-passphrase-hint = At least 8 characters. We keep only a hash of it and cannot show it to you again.
entry-passphrase-keep = Leave it empty to keep the one you have. With a new one, everybody is asked again.
entry-passphrase-ask = Ask for the passphrase
entry-passphrase-save = Save the passphrase
entry-passphrase-remove = Stop asking for it
entry-passphrase-first = Write the passphrase that people will be asked for.
entry-rule = What it is for
entry-rule-also = As well as a pass
entry-rule-also-means = People need a pass and the passphrase.
entry-rule-instead = Instead of a pass
entry-rule-instead-means = People need a pass or the passphrase.
entry-rule-choose = Choose whether it is asked besides a pass or in place of one.
entry-locked = Saved. Whoever may not be inside by these rules has left.
entry-unlocked = No passphrase is asked for any more.
entry-invites = Invitation links
entry-invites-about = Whoever follows one and signs in enters without a pass and without the passphrase, and stays in until you revoke it.
entry-invites-none = No links yet. Make one for a guest, or one for a whole class.
entry-invites-many = An experience has at most { $most } links.
entry-note = Who it is for
entry-note-hint = Only your team reads it.
entry-most = How many people
entry-most-hint = Up to { $most }.
entry-days = Good for how many days
entry-days-hint = Up to { $most }. Nobody new enters by it afterwards.
entry-number = A number from { $least } to { $most }.
entry-invite-make = Make the link
entry-invite-made = The link is made. It is the first in the list.
entry-invite-revoked = The link is revoked, and whoever came by it has left.
entry-unnamed = A link without a name
entry-uses =
    { $count ->
        [one] { $count } person of { $most } came by it.
       *[other] { $count } people of { $most } came by it.
    }
entry-until = Good until <time/>.
entry-revoke = Revoke
entry-revoke-means =
    { $count ->
        [0] Nobody enters by it any more.
        [one] Nobody enters by it any more, and the person who came by it has to leave.
       *[other] Nobody enters by it any more, and the { $count } people who came by it have to leave.
    }
entry-revoke-verb = Revoke the link
entry-state-open = Open
entry-state-full = Used up
entry-state-expired = Expired
entry-state-closed = Closed, because its maker may not invite any more
entry-state-revoked = Revoked
entry-preview = Free minutes
entry-preview-about = Whoever signs in watches the first minutes of each show without a pass, once, and counts as a viewer. They do not write in the chat. Then the page shows the passes.
entry-preview-minutes = Minutes of each show
entry-preview-hint = Up to { $most }. Leave it empty for none.
entry-preview-save = Save the minutes
entry-preview-saved = Saved. It holds for whoever begins from now on.
entry-preview-had = You have had your free minutes of this show.
entry-preview-over = Your free minutes are over, so this page has stopped. Load it again to see the passes.
entry-free =
    { $count ->
        [one] The first minute is free
       *[other] { $count } minutes are free
    }
entry-free-about = They count from the moment you begin, once for this show. You cannot write in the chat.
entry-free-watch = Watch for free
entry-free-sign-in = Sign in to watch them
entry-free-until = Free until <time/>
entry-door = Enter the passphrase
entry-door-also = The host asks for a passphrase besides the pass that you hold.
entry-door-instead = Whoever knows the passphrase of the host needs no pass.
entry-door-lead = You get it from the host of <title/>.
entry-door-sign-in = Sign in to say it
entry-say = Enter with the passphrase
entry-wrong = This is not the passphrase. Capital and small letters count.
entry-replaced = The host has changed the passphrase meanwhile.
entry-needs-passphrase = The host asks for a passphrase here. The page of the show has the form for it.
entry-invited = You are invited
entry-invited-over = This invitation is over
entry-invited-lead = With this link you enter <title/> of <space/> without a pass.
entry-invited-enter = Accept and go in
entry-invite-over = This invitation is used up, has expired or was taken back. Ask whoever sent it for another one.
entry-often = You have tried many passphrases lately.
entry-often-nearby = Many passphrases were tried from your network lately.
entry-often-all = Many wrong passphrases were tried here lately.
entry-often-set = You have set many passphrases lately.
entry-often-set-nearby = Many passphrases were set from your network lately.
entry-often-arrivals = You have come in here very often lately.
