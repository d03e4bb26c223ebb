//! Draws a scene shape by shape.

use domain::catalogue::{
    colour::Rgb,
    cover::{Painted, Palette, Scene, Shape, Wave},
};

/// A colour by its hexadecimal digits.
pub const fn hex(digits: u32) -> Rgb {
    let [_, r, g, b] = digits.to_be_bytes();
    Rgb([r, g, b])
}

pub struct Brush {
    scene: Scene,
    opacity: f32,
}

impl Brush {
    /// On a ground from one colour at the top left to another.
    pub fn on(width: f32, height: f32, [from, to]: [u32; 2]) -> Self {
        let (base, deep) = (hex(from), hex(to));
        let palette = Palette { deep, base, middle: base, bright: base, pale: base, second: base };
        Self { scene: Scene { width, height, palette, shapes: Vec::new(), light: 0.0 }, opacity: 1.0 }
    }

    /// From here on, from 0 for nothing to 1 for opaque.
    pub fn opacity(&mut self, opacity: f32) -> &mut Self {
        self.opacity = opacity;
        self
    }

    fn add(&mut self, shape: Shape, colour: u32) -> &mut Self {
        self.scene.shapes.push(Painted { shape, colour: hex(colour), opacity: self.opacity });
        self
    }

    pub fn disc(&mut self, [x, y]: [f32; 2], radius: f32, colour: u32) -> &mut Self {
        self.add(Shape::Disc { x, y, radius }, colour)
    }

    pub fn ring(&mut self, [x, y]: [f32; 2], radius: f32, width: f32, colour: u32) -> &mut Self {
        self.add(Shape::Ring { x, y, radius, width }, colour)
    }

    pub fn line(&mut self, from: [f32; 2], to: [f32; 2], width: f32, colour: u32) -> &mut Self {
        self.add(Shape::Line { from, to, width }, colour)
    }

    /// Convex, clockwise.
    pub fn polygon(&mut self, points: &[[f32; 2]], colour: u32) -> &mut Self {
        self.add(Shape::Polygon(points.to_vec()), colour)
    }

    /// The lower half of a disc.
    pub fn bowl(&mut self, [x, y]: [f32; 2], size: f32, colour: u32) -> &mut Self {
        self.add(Shape::Quarter { x: x - size, y, size, corner: 1 }, colour);
        self.add(Shape::Quarter { x, y, size, corner: 0 }, colour)
    }

    /// The upper half of a disc.
    pub fn dome(&mut self, [x, y]: [f32; 2], size: f32, colour: u32) -> &mut Self {
        self.add(Shape::Quarter { x: x - size, y: y - size, size, corner: 2 }, colour);
        self.add(Shape::Quarter { x, y: y - size, size, corner: 3 }, colour)
    }

    /// Everything below a wave: its height, rise, length and phase.
    pub fn below(&mut self, wave: [f32; 4], colour: u32) -> &mut Self {
        self.add(Shape::Below(of(wave)), colour)
    }

    pub fn wave(&mut self, wave: [f32; 4], width: f32, colour: u32) -> &mut Self {
        self.add(Shape::Wave { wave: of(wave), width }, colour)
    }

    /// Light around a point that fades outwards.
    pub fn glow(&mut self, at: [f32; 2], radius: f32, colour: u32) -> &mut Self {
        let before = std::mem::replace(&mut self.opacity, 0.05);
        for step in 1_u8..=12 {
            self.disc(at, radius * f32::from(step) / 12.0, colour);
        }
        self.opacity = before;
        self
    }

    pub fn done(self) -> Scene {
        self.scene
    }
}

const fn of([base, rise, length, phase]: [f32; 4]) -> Wave {
    Wave { base, rise, length, phase, tilt: 0.0 }
}
