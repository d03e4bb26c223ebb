# Accounts, profiles, signing in, codes, data and deletion.

people-space = Your space
people-no-team = You are on no team at the moment.
people-passes = Your passes
people-explore = Explore spaces
people-follow-and-get = What you follow and get
people-follow-and-calendar = What you follow, and your calendar
people-profile = Your profile
people-your-account = Your account
people-change-address = Change your e-mail address
people-recovery-for = for when you have lost your mailbox
people-export-link = Download your data
people-sign-out = Sign out
people-published = Published
people-unpublished = Not published
people-manage-space = Manage the space
people-team = Team
people-see-space = See it
people-name = Name
people-username = Username
people-username-hint = 2 to 30 letters, digits, underscores or hyphens.
people-bio = About you
people-site = Your site
people-site-hint = Begins with https://
people-save-profile = Save the profile
people-listed = Your name is listed among the people of the rooms that you are in.
people-not-listed = You are counted in the rooms that you are in, and not listed by name.
people-unlist = Do not list me
people-list = List me
people-profile-saved = Your profile is saved.
people-name-of-host = This looks like the name of a host. Choose another one.
people-name-taken = Somebody took this name just now. Try again.
people-username-taken = Somebody has this username. Choose another one.
people-site-form = A site's address is like https://example.org, without spaces or a user name.

people-picture = Your picture
people-picture-hint = JPEG, PNG or WebP, at least 104 by 104 pixels. We keep its middle, and nothing of what your camera wrote into it.
people-picture-use = Use this picture
people-picture-remove = Remove my picture
people-picture-saved = This is your picture now.
people-picture-removed = Your picture is removed.

people-sessions = Where you are signed in
people-sessions-lead = Sign a browser out and everything that it has open stops at once. When each was last seen is noted once an hour.
people-session-this = this one
people-session-since = since <time/>
people-session-seen = last seen <time/>
people-notice-read = I have read this
people-sign-out-it = Sign it out
people-sign-out-here = Sign out here
people-sign-out-elsewhere = Sign out everywhere else
people-sign-out-everywhere = Sign out everywhere, here too
people-signed-out = You are signed out.
people-signed-out-it = That browser is signed out.
people-signed-out-elsewhere = Every other browser is signed out.
people-signed-out-everywhere = You are signed out everywhere.
people-agent = { $browser } on { $system }
people-agent-some = A browser on { $system }
people-agent-unknown = An unknown browser

people-sign-in = Sign in
people-sign-in-lead = Tell us your e-mail address and we send you a code. There is no password.
people-sign-in-address = E-mail address
people-sign-in-lost = You have lost your mailbox? <link>Use a recovery code</link>.
people-sign-in-new = New here? The same way in: your account is made when you enter the code. With it you accept our <terms>terms</terms>; <privacy>privacy</privacy> says what we keep.
people-sign-in-accept = If you are new here, you accept our <terms>terms</terms> by signing in.
people-sign-in-by-link = This link signs you in once.
people-go-in = Sign in
people-go-on = Go on
people-send-code = Send me a code
people-code = Enter your code
people-code-label = Six-digit code
people-code-lead = We sent a code to <email/>. It is good for ten minutes, in this browser.
people-code-again = Nothing came? Look in your spam folder, or <link>send another code</link>.
people-code-nothing = Nothing came? Look in your spam folder, or let us send you a new one.
people-code-resend = Send a new code
people-code-address = Use another address
people-local-mailbox = Open the local mailbox
people-no-code = This browser has no open code. Ask for one here: it is good for ten minutes.
people-no-code-here = This browser has no open code. Ask for one here: it is good for ten minutes, in the browser that asked for it.
people-code-used-up = That was not the code, and it is used up now. Ask for a new one.
people-code-over = This code is used up or too old. Ask for a new one.
people-code-wrong = { $count ->
    [one] That is not the code. You have { $count } more try.
   *[other] That is not the code. You have { $count } more tries.
    }
people-codes-asked = Too many codes were asked for from here. Try again in { $wait }.
people-codes-sent = We have sent this address many codes lately. Use the newest one, or try again in { $wait }.
people-codes-sent-ask = We have sent this address many codes lately. Use the newest one, or ask again in { $wait }.
people-codes-tried = Too many codes were tried from here. Try again in { $wait }.
people-codes-wrong = Too many wrong codes were entered for this address. Try again in { $wait }.
people-codes-wrong-sign-in = Too many wrong codes were entered for this address. Try again in { $wait }, or sign in from a browser that you have used before.

