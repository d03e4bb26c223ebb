//! Generated covers for spaces without a picture: a pattern in colours, both derived from the space's name. The same name
//! always gives the same picture, another name another one. `views` writes it as SVG.

use crate::catalogue::colour::{Oklch, Rgb};
use std::{fmt, str::FromStr};

/// Which edition of the drawing this is. It is part of the pictures' URLs, because browsers keep them for ever.
pub const EDITION: u32 = 1;

/// Everything that a drawing depends on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed(pub u64);

/// The text is no seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a seed")]
pub struct BadSeed;

impl Seed {
    /// FNV-1a: it must stay the same in all releases, and need not resist attacks.
    pub fn of(name: &str) -> Self {
        let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        Self(name.bytes().fold(0xcbf2_9ce4_8422_2325, fold))
    }
}

impl fmt::Display for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for Seed {
    type Err = BadSeed;
    fn from_str(text: &str) -> Result<Self, BadSeed> {
        let seed = u64::from_str_radix(text, 16).map(Self).map_err(|_| BadSeed)?;
        if seed.to_string() == text { Ok(seed) } else { Err(BadSeed) }
    }
}

/// A file of a drawing. It is written as the last segment of its URL, below [`crate::picture::FOLDER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drawn {
    /// For our own pages.
    Svg(Seed),
    /// For link previews elsewhere, in the dimensions of [`crate::picture::PREVIEW`].
    Preview(Seed),
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Svg(seed) => write!(f, "{seed}-{EDITION}.svg"),
            Self::Preview(seed) => write!(f, "{seed}-{EDITION}.jpg"),
        }
    }
}

impl FromStr for Drawn {
    type Err = BadSeed;
    fn from_str(text: &str) -> Result<Self, BadSeed> {
        let seed = text.split_once('-').ok_or(BadSeed)?.0.parse()?;
        [Self::Svg(seed), Self::Preview(seed)]
            .into_iter()
            .find(|file| file.to_string() == text)
            .ok_or(BadSeed)
    }
}

/// A form in pixels of its scene.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    Disc {
        x: f32,
        y: f32,
        radius: f32,
    },
    Ring {
        x: f32,
        y: f32,
        radius: f32,
        width: f32,
    },
    /// A line with round ends.
    Line {
        from: [f32; 2],
        to: [f32; 2],
        width: f32,
    },
    /// Convex, clockwise.
    Polygon(Vec<[f32; 2]>),
    /// A quarter of a disc in a square cell; its centre is the corner that `corner` counts clockwise from the top left.
    Quarter {
        x: f32,
        y: f32,
        size: f32,
        corner: u8,
    },
    /// A line across the whole scene.
    Wave {
        wave: Wave,
        width: f32,
    },
    /// Everything below a wave.
    Below(Wave),
}

/// `y = base + rise · sin(x / length + phase) + tilt · x`
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Wave {
    pub base: f32,
    pub rise: f32,
    pub length: f32,
    pub phase: f32,
    pub tilt: f32,
}

impl Wave {
    pub fn at(self, x: f32) -> f32 {
        self.base + self.rise * (x / self.length + self.phase).sin() + self.tilt * x
    }

    pub fn slope(self, x: f32) -> f32 {
        self.rise / self.length * (x / self.length + self.phase).cos() + self.tilt
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Painted {
    pub shape: Shape,
    pub colour: Rgb,
    /// From 0 to 1.
    pub opacity: f32,
}

/// Five colours of one hue, and one of another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Palette {
    pub deep: Rgb,
    pub base: Rgb,
    pub middle: Rgb,
    pub bright: Rgb,
    pub pale: Rgb,
    pub second: Rgb,
}

impl Palette {
    fn of(hue: f32, apart: f32) -> Self {
        let colour = |lightness, chroma| Oklch::new(lightness, chroma, hue).rgb();
        Self {
            deep: colour(0.2, 0.055),
            base: colour(0.37, 0.1),
            middle: colour(0.57, 0.14),
            bright: colour(0.8, 0.14),
            pale: colour(0.94, 0.06),
            second: Oklch::new(0.7, 0.14, hue + apart).rgb(),
        }
    }
}

/// A drawing: a ground from `base` to `deep`, the shapes, darkness from below, and light from above.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    pub width: f32,
    pub height: f32,
    pub palette: Palette,
    pub shapes: Vec<Painted>,
    /// Where the light comes from, as a fraction of the width.
    pub light: f32,
}

impl Scene {
    /// The drawing of a seed in a frame of this size.
    pub fn of(seed: Seed, width: f32, height: f32) -> Self {
        let mut dice = Dice(seed.0);
        let hue = dice.between(0.0, 360.0);
        let palette = Palette::of(hue, if dice.one_in(2) { 50.0 } else { -50.0 });
        let light = dice.between(0.6, 0.9);
        let mut scene = Self { width, height, palette, shapes: Vec::new(), light };
        match dice.below(7) {
            0 => rings(&mut scene, &mut dice),
            1 => bubbles(&mut scene, &mut dice),
            2 => petals(&mut scene, &mut dice),
            3 => targets(&mut scene, &mut dice),
            4 => dashes(&mut scene, &mut dice),
            5 => waves(&mut scene, &mut dice),
            _ => hills(&mut scene, &mut dice),
        }
        scene
    }

