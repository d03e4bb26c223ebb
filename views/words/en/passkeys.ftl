passkeys-title = Passkeys
passkeys-lead = With a passkey you sign in by fingerprint, face or PIN, without waiting for a code. It stays on your device or in your password manager; we keep only what is needed to check it.
passkeys-link = Passkeys
passkeys-link-hint = for signing in without a code
passkeys-began = with a passkey
passkeys-none = You have no passkey yet.
passkeys-name = Name
passkeys-name-hint = It tells your devices apart: “Phone”, “Key at the office”.
passkeys-since = Since <time/>
passkeys-used = last used <time/>
passkeys-unused = not used yet
passkeys-rename = Rename
passkeys-renamed = The name is changed.
passkeys-not-renamed = The name was not changed.
passkeys-remove = Remove
passkeys-removed = The passkey is removed. Browsers that signed in with it stay signed in.
passkeys-add = Add a passkey
passkeys-add-button = Add this device
passkeys-add-owed = A passkey is required of you, and you have one: sign in with it, or with a recovery code that is at least a week old, to add another one.
passkeys-added = The passkey is added. You can sign in with it from now on.
passkeys-most = You have { $most } passkeys, as many as an account can have. Remove one first.
passkeys-known = This device has a passkey for your account already.
passkeys-last-required = This is your last passkey, and one is required of you. Add another one first.
passkeys-remove-owed = A passkey is required of you: sign in with one, or with a recovery code that is at least a week old, to remove one.
passkeys-confirm = Confirm that it is you
passkeys-confirm-first = First confirm that it is you. That is good for ten minutes.
passkeys-confirm-use = Confirm with a passkey
passkeys-lost = You have lost a device? Remove its passkey here, and <sessions>sign it out</sessions>. <codes>Recovery codes</codes> let you in when your mailbox is lost, too.
passkeys-unsupported = This browser cannot use passkeys here, or it does not run scripts.
passkeys-elsewhere = At this address browsers keep no passkeys. Use <link/> instead, and sign in there first if you are asked to.
passkeys-nowhere = This server is reached at an address for which browsers keep no passkeys. Its operators have to give it a name with https.
passkeys-script-stopped = Nothing happened: it was cancelled, took too long, or there is no passkey for this site here.
passkeys-script-failed = Your browser could not do this. Load the page again and try once more.
passkeys-sign-in = Sign in with a passkey
passkeys-too-many = Too many passkeys were asked for from here. Try again in { $wait }.
passkeys-refused-over = That took too long, or this page was used already. Try again.
passkeys-refused-unknown = This passkey belongs to no account here, or not to this one. It may have been removed.
passkeys-refused-site = This passkey was made for another address than this one.
passkeys-refused-copied = This passkey was refused: its device has counted fewer uses than we have seen, so there may be a copy of it. Sign in with a code, and remove it.
passkeys-refused-wrong = This passkey could not be checked. Try again, or sign in with a code.
passkeys-owed = What you want to do is kept for those who have signed in with a passkey.
passkeys-owed-title = A passkey is required
passkeys-owed-use = Some of what you do here requires a passkey. <link>Sign in with a passkey</link> first.
passkeys-owed-has = You have one. Use it now, and go on where you were.
passkeys-owed-button = Use a passkey
passkeys-owed-none = You have none yet. Add one, and then use it: a minute for both.
passkeys-owed-other = It is on another device? <link>Add a passkey here</link>, too.
passkeys-team-title = Passkeys
passkeys-team-since = Since <time/> this team requires passkeys: whoever signs in with a code or a recovery code may do nothing in its name until they use a passkey.
passkeys-team-what = Require passkeys, and getting into the mailbox of a member who has one is not enough any more to do something in the name of this team. Members who sign in with a code are asked for a passkey first. Keys of encoders stay good.
passkeys-team-first = You can switch this on when you have <link>signed in with a passkey</link> yourself.
passkeys-team-on = Require passkeys
passkeys-team-off = Require them no longer
passkeys-team-now-required = Passkeys are required from now on.
passkeys-team-not-required = Passkeys are no longer required.
passkeys-notice-added = A passkey was added to your account on { $when }. If that was not you, sign out everywhere else and remove it.
passkeys-notice-removed = A passkey of your account was removed on { $when }. If that was not you, sign out everywhere else.
passkeys-mail-added-subject = A passkey was added to your account
passkeys-mail-added =
    The passkey “{ $name }” was added to your account at Backstage Pass on { $when }. Whoever has it can sign in.

    It was not you? Remove it, and sign out everywhere else:
    { $page }
passkeys-mail-removed-subject = A passkey of your account was removed
passkeys-mail-removed =
    The passkey “{ $name }” of your account at Backstage Pass was removed on { $when }.

    It was not you? Sign out everywhere else, and add it again:
    { $page }
