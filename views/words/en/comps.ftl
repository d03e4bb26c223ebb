comps = Passes that you give away
comps-about = Give this pass to an e-mail address. Whoever proves the address, by signing in with it, can take it. Until then it is kept for them, for at most 30 days; then nobody can take it any more, and the address is forgotten.
comps-give = Give the pass
comps-given = The pass is given, and the mail is on its way.
comps-none = Nobody was given this pass yet.
comps-again = This address was given the pass already.
comps-many = This pass was given away as often as it can be.
comps-waiting = not taken yet
comps-taken = taken
comps-revoked = taken back
comps-forgotten = address no longer kept
comps-never-taken = never taken
comps-deleted = deleted account
comps-revoke = Take it back
comps-revoke-label = Take back what was given to { $email }
comps-revoke-done = It is taken back.
comps-source = given
comp = A pass for you
comp-heading = <pass/> is yours to take
comp-from = <space/> gives it to you. It costs nothing.
comp-take = Take the pass
comp-taken = The pass is yours.
comp-gone = There is nothing to take here any more.
comp-other = This pass was given to another address. Sign in with the one that got the mail.
comp-held = You hold this pass already.
mail-comp-subject = A pass for you: { $pass } at { $space }
mail-comp-text =
    { $space } gives you a pass: { $pass }. It costs nothing.

    Sign in with this address and take it here:
    { $url }

    It is kept for you for 30 days. If you do not want it, there is nothing to do.