people-confirm = Is it you?
people-confirm-lead = What comes next could take the account away from you, so we ask again whether it is yours. We send a code to <email/>.
people-confirm-lost = You cannot read that mailbox any more? <link>Use a recovery code</link>.
people-address = Your e-mail address
people-address-lead = Codes for signing in, receipts and reminders go to <email/>. We send a code to the new address, and tell both of the change.
people-address-new = New e-mail address
people-address-send = Send a code there
people-address-use = Use this address
people-address-again = Nothing came? Look in your spam folder, or <link>begin again</link>.
people-address-same = This is the address that your account has.
people-address-taken = Another account has this address. Sign in with it to delete that account, or choose another one.
people-address-no-code = This browser has no open code for a new address. Begin again here.
people-address-changed = Your e-mail address is { $email } now. Codes go there.
people-notice-address = The e-mail address of your account was changed on { $when }. If that was not you, sign out everywhere else and get the account back with a recovery code, or write to us.
people-notice-code-used = Somebody got into your account with a recovery code on { $when }. If that was not you, sign out everywhere else and make new codes.

people-recovery = Recovery codes
people-recovery-lead = They let you in when you have lost your mailbox. Each works once. Keep them on paper or in a password manager: we cannot show them again.
people-recovery-left = { $count ->
    [one] <b>{ $count } code</b> left, made on <time/>.
   *[other] <b>{ $count } codes</b> left, made on <time/>.
    }
people-recovery-none = You have no codes.
people-recovery-make = Make ten codes
people-recovery-make-new = Make new codes
people-recovery-made = Your new recovery codes
people-recovery-made-lead = Write them down now: this page is the only one that shows them.
people-recovery-made-mail = We have sent you a mail that says that new codes were made.
people-recovery-kept = I have kept them
people-recovery-use = Use a recovery code
people-recovery-use-lead = For when you have lost your mailbox. The code lets you in once; then you give us your new address.
people-recovery-address = The address of your account
people-recovery-code = Recovery code
people-recovery-hint = Like abcd-efgh-jkmn. Each works once.
people-recovery-not-lost = You can read your mailbox? <link>Sign in with a mailed code</link>.
people-recovery-form = A recovery code looks like abcd-efgh-jkmn.
people-recovery-wrong = This address has no such code, or it was used before. Each code works once.
people-recovery-tried = Too many codes were tried for this address. Try again in { $wait }.

people-naming = What should we call you?
people-naming-lead = This name stands beside what you write, and among the people who are here. Nobody sees your e-mail address.
people-naming-label = Your name here
people-naming-use = Use this name
people-naming-go-on = Go on as <name/>
people-naming-later = You can change it in your account at any time.

people-profile-about = { $name } on Backstage Pass
people-profile-spaces = Spaces
people-profile-no-spaces = { $name } has no open space at the moment.
people-report = Report this person

people-follows = What you follow
people-follows-none = You follow no space yet. The page of each space has a button for it.
people-follows-mail = Choose which mail you get
people-follows-closed = Closed to you at the moment
people-calendar = Your calendar
people-calendar-about = Every show of the spaces that you follow or hold a pass for. Give this address to your calendar program: what is moved or cancelled follows by itself.
people-calendar-secret = Whoever knows the address can read it. A new address ends the one before.
people-calendar-renew = Make a new address
people-follow = Follow
people-follow-heading = Follow <space/>
people-follow-done = You follow it.
people-follow-about = We mail you when it plans a show, when one goes live, and when it publishes posts. Each can be switched off.
people-follow-back = Back to the space

people-mails = Your mail
people-mails-saved = Your mail is set.
people-mails-always = Codes to sign in, receipts, refunds and what else concerns your money always come.
people-mails-stop = Stop these mails
people-mails-stop-reminders = Stop all reminders
people-mails-stop-reminders-about = You get no more mail before streams begin, also for those that you asked to be reminded of.
people-mails-stopped = No more of these mails
people-mails-stopped-reminders = No more reminders
people-mails-remind-again = You can ask for one again on the page of a show.
people-mails-switch = You can switch each kind of mail on and off under <link>your mail</link>.
people-mail-planned = New shows
people-mail-planned-about = When a space that you follow plans shows.
people-mail-reminders = Reminders
people-mail-reminders-about = A day and an hour before a show that you asked to be reminded of.
people-mail-live = Live now
people-mail-live-about = When a show goes live that your pass opens, that you follow, or that you asked to be reminded of.
people-mail-changes = Changes
people-mail-changes-about = When such a show is moved or cancelled. If you have paid for it, you are told in any case.
people-mail-posts = New posts
people-mail-posts-about = When a space that you follow, or whose posts your pass opens, publishes posts.