    fn add(&mut self, shape: Shape, colour: Rgb, opacity: f32) {
        self.shapes.push(Painted { shape, colour, opacity });
    }
}

/// splitmix64 (Steele, Lea, Flood, 2014).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn between(&mut self, low: f32, high: f32) -> f32 {
        let unit = (self.roll() >> 40) as f32 / (1_u64 << 24) as f32;
        low + (high - low) * unit
    }

    fn below(&mut self, count: u64) -> u64 {
        self.roll() % count
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len() as u64) as usize]
    }

    /// Mostly shades of the hue, seldom the other one.
    fn shade(&mut self, palette: &Palette) -> Rgb {
        let Palette { base, middle, bright, second, .. } = *palette;
        self.of(&[middle, middle, middle, bright, bright, base, second])
    }
}

/// Beams through circles of sound.
fn rings(scene: &mut Scene, dice: &mut Dice) {
    let (w, h, palette) = (scene.width, scene.height, scene.palette);
    let (x, y) = (w * dice.between(0.25, 0.8), h * dice.between(0.95, 1.1));
    let mut radius = h * 0.05;
    while radius < w.hypot(h) * 0.75 {
        let width = dice.between(1.0, 5.0);
        let colour = dice.of(&[palette.middle, palette.bright]);
        scene.add(Shape::Ring { x, y, radius, width }, colour, dice.between(0.2, 0.75));
        radius += dice.between(12.0, 22.0) * h / 400.0;
    }
    for _ in 0..3 {
        let (from, to) = (w * dice.between(0.0, 1.0), dice.between(0.08, 0.18) * w);
        let beam = Shape::Polygon(vec![[from - to / 2.0, -5.0], [from + to / 2.0, -5.0], [x, y]]);
        scene.add(beam, palette.pale, dice.between(0.12, 0.24));
    }
}

/// Overlapping circles in a row.
fn bubbles(scene: &mut Scene, dice: &mut Dice) {
    let (w, h, palette) = (scene.width, scene.height, scene.palette);
    let count = 6 + dice.below(4);
    for at in 0..=count {
        let x = w * (at as f32 + dice.between(-0.3, 0.3)) / count as f32;
        let (y, radius) = (h * dice.between(0.1, 0.9), h * dice.between(0.24, 0.56));
        let colour = dice.shade(&palette);
        scene.add(Shape::Disc { x, y, radius }, colour, dice.between(0.4, 0.75));
    }
}

/// Quarters of discs in a grid, like leaves.
fn petals(scene: &mut Scene, dice: &mut Dice) {
    let (w, h, palette) = (scene.width, scene.height, scene.palette);
    let size = h / dice.of(&[3.0, 4.0, 5.0]);
    for row in 0..(h / size).ceil() as usize {
        for column in 0..(w / size).ceil() as usize {
            let (x, y) = (column as f32 * size, row as f32 * size);
            let corner = dice.below(4) as u8;
            let colour = dice.shade(&palette);
            let opacity = dice.between(0.45, 0.9);
            if !dice.one_in(8) {
                scene.add(Shape::Quarter { x, y, size, corner }, colour, opacity);
            }
        }
    }
}

/// Circles around circles in a grid.
fn targets(scene: &mut Scene, dice: &mut Dice) {
    let (w, h, palette) = (scene.width, scene.height, scene.palette);
    let cell = h / dice.of(&[2.5, 3.0, 3.5]);
    for row in 0..=(h / cell).ceil() as usize {
        for column in 0..=(w / cell).ceil() as usize {
            let shift = if row.is_multiple_of(2) { 0.0 } else { 0.5 };
            let (x, y) = ((column as f32 + shift) * cell - cell * 0.25, (row as f32 + 0.1) * cell * 0.9);
            let (outer, colour) = (cell * dice.between(0.3, 0.46), dice.shade(&palette));
            scene.add(Shape::Disc { x, y, radius: outer }, colour, dice.between(0.3, 0.7));
            let (ring, inner) = (dice.shade(&palette), dice.between(0.3, 0.6));
            let width = outer * dice.between(0.1, 0.3);
            scene.add(Shape::Ring { x, y, radius: outer * inner, width }, ring, dice.between(0.6, 0.95));
        }
    }
}

/// Lines of a text that nobody can read, at an angle.
fn dashes(scene: &mut Scene, dice: &mut Dice) {
    let (w, h, palette) = (scene.width, scene.height, scene.palette);
    let (pitch, tilt) = (h / dice.between(9.0, 14.0), dice.between(-0.2, 0.2));
    let rows = ((h + w * tilt.abs()) / pitch).ceil() as usize + 1;
    for row in 0..rows {
        let top = row as f32 * pitch - (w * tilt).max(0.0);
        let mut x = w * dice.between(-0.05, 0.1);
        while x < w {
            let length = w * dice.between(0.02, 0.14);
            let (from, to) = ([x, top + tilt * x], [x + length, top + tilt * (x + length)]);
            let colour = dice.shade(&palette);
            if !dice.one_in(3) {
                scene.add(Shape::Line { from, to, width: pitch * 0.42 }, colour, dice.between(0.35, 0.9));
            }
            x += length + pitch * dice.between(0.7, 1.3);
        }
    }
}

