//! A space's accent colour. It is refused if no text is readable on it, or if it hardly differs from the page behind it.

use crate::catalogue::colour::{Oklch, Rgb};

/// The text colours used on an accent, the dark one first. They are also in `static/site.css`.
const INKS: [Rgb; 2] = [Rgb([0x1b, 0x14, 0x00]), Rgb([0xff, 0xff, 0xff])];
/// The backgrounds behind an accent: the raised surfaces of both colour schemes.
const GROUNDS: [Rgb; 2] = [Rgb([0xff, 0xff, 0xff]), Rgb([0x1c, 0x1a, 0x18])];
/// The least contrast for text of any size (WCAG 2.2, 1.4.3).
const READABLE: f32 = 4.5;
/// The least contrast between a filled button and its background. The product's own accent has 1.8 on white.
const VISIBLE: f32 = 1.5;

/// The edition of the stylesheets that are derived from accents. It is part of their URLs.
pub const EDITION: u32 = 1;

/// A colour that may be an accent, and what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accent {
    pub colour: Rgb,
    /// The colour of text on it.
    pub on: Rgb,
    /// The same hue as text on a light and on a dark page.
    pub ink: [Rgb; 2],
}

/// Why a colour is refused as an accent, and the nearest one that is accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unfit {
    pub why: Why,
    pub instead: Rgb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Neither dark nor light text can be read on it.
    Unreadable,
    /// It can hardly be seen on the page in the light scheme.
    TooLight,
    /// The same in the dark scheme.
    TooDark,
}

impl Accent {
    /// # Errors
    /// Why it is refused, and the nearest colour of the same hue that is accepted.
    pub fn of(colour: Rgb) -> Result<Self, Unfit> {
        fault(colour)
            .map_or_else(|| Ok(Self::good(colour)), |why| Err(Unfit { why, instead: nearest(colour) }))
    }

    fn good(colour: Rgb) -> Self {
        let on = if colour.contrast(INKS[0]) >= READABLE { INKS[0] } else { INKS[1] };
        let grounds = GROUNDS.map(|ground| {
            let lighter = ground.luminance() < 0.5;
            lighten_until(colour, lighter, |ink| ink.contrast(ground) >= READABLE + 0.7)
        });
        Self { colour, on, ink: grounds }
    }
}

fn fault(colour: Rgb) -> Option<Why> {
    if colour.contrast(GROUNDS[0]) < VISIBLE {
        Some(Why::TooLight)
    } else if colour.contrast(GROUNDS[1]) < VISIBLE {
        Some(Why::TooDark)
    } else if INKS.iter().all(|ink| colour.contrast(*ink) < READABLE) {
        Some(Why::Unreadable)
    } else {
        None
    }
}

/// Makes the colour lighter and darker until it is accepted, and returns the result that looks more like it.
fn nearest(colour: Rgb) -> Rgb {
    let found = [true, false].map(|lighter| lighten_until(colour, lighter, |c| fault(c).is_none()));
    let good = found.into_iter().filter(|c| fault(*c).is_none());
    good.min_by(|a, b| a.distance(colour).total_cmp(&b.distance(colour))).unwrap_or(colour)
}

/// The first colour on the way to white or black that satisfies; white or black if none does.
fn lighten_until(colour: Rgb, lighter: bool, satisfies: impl Fn(Rgb) -> bool) -> Rgb {
    let Oklch { lightness, chroma, hue } = colour.oklch();
    let step = if lighter { 0.004 } else { -0.004 };
    let way = (0..=250_u16).map(|n| match n {
        0 => colour,
        n => Oklch::new((lightness + step * f32::from(n)).clamp(0.0, 1.0), chroma, hue).rgb(),
    });
    let end = if lighter { Rgb([255; 3]) } else { Rgb([0; 3]) };
    way.into_iter().find(|c| satisfies(*c)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rgb(text: &str) -> Rgb {
        text.parse().unwrap_or_else(|_| panic!("{text} is a colour"))
    }

    #[test]
    fn colours_are_taken_or_refused_with_a_reason() {
        for (colour, want) in [
            ("#ffb224", None),
            ("#b3261e", None),
            ("#0a3d62", None),
            ("#e29af9", None),
            ("#000000", Some(Why::TooDark)),
            ("#1c1a18", Some(Why::TooDark)),
            ("#ffffff", Some(Why::TooLight)),
            ("#fdf5d0", Some(Why::TooLight)),
            ("#7a7a7a", Some(Why::Unreadable)),
            ("#e03c31", Some(Why::Unreadable)),
        ] {
            assert_eq!(Accent::of(rgb(colour)).err().map(|unfit| unfit.why), want, "{colour}");
        }
    }

    #[test]
    fn what_is_written_on_an_accent_is_the_ink_that_can_be_read() {
        assert_eq!(Accent::of(rgb("#ffb224")).expect("good").on, INKS[0]);
        assert_eq!(Accent::of(rgb("#0a3d62")).expect("good").on, INKS[1]);
    }

    proptest! {
        /// Every colour is good, or has a good one near it.
        #[test]
        fn a_suggestion_is_taken_and_looks_alike(bytes: [u8; 3]) {
            let colour = Rgb(bytes);
            if let Err(unfit) = Accent::of(colour) {
                let instead = Accent::of(unfit.instead);
                prop_assert!(instead.is_ok(), "{colour}: {unfit:?}");
                let most = if unfit.why == Why::Unreadable { 0.04 } else { 0.36 };
                prop_assert!(colour.distance(unfit.instead) < most, "{colour} became {}", unfit.instead);
            }
        }

        #[test]
        fn everything_about_a_good_accent_can_be_read(bytes: [u8; 3]) {
            if let Ok(accent) = Accent::of(Rgb(bytes)) {
                prop_assert!(accent.on.contrast(accent.colour) >= READABLE);
                for (ink, ground) in accent.ink.iter().zip(GROUNDS) {
                    prop_assert!(ink.contrast(ground) >= READABLE, "{ink} on {ground}");
                }
            }
        }
    }
}
