//! E-mail addresses: which are accepted, their stored form, and which of them reach the same mailbox.
//!
//! `email_address` and `idna` decide the syntax. The mailer's parser is built on them, so that it can write to every
//! address accepted here.

use email_address::EmailAddress;

/// The longest address in bytes. RFC 5321 §4.5.3.1.3: a path has at most 256 octets including its angle brackets.
const LONGEST: usize = 254;

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    #[error("An e-mail address looks like name@example.org.")]
    Form,
    #[error("This address has invisible characters in it. Please type it instead of pasting it.")]
    Invisible,
    #[error("We can only write to addresses with plain letters, digits and signs before the @.")]
    Local,
    #[error("Please check what stands after the @: that is not the name of a mail server.")]
    Domain,
}

/// Normalises an address to its stored form: trimmed, lower case, the domain in punycode. Drops a leading `mailto:` and
/// narrows full-width letters, which Japanese keyboards produce.
pub fn parse(text: &str) -> Result<String, BadAddress> {
    let text = text.trim();
    let text = strip_scheme(text);
    if text.chars().any(is_invisible) {
        return Err(BadAddress::Invisible);
    }
    let text: String = text.chars().map(narrow).collect();
    let (local, host) = text.rsplit_once('@').ok_or(BadAddress::Form)?;
    let local = local.to_ascii_lowercase();
    if local.is_empty()
        || local.contains(|c: char| c.is_whitespace() || c.is_control() || "@,;:<>()[]\"\\".contains(c))
    {
        return Err(BadAddress::Form);
    }
    if !local.is_ascii() {
        return Err(BadAddress::Local);
    }
    let host = punycode(host)?;
    let fits = local.len() + 1 + host.len() <= LONGEST;
    if fits && EmailAddress::is_valid_local_part(&local) {
        Ok(format!("{local}@{host}"))
    } else {
        Err(BadAddress::Form)
    }
}

/// The mailbox that an address (as returned by [`parse`]) reaches, as far as is known: `ann+shows@x.org` becomes
/// `ann@x.org`. Used for limits only; mail goes to the address itself.
pub fn mailbox(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, host)) => {
            let name = local.split('+').next().filter(|name| !name.is_empty()).unwrap_or(local);
            format!("{name}@{host}")
        }
        None => address.to_owned(),
    }
}

/// `k…@e….org`: enough to recognise an address that is known, and not enough to write to it.
pub fn masked(address: &str) -> String {
    let first = |text: &str| text.chars().next().map(String::from).unwrap_or_default();
    let (local, host) = address.rsplit_once('@').unwrap_or((address, ""));
    let ending = host.rsplit_once('.').map_or("", |(_, ending)| ending);
    format!("{}…@{}….{ending}", first(local), first(host))
}

fn strip_scheme(text: &str) -> &str {
    match text.split_at_checked("mailto:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto:") => rest,
        _ => text,
    }
}

/// U+FF01 to U+FF5E are the full-width forms of `!` to `~`.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3002}' | '\u{FF61}' => '.',
        c => c,
    }
}

/// Invisible characters, and marks that change the direction of the text after them.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFB}' | '\u{E0000}'..='\u{E0FFF}'
    )
}

fn punycode(host: &str) -> Result<String, BadAddress> {
    let host = idna::domain_to_ascii_strict(host).map_err(|_| BadAddress::Domain)?;
    let named = host
        .rsplit_once('.')
        .is_some_and(|(_, top)| top.len() > 1 && !top.bytes().all(|b| b.is_ascii_digit()));
    if named && EmailAddress::is_valid_domain(&host) { Ok(host) } else { Err(BadAddress::Domain) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_have_one_form() {
        let long = "l".repeat(64);
        let table = [
            (" Maya@Example.org ", "maya@example.org"),
            ("mailto:a@x.org", "a@x.org"),
            ("MailTo:a@x.org", "a@x.org"),
            ("user@ex\u{e4}mple.org", "user@xn--exmple-cua.org"),
            ("\u{ff41}\u{ff4e}\u{ff4e}\u{ff20}\u{ff58}.org", "ann@x.org"),
            ("ann@x\u{3002}org", "ann@x.org"),
            ("o'brien+shows@x.co.uk", "o'brien+shows@x.co.uk"),
            (&format!("{long}@x.org"), &format!("{long}@x.org")),
        ];
        for (typed, stored) in table {
            assert_eq!(parse(typed).as_deref(), Ok(stored), "{typed:?}");
        }
    }

    #[test]
    fn what_the_mailer_cannot_write_to_is_refused_with_its_reason() {
        use BadAddress::*;
        let long = format!("{}@x.org", "l".repeat(65));
        let table = [
            ("", Form),
            ("maya", Form),
            ("@x.org", Form),
            ("a..b@x.org", Form),
            (".a@x.org", Form),
            ("a.@x.org", Form),
            (&long, Form),
            ("a b@x.org", Form),
            ("a@b@x.org", Form),
            ("<a@x.org>", Form),
            ("\"a b\"@x.org", Form),
            ("a@x.org\nBcc: b@y.org", Form),
            ("a@x.org\nBcc:b", Domain),
            ("a@x..org", Domain),
            ("a@b", Domain),
            ("a@.org", Domain),
            ("a@-x.org", Domain),
            ("a@127.0.0.1", Domain),
            ("a@[127.0.0.1]", Domain),
            ("a@x_y.org", Domain),
            ("a@x.org.", Domain),
            ("j\u{f6}rg@x.org", Local),
            ("a\u{200b}nn@x.org", Invisible),
            ("a\u{ad}nn@x.org", Invisible),
            ("\u{202e}ann@x.org", Invisible),
            ("ann@x\u{2060}.org", Invisible),
        ];
        for (typed, why) in table {
            assert_eq!(parse(typed), Err(why), "{typed:?}");
        }
    }

    #[test]
    fn spellings_of_one_mailbox_are_one() {
        for spelling in
            ["ann@x.org", "ANN@X.ORG", "ann+1@x.org", "ann+a+b@x.org", "\u{ff41}nn@x.org", "mailto:Ann@x.org"]
        {
            assert_eq!(mailbox(&parse(spelling).expect(spelling)), "ann@x.org");
        }
        assert_eq!(
            mailbox(&parse("a@b\u{fc}cher.example").unwrap()),
            mailbox(&parse("a@XN--BCHER-KVA.example").unwrap())
        );
        assert_eq!(mailbox("+tag@x.org"), "+tag@x.org", "nothing is left without it");
    }

    proptest! {
        #[test]
        fn a_stored_address_is_stored_as_it_is(text in "\\PC{0,12}@\\PC{0,12}\\.[a-z]{0,3}") {
            if let Ok(address) = parse(&text) {
                prop_assert!(address.is_ascii() && !address.contains(char::is_whitespace));
                prop_assert_eq!(parse(&address), Ok(address.clone()));
                prop_assert_eq!(mailbox(&mailbox(&address)), mailbox(&address));
            }
        }
    }
}