/// Strokes of a broad brush.
fn waves(scene: &mut Scene, dice: &mut Dice) {
    let (h, palette) = (scene.height, scene.palette);
    let count = 7 + dice.below(4);
    for at in 0..count {
        let base = h * (at as f32 + dice.between(-0.3, 0.6)) / count as f32;
        let wave = wave(scene, dice, base, 0.14);
        let (colour, width) = (dice.shade(&palette), h * dice.between(0.02, 0.13));
        scene.add(Shape::Wave { wave, width }, colour, dice.between(0.5, 0.9));
    }
}

/// Ridges behind one another.
fn hills(scene: &mut Scene, dice: &mut Dice) {
    let (h, palette) = (scene.height, scene.palette);
    let (x, y) = (scene.width * dice.between(0.15, 0.6), h * dice.between(0.2, 0.45));
    scene.add(Shape::Disc { x, y, radius: h * dice.between(0.12, 0.3) }, palette.second, 0.8);
    let tones = [palette.bright, palette.middle, palette.base, palette.middle, palette.deep];
    for (at, colour) in tones.into_iter().enumerate() {
        let base = h * (0.34 + 0.13 * at as f32 + dice.between(-0.04, 0.04));
        let wave = wave(scene, dice, base, 0.13);
        scene.add(Shape::Below(wave), colour, dice.between(0.55, 0.85));
    }
}

fn wave(scene: &Scene, dice: &mut Dice, base: f32, most: f32) -> Wave {
    Wave {
        base,
        rise: scene.height * dice.between(0.04, most),
        length: scene.width * dice.between(0.07, 0.16),
        phase: dice.between(0.0, std::f32::consts::TAU),
        tilt: scene.height / scene.width * dice.between(-0.12, 0.12),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_seed_has_one_spelling_and_stays_in_all_releases() {
        assert_eq!(Seed::of("Maya Lin").to_string(), "4d5c1536fe8d0e2a");
        for bad in ["", "1", "00000000000000000", "000000000000000g", "+00000000000000f", "00000000000000AF"]
        {
            assert_eq!(bad.parse::<Seed>(), Err(BadSeed), "{bad}");
        }
        assert_eq!("00000000000000af".parse(), Ok(Seed(0xaf)));
    }

    #[test]
    fn a_file_has_one_spelling() {
        let seed = Seed(0xaf);
        assert_eq!("00000000000000af-1.svg".parse(), Ok(Drawn::Svg(seed)));
        assert_eq!("00000000000000af-1.jpg".parse(), Ok(Drawn::Preview(seed)));
        for bad in [
            "",
            "00000000000000af.svg",
            "00000000000000af-2.svg",
            "00000000000000af-1.png",
            "00000000000000AF-1.svg",
            "af-1.svg",
            "00000000000000af-1.svg-1.svg",
        ] {
            assert_eq!(bad.parse::<Drawn>(), Err(BadSeed), "{bad}");
        }
    }

    #[test]
    fn no_two_names_have_the_same_picture() {
        let drawn: HashSet<String> = (0..4000)
            .map(|n| format!("{:?}", Scene::of(Seed::of(&format!("name {n}")), 1200.0, 400.0)))
            .collect();
        assert_eq!(drawn.len(), 4000);
        let (one, again) =
            (Scene::of(Seed::of("Maya Lin"), 1200.0, 400.0), Scene::of(Seed::of("Maya Lin"), 1200.0, 400.0));
        assert_eq!(one, again);
    }

    /// Names that differ in one letter differ in what one sees first: the pattern, or the hue by a tenth of the circle.
    #[test]
    fn similar_names_look_different() {
        let look = |name: &str| {
            let scene = Scene::of(Seed::of(name), 1200.0, 400.0);
            (std::mem::discriminant(&scene.shapes[0].shape), scene.palette.middle.oklch().hue)
        };
        let alike = (0..200).filter(|n| {
            let ((a, hue_a), (b, hue_b)) = (look(&format!("Studio {n}a")), look(&format!("Studio {n}b")));
            let apart = (hue_a - hue_b).rem_euclid(360.0);
            a == b && apart.min(360.0 - apart) < 36.0
        });
        assert!(alike.count() < 16, "four in a hundred by chance");
    }

    #[test]
    fn a_picture_is_small_and_fits_any_frame() {
        for n in 0..400 {
            for (width, height) in [(1200.0, 400.0), (1200.0, 630.0)] {
                let scene = Scene::of(Seed(n), width, height);
                assert!((6..220).contains(&scene.shapes.len()), "{n}: {} shapes", scene.shapes.len());
                assert!(scene.shapes.iter().all(|s| (0.0..=1.0).contains(&s.opacity)));
            }
        }
    }
}
