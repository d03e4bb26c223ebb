//! What scripted people say, room by room. They answer one another, so the order matters.

pub struct Script {
    /// The usernames of those who come.
    pub cast: &'static [&'static str],
    /// Who writes what.
    pub lines: &'static [(&'static str, &'static str)],
}

/// In Maya's session.
pub const STAGE: Script = Script {
    cast: &["mina", "joon", "greta", "luca"],
    lines: &[
        ("mina", "is this the one from last week? it feels lower"),
        ("joon", "that bridge is new I think"),
        ("greta", "just came in, what did I miss"),
        ("mina", "two songs and a broken string"),
        ("greta", "so, a normal friday"),
        ("luca", "What tuning is the guitar in?"),
        ("joon", "sounds like everything is down a whole step"),
        ("luca", "Ah. That explains why my fingers did not find it."),
        ("mina", "the second verse wants fewer words"),
        ("joon", "or longer breaths"),
        ("greta", "I like that she leaves the mistakes in"),
        ("luca", "Which take are we on?"),
        ("mina", "third? the second one had the dog in it"),
        ("joon", "keep the dog"),
        ("greta", "the dog needs a credit on the record"),
        ("luca", "Will the chords go up later?"),
        ("mina", "last time they did, on the monday"),
        ("joon", "that high note"),
        ("greta", "goosebumps here, too"),
        ("luca", "My vote for the record goes to this one."),
        ("mina", "same"),
        ("joon", "I need to hear it once more before I vote"),
        ("greta", "you always say that"),
        ("joon", "and then we hear it once more. it works"),
    ],
};

/// At the potter's wheel.
pub const WHEEL: Script = Script {
    cast: &["bea", "cem", "dora", "elif", "luca"],
    lines: &[
        ("bea", "evening all, what are we making"),
        ("cem", "a tea bowl by the look of it"),
        ("dora", "Centred in four seconds. I need four minutes."),
        ("elif", "What clay is that?"),
        ("bea", "stoneware with a bit of grog, he said last time"),
        ("cem", "what does grog do exactly"),
        ("bea", "it is fired clay, ground up. it keeps the wall standing"),
        ("luca", "I could watch this for hours"),
        ("dora", "I have. That is why dinner is late."),
        ("elif", "Does he always trim the rim with the needle?"),
        ("cem", "only when it comes out uneven, so in my case always"),
        ("dora", "watch the left hand, it hardly moves"),
        ("luca", "that curve!"),
        ("elif", "How thin can it get before it gives up?"),
        ("bea", "you find out once per bowl"),
        ("cem", "mine gave up on tuesday. twice"),
        ("dora", "Welcome to the reclaim bucket club."),
        ("luca", "Is there a glaze for this one already?"),
        ("bea", "the ash one I hope, the green from the last kiln"),
        ("elif", "Oh, the green. Yes please."),
        ("cem", "and off the wheel it comes"),
        ("dora", "breathing again"),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;
    use domain::chat::room::LONGEST_LINE;

    #[test]
    fn everybody_who_writes_is_in_the_cast_and_writes_what_a_room_takes() {
        for script in [STAGE, WHEEL] {
            for (who, words) in script.lines {
                assert!(script.cast.contains(who), "{who} is not in the cast");
                assert!((1..=LONGEST_LINE).contains(&words.chars().count()), "{words}");
            }
            let silent = script.cast.iter().find(|who| !script.lines.iter().any(|(other, _)| other == *who));
            assert_eq!(silent, None);
        }
    }
}
