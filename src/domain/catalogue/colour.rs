//! Colours: sRGB as stored and shown, OKLCH to derive them, and contrast as WCAG 2.2 defines it.

use std::{fmt, str::FromStr};

/// An opaque sRGB colour, written `#rrggbb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rgb(pub [u8; 3]);

/// Lightness from 0 to 1, chroma from 0 to about 0.37, hue in degrees. Equal steps look equally large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Oklch {
    pub lightness: f32,
    pub chroma: f32,
    pub hue: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("A colour is written like #ffb224: a # and six digits from 0 to 9 and a to f.")]
pub struct BadColour;

impl fmt::Display for Rgb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [r, g, b] = self.0;
        write!(f, "#{r:02x}{g:02x}{b:02x}")
    }
}

impl FromStr for Rgb {
    type Err = BadColour;
    fn from_str(text: &str) -> Result<Self, BadColour> {
        let digits = text.trim().strip_prefix('#').unwrap_or(text.trim());
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(BadColour);
        }
        let part = |at: usize| u8::from_str_radix(&digits[at..at + 2], 16).map_err(|_| BadColour);
        Ok(Self([part(0)?, part(2)?, part(4)?]))
    }
}

/// The sRGB transfer function, from 0..1 to linear light.
fn to_linear(byte: u8) -> f32 {
    let c = f32::from(byte) / 255.0;
    if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
}

fn from_linear(light: f32) -> f32 {
    if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 }
}

impl Rgb {
    /// From 0 for black to 1 for white.
    pub fn luminance(self) -> f32 {
        let [r, g, b] = self.0.map(to_linear);
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// From 1 to 21.
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        a.max(b) / a.min(b)
    }

    /// The matrices are those of the definition of OKLab (B. Ottosson, 2020).
    pub fn oklch(self) -> Oklch {
        let [r, g, b] = self.0.map(to_linear);
        let l = (0.412_221_47 * r + 0.536_332_54 * g + 0.051_445_995 * b).cbrt();
        let m = (0.211_903_5 * r + 0.680_699_5 * g + 0.107_396_96 * b).cbrt();
        let s = (0.088_302_46 * r + 0.281_718_85 * g + 0.629_978_7 * b).cbrt();
        let a = 1.977_998_5 * l - 2.428_592_2 * m + 0.450_593_7 * s;
        let b = 0.025_904_037 * l + 0.782_771_77 * m - 0.808_675_77 * s;
        Oklch {
            lightness: 0.210_454_26 * l + 0.793_617_8 * m - 0.004_072_047 * s,
            chroma: a.hypot(b),
            hue: b.atan2(a).to_degrees().rem_euclid(360.0),
        }
    }

    /// How different two colours look: 0 is equal, 1 is black beside white.
    pub fn distance(self, other: Self) -> f32 {
        let place = |colour: Self| {
            let Oklch { lightness, chroma, hue } = colour.oklch();
            let (sin, cos) = hue.to_radians().sin_cos();
            [lightness, chroma * cos, chroma * sin]
        };
        let (a, b) = (place(self), place(other));
        a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
    }

    /// This colour with `share` (0 to 1) of it over `ground`.
    pub fn over(self, ground: Self, share: f32) -> Self {
        let mix = |at: usize| {
            let (top, below) = (f32::from(self.0[at]), f32::from(ground.0[at]));
            (below + (top - below) * share.clamp(0.0, 1.0)).round() as u8
        };
        Self([mix(0), mix(1), mix(2)])
    }
}

impl Oklch {
    pub const fn new(lightness: f32, chroma: f32, hue: f32) -> Self {
        Self { lightness, chroma, hue }
    }

    /// The nearest sRGB colour of this lightness and hue: chroma that a screen cannot show is left out.
    pub fn rgb(self) -> Rgb {
        let mut chroma = self.chroma;
        for _ in 0..64 {
            let linear = Self { chroma, ..self }.linear();
            if linear.iter().all(|light| (-0.0005..=1.0005).contains(light)) {
                break;
            }
            chroma *= 0.95;
        }
        let linear = Self { chroma, ..self }.linear();
        Rgb(linear.map(|light| (from_linear(light.clamp(0.0, 1.0)) * 255.0).round() as u8))
    }

    fn linear(self) -> [f32; 3] {
        let (sin, cos) = self.hue.to_radians().sin_cos();
        let (a, b) = (self.chroma * cos, self.chroma * sin);
        let l = (self.lightness + 0.396_337_78 * a + 0.215_803_76 * b).powi(3);
        let m = (self.lightness - 0.105_561_346 * a - 0.063_854_17 * b).powi(3);
        let s = (self.lightness - 0.089_484_18 * a - 1.291_485_5 * b).powi(3);
        [
            4.076_741_7 * l - 3.307_711_6 * m + 0.230_969_94 * s,
            -1.268_438 * l + 2.609_757_4 * m - 0.341_319_4 * s,
            -0.004_196_086_3 * l - 0.703_418_6 * m + 1.707_614_7 * s,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rgb(text: &str) -> Rgb {
        text.parse().unwrap_or_else(|_| panic!("{text} is a colour"))
    }

    #[test]
    fn a_colour_is_read_and_written() {
        assert_eq!(rgb(" #FFb224 ").to_string(), "#ffb224");
        assert_eq!(rgb("ffb224"), Rgb([255, 178, 36]));
        for bad in ["", "#fff", "#ffb22", "#ffb2244", "#ggb224", "red", "#+fb224", "##ffb22", "#ffb22\u{e9}"]
        {
            assert_eq!(bad.parse::<Rgb>(), Err(BadColour), "{bad}");
        }
    }

    /// Contrasts as the W3C's own examples and other calculators give them.
    #[test]
    fn contrast_is_that_of_the_standard() {
        for (a, b, want) in [
            ("#000000", "#ffffff", 21.0),
            ("#ffffff", "#ffffff", 1.0),
            ("#767676", "#ffffff", 4.54),
            ("#777777", "#ffffff", 4.48),
            ("#ffb224", "#1b1400", 10.16),
            ("#0000ff", "#ffffff", 8.59),
        ] {
            let got = rgb(a).contrast(rgb(b));
            assert!((got - want).abs() < 0.06, "{a} on {b}: {got}, not {want}");
        }
    }

    #[test]
    fn oklch_is_that_of_its_definition() {
        for (text, lightness, chroma, hue) in [
            ("#ffffff", 1.0, 0.0, None),
            ("#ff0000", 0.628, 0.258, Some(29.2)),
            ("#0000ff", 0.452, 0.313, Some(264.1)),
        ] {
            let got = rgb(text).oklch();
            let near = |a: f32, b: f32, by: f32| (a - b).abs() < by;
            assert!(
                near(got.lightness, lightness, 0.002) && near(got.chroma, chroma, 0.002),
                "{text}: {got:?}"
            );
            assert!(hue.is_none_or(|hue| near(got.hue, hue, 0.2)), "{text}: {got:?}");
        }
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_same_colour(bytes: [u8; 3]) {
            let back = Rgb(bytes).oklch().rgb();
            for (a, b) in bytes.iter().zip(back.0) {
                prop_assert!(a.abs_diff(b) <= 2, "{:?} became {:?}", bytes, back);
            }
        }

        #[test]
        fn what_no_screen_shows_keeps_its_lightness(lightness in 0.1f32..0.95, hue in 0f32..360.0) {
            let shown = Oklch::new(lightness, 0.4, hue).rgb().oklch();
            prop_assert!((shown.lightness - lightness).abs() < 0.02, "{shown:?}");
        }
    }
}
