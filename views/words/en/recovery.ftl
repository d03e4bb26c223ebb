recovery-changed-subject = The e-mail address of your account was changed
recovery-changed-mail-before = The e-mail address of your account at Backstage Pass was changed on { $when }. Codes for signing in go to the new address.

    Was that you? Then you need do nothing.
recovery-changed-mail-link = It was not you? Until { $until } this link gives your account its address back and signs everybody out:
    { $link }

    Or get in with this address and one of your recovery codes, also one from before:
    { $recovery }
recovery-changed-mail-settled = Whoever changed it got in with a recovery code. It was not you? Get in with this address and another one of your recovery codes:
    { $recovery }
recovery-changed-mail-none = If neither helps, write to us: { $contact }
recovery-changed-mail-after = This is the address of your account at Backstage Pass since { $when }. Codes for signing in come here.
recovery-made-subject = New recovery codes for your account
recovery-made-mail-void = New recovery codes were made for your account at Backstage Pass on { $when }. Those before are void.
recovery-made-mail-kept = New recovery codes were made for your account at Backstage Pass on { $when }. Those before stay good until { $until }.

    It was not you? Get in with one of the codes before: that voids the new ones and signs everybody else out.
    { $recovery }
recovery-made-mail-else = It was not you? Sign out everywhere else, and make new codes:
    { $sessions }
recovery-made-notice-void = New recovery codes were made for your account on { $when }, and those before are void. If that was not you, sign out everywhere else and make new ones.
recovery-made-notice-kept = New recovery codes were made for your account on { $when }. Those before stay good until { $until }. If that was not you, get in with one of the codes before: that voids the new ones.
recovery-made-void = Codes from before are void.
recovery-made-kept = Codes from before stay good until { $until }, so that nobody who reads your mail can lock you out by making new ones. To void them at once, get in with one of them and make new codes then.
recovery-page-replaces = New codes take the place of those before, which stay good for seven days.
recovery-former-title = Is this account yours?
recovery-former-lead = On <when/>, an account changed its address from <address/> to another one.
recovery-former-what = If that was not you, take the account back: its address is restored, everybody is signed out, and recovery codes made in the week before the change or since are void.
recovery-former-button = This was not me: give me my account back
recovery-former-else = It was you? Then <signin>sign in with your new address</signin>. Nobody can open another account with the old one until <until/>.
recovery-former-over = This link was used, or is older than seven days. Get in with a recovery code, or write to us at /contact.
recovery-former-refused = The address { $address } belonged to an account until lately.
recovery-back-done = The account has its address back, and everybody is signed out. Sign in here, and make new recovery codes.
recovery-back-subject = Your account has its address back
recovery-back-mail-restored = Your account at Backstage Pass has this address again since { $when }, and everybody is signed out. Recovery codes that were made lately are void.

    Somebody else may be able to read this mailbox. Change its password, sign in, and make new recovery codes:
    { $codes }
recovery-back-mail-replaced = This is not the address of an account at Backstage Pass any more: whoever reads the address before took the account back on { $when }.

    It was not you who had it changed? Then you need do nothing. It is your account? Get in with the address before and one of your recovery codes:
    { $recovery }
recovery-entered-back = You have your account back: its address and recovery codes are those from before, and everybody else is signed out. If somebody reads your mailbox, give us another address now.
