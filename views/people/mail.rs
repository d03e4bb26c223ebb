//! Mails about an account: codes, and what was changed.

use crate::mail::mail;
use domain::mail::Mail;

/// Proves once more that the account is its person's.
pub fn confirmation_code(to: &str, code: &str, minutes: i64) -> Mail {
    let text = format!(
        "Your code for Backstage Pass is\n\n    {code}\n\nIt confirms that your account is yours, and is good for {minutes} minutes, once, in the browser \
         that asked for it.\n\nYou did not ask? Then somebody is signed in as you: open Account, Where you are signed in, and sign out everywhere else.\n"
    );
    mail(to, format!("{code} confirms your account at Backstage Pass"), text)
}

/// Proves a new address.
pub fn address_code(to: &str, code: &str, minutes: i64) -> Mail {
    let text = format!(
        "Your code for Backstage Pass is\n\n    {code}\n\nWith it, this becomes the address of an account. It is good for {minutes} minutes, once, in the browser \
         that asked for it.\n\nYou did not ask? Then somebody typed your address by mistake, and you need do nothing.\n"
    );
    mail(to, format!("{code} confirms this address at Backstage Pass"), text)
}

/// To the address before, with what to do, and to the new one. `recovery`: the page for getting in with a recovery code, with
/// scheme and host.
pub fn address_changed(before: &str, after: &str, when: &str, recovery: &str) -> [Mail; 2] {
    let old = format!(
        "The e-mail address of your account at Backstage Pass was changed on {when}. Codes for signing in go to the new address.\n\n\
         Was that you? Then you need do nothing.\n\nIt was not you? Get in with one of your recovery codes, set your address again, and sign out everywhere else:\n{recovery}\n\n\
         If you have none, answer this mail.\n"
    );
    let new = format!(
        "This is the address of your account at Backstage Pass since {when}. Codes for signing in come here.\n"
    );
    let subject = "The e-mail address of your account was changed";
    [mail(before, subject.into(), old), mail(after, subject.into(), new)]
}

/// `sessions`: the page where one signs out everywhere else, with scheme and host.
pub fn codes_made(to: &str, when: &str, sessions: &str) -> Mail {
    let text = format!(
        "New recovery codes were made for your account at Backstage Pass on {when}. Those before are void.\n\n\
         It was not you? Sign out everywhere else, and make new codes:\n{sessions}\n"
    );
    mail(to, "New recovery codes for your account".into(), text)
}

pub fn code_used(to: &str, when: &str, sessions: &str) -> Mail {
    let text = format!(
        "Somebody got into your account at Backstage Pass with a recovery code on {when}.\n\n\
         It was not you? Sign in, sign out everywhere else, and make new codes, which voids the others:\n{sessions}\n"
    );
    mail(to, "A recovery code of your account was used".into(), text)
}

/// The last mail.
pub fn deleted(to: &str) -> Mail {
    let text = "Your account at Backstage Pass is deleted, and every browser is signed out. Orders and payments stay in our books without \
                your name and address, as the law wants it.\n\nThis address is free: you can open a new account with it whenever you like.\n";
    mail(to, "Your account is deleted".into(), text.into())
}