people-export = Your data
people-export-lead = One file with everything that we have stored about you: profile, browsers, orders and passes, chat lines and posts, reminders, what you follow and watched, what you reported and accepted, and which mails you got.
people-export-about = A ZIP file with tables that every spreadsheet opens. You can get it three times a day.
people-export-download = Download my data
people-export-readme =
    What Backstage Pass has stored about you.

    profile.json    your account
    sessions.csv    browsers that were signed in, for 30 days after their end
    spaces.csv      the spaces whose teams you are on
    orders.csv      orders, paid or not; amounts in the smallest unit of the currency
    purchases.csv   what you paid, and what was refunded
    subscriptions.csv what you subscribe to, and until when it is paid
    cards.csv       cards that you saved: their kind, last digits and end; we never have their numbers
    passes.csv      passes that you hold or held
    waitlists.csv   passes that you wait or waited for, and what you answered
    permits.csv     where a link, a passphrase or free minutes let you in without a pass
    stages.csv      shows on whose stage you are now, or asked or are invited to be
    devices.csv     browsers on which you use passes that are limited to some devices; sessions.csv tells which they are
    gifts.csv       passes that teams gave to your address, or others bought for it
    reminders.csv   shows that you are reminded of
    measures.csv    bans and mutes in spaces
    mails.csv       mails that we sent you in the last 30 days; we keep no copies of them
    follows.csv     spaces that you follow
    recordings.csv  recordings of shows in spaces that you own, with the addresses of each and of its captions
    clips.csv       clips of shows that you made, with the address of each
    files.csv       files and videos in spaces that you own
    restream_destinations.csv  other platforms to which you send your shows, without the stream keys
    preferences.csv kinds of mail, and messages of spaces, that you switched off
    reports.csv     what you reported, the letters that you wrote while signed in, and what was answered
    invitations.csv invitations into teams that you have not answered yet
    messages.csv    messages to holders of passes: those that you wrote for a team, and those to passes that you held then
    evidence.csv    answers to banks about disputed payments: yours, and those that you wrote for a team
    posts.csv       posts that you wrote, drafts included
    pictures.csv    the pictures in them: where they are below the address of this service, and what they show
    chat.csv        every line that you wrote, also removed ones
    viewings.csv    which shows you watched, and when
    consents.csv    which versions of the terms you accepted, in which language you were shown them, and when

    Times are in UTC. The CSV files are in UTF-8. A cell that a spreadsheet would take for a formula begins with an apostrophe.

people-deletion = Delete your account
people-deletion-lead = Nobody can undo this.
people-deletion-obstacles = Something has to end first:
people-deletion-sold = People paid for passes to <space/>. <over>Hand the space over</over> to another owner, or <close>close it</close>.
people-deletion-on-air = The show <title/> is running. <end>End it in the studio.</end>
people-deletion-paying = You are paying for <title/>. Wait until the payment has arrived or has failed.
people-deletion-owed = <space/> is still owed <amount/>. <money>See when it is paid out</money>, or <over>hand the space over</over> to another owner.
people-deletion-paid-out = <amount/> of <space/> is on its way to the bank. Wait until it has arrived.
people-deletion-export = Passes that you paid for are lost. You can <link>take your data along</link> first.
people-deletion-username = Type your username to confirm
people-deletion-confirm = Delete my account for good
people-deletion-wrong-name = To delete the account, type its username: { $username }.
people-deletion-done = Your account is deleted. Thank you for having been here.
people-deleted = What is deleted
people-deleted-profile = your e-mail address, name, username, picture, and what you say about yourself
people-deleted-sessions = your sessions: every browser is signed out at once
people-deleted-follows = what you follow, your reminders, which mails you want, the address of your calendar, and mail that waits for you
people-deleted-invitations = invitations to you and by you, recovery codes, and the list of mails that we sent you
people-deleted-name = your name beside the lines that you wrote: they stay as lines of “{ $name }”
people-deleted-spaces = spaces that only you own: their texts, pictures and addresses. Whoever holds a pass there loses it.
people-deleted-share = <amount/> that <space/> has earned: it is less than is ever paid out
people-stays = What stays
people-stays-orders = orders, payments and refunds, as the law wants it, without your name and address
people-stays-lines = the words of your chat lines; ask the team of a space to remove what should not stay
people-stays-reports = the words of your reports and letters, without your name and address; nobody can answer them
people-stays-terms = which versions of the terms you accepted, and when, by a number only
people-stays-log = the log of what was done in the service, which names you by a number only
people-stays-provider = reports of the payment provider, for 90 days
