//! Names that impersonate the people who run the service or a room.

use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use unicode_security::confusable_detection::skeleton;

/// Roles that the pages or mails mention. No name consists only of these and of [`FILLERS`], or begins or ends with one.
const ROLES: [&str; 18] = [
    "admin",
    "administrator",
    "analyst",
    "backstage",
    "creator",
    "editor",
    "moderator",
    "operator",
    "owner",
    "payments",
    "postmaster",
    "refunds",
    "security",
    "support",
    "sysadmin",
    "trustandsafety",
    "verified",
    "webmaster",
];
/// Roles that are also surnames: free at the end after a space, as in `Jamie Staff`, but not as in `Maya (staff)`.
const LEADING: [&str; 4] = ["billing", "host", "mod", "staff"];
/// Roles that are also parts of names, as in `Amos Root` and `Solar System`: reserved only alone or beside fillers.
const ALONE: [&str; 4] = ["root", "stripe", "system", "trustsafety"];
const FILLERS: [&str; 12] =
    ["chat", "help", "hq", "live", "my", "official", "pass", "real", "service", "stream", "team", "the"];

/// Whether a name claims a role, however it is spelt: `Admin`, `the_moderator`, `Backstage Support 2`, `Admin Maya`,
/// `Maya (owner)`, `Аdmin` with a Cyrillic А.
pub fn names_a_role(name: &str) -> bool {
    let fold = |words: &[&str]| words.iter().map(|word| folded(word)).collect::<Vec<_>>();
    let (roles, fillers) = (fold(&ROLES), fold(&FILLERS));
    let leading = [roles.clone(), fold(&LEADING)].concat();
    let is_one = |word: Option<&&str>, of: &[String]| {
        word.is_some_and(|word| spellings(word).iter().any(|word| of.contains(&folded(word))))
    };
    let normal: String = name.nfkc().collect();
    let words_of =
        |text| str::split(text, separates).filter(|word| !folded(word).is_empty()).collect::<Vec<_>>();
    let words = words_of(&normal);
    let parts = normal.split(|c: char| separates(c) && !c.is_whitespace());
    let has_surname =
        parts.map(words_of).rfind(|words| !words.is_empty()).is_some_and(|words| words.len() > 1);
    if is_one(words.first(), &leading) || is_one(words.last(), if has_surname { &roles } else { &leading }) {
        return true;
    }
    let roles = [leading, fold(&ALONE)].concat();
    spellings(name).iter().any(|name| made_of(&folded(name), &roles, &fillers))
}

/// Digits at the ends may be letters (`0perator`) or numbers (`Admin 2`).
fn spellings(text: &str) -> [&str; 2] {
    [text, text.trim_matches(|c: char| !c.is_alphabetic())]
}

/// Whether the character separates words. Marks belong to their letter, and some signs stand for letters.
fn separates(c: char) -> bool {
    !c.is_alphanumeric() && !is_combining_mark(c) && letter(c) == c
}

/// Whether the letters can be split into the given words, with at least one of `roles` among them.
fn made_of(letters: &str, roles: &[String], fillers: &[String]) -> bool {
    // How the first `n` bytes can be split: not at all, into fillers only, or with a role.
    let mut parted = vec![None; letters.len() + 1];
    parted[0] = Some(false);
    for at in 0..letters.len() {
        let Some(has_role) = parted[at] else { continue };
        let words = roles.iter().map(|word| (word, true)).chain(fillers.iter().map(|word| (word, false)));
        for (word, is_role) in words.filter(|(word, _)| letters.as_bytes()[at..].starts_with(word.as_bytes()))
        {
            let end = &mut parted[at + word.len()];
            *end = Some(end.unwrap_or(false) || has_role || is_role);
        }
    }
    parted[letters.len()] == Some(true)
}

/// The key of a name's appearance: names with the same key are easily mistaken for each other. Empty for a name without
/// letters.
pub fn name_key(name: &str) -> String {
    alike(name).filter(|c| c.is_alphanumeric()).collect()
}

/// The letters of [`alike`] only: separators, and digits that resemble no letter, do not hide a role.
fn folded(text: &str) -> String {
    alike(text).filter(|c| c.is_alphabetic()).collect()
}

/// Folds text to how it looks: one form for all scripts and cases, digits as the letters they resemble, accents as
/// marks of their own.
fn alike(text: &str) -> impl Iterator<Item = char> {
    let lowered: String = text.nfkc().flat_map(char::to_lowercase).collect();
    let seen: String = skeleton(&lowered).flat_map(char::to_lowercase).nfd().map(letter).collect();
    seen.chars().collect::<Vec<_>>().into_iter()
}

const fn letter(c: char) -> char {
    match c {
        'l' | '1' => 'i',
        '0' => 'o',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        '7' => 't',
        c => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_found_however_they_are_spelt() {
        for name in [
            "admin",
            "Admin",
            "ADMIN",
            "Аdmin",
            "аdmіn",
            "adm1n",
            "@dmin_",
            "Admin 2",
            "a.d.m.i.n",
            "ad-min",
            "ádmin",
            "Ａｄｍｉｎ",
            "𝐀dmin",
            "host",
            "The Host",
            "h0st",
            "Hοst",
            "moderator",
            "M0derator",
            "mod",
            "operator",
            "0perator",
            "support",
            "Support Team",
            "Backstage",
            "Backstage Support",
            "backstage_pass",
            "BackstagePassSupport",
            "official-staff",
            "★ Admin ★",
            "Owner",
            "Editor",
            "Verified",
            "Security",
            "Refunds",
            "Stripe",
            "Trust & Safety",
            "Trust and Safety",
            "Webmaster",
            "root",
            "postmaster",
            "Backstage HQ",
            "Backstage Billing",
            "backstage-billing",
            "Admin Maya",
            "admin_maya",
            "@dmin Maya",
            "Аdmin2 Maya",
            "Moderator Vera",
            "Vera, Moderator",
            "Maya (owner)",
            "Maya – h0st",
        ] {
            assert!(names_a_role(name), "{name} is free: {}", folded(name));
        }
    }

    #[test]
    fn names_that_look_alike_have_one_key() {
        for alike in [
            "maya lin",
            "MAYA  LIN",
            "maya_lin",
            "Mауа Lin",
            "Maya Lín",
            "Maya L1n",
            "Ｍaya Lin",
            "Maya Lin ★",
        ] {
            assert_eq!(name_key(alike), name_key("Maya Lin"), "{alike}");
        }
        for other in ["Maya", "Maya Linn", "Maya Lin 2", "Mia Lin", "山田"] {
            assert_ne!(name_key(other), name_key("Maya Lin"), "{other}");
        }
        assert_eq!(name_key("★ ♪"), "");
    }

    #[test]
    fn names_of_people_are_free() {
        for name in [
            "Maya Lin",
            "Vera",
            "Olga",
            "Admina",
            "Hostetler",
            "Modesta",
            "Betty Backstage-Walker",
            "Your Local Support Band",
            "Amos Root",
            "Jamie Staff",
            "Graham Billing",
            "Anna Host",
            "Solar System",
            "White Stripe Club",
            "Supportive Sam",
            "Modmaya",
            "Insecurity",
            "Owen Ownerman",
            "Rooter",
            "The Streamers",
            "Team Chat",
            "Pass",
            "Livia",
            "The",
            "山田",
            "Админа",
            "",
            "17",
            "Stafford",
            "A",
        ] {
            assert!(!names_a_role(name), "{name} is refused: {}", folded(name));
        }
    }
}
