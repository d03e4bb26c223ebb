//! Generated covers as JPEG, for link previews: other sites show no SVG. Each shape covers a pixel by how far inside of its
//! edge the pixel's centre is, so edges are smooth.

use domain::{
    catalogue::{
        colour::Rgb,
        cover::{Painted, Palette, Scene, Seed, Shape},
    },
    picture::PREVIEW,
};
use image::{RgbImage, codecs::jpeg::JpegEncoder};

/// Of JPEG, from 1 to 100.
const QUALITY: u8 = 82;

/// The drawing of a seed in the dimensions of link previews, as a JPEG.
pub fn preview(seed: Seed) -> Vec<u8> {
    let scene = Scene::of(seed, PREVIEW.width as f32, PREVIEW.height as f32);
    let mut canvas = Canvas::of(&scene);
    canvas.light(&scene);
    jpeg(&canvas)
}

/// The ground and the shapes of a scene without the light on generated covers, as a JPEG.
pub fn drawn(scene: &Scene) -> Vec<u8> {
    jpeg(&Canvas::of(scene))
}

fn jpeg(canvas: &Canvas) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    // Writing to memory fails for no dimensions of ours.
    let _ = canvas.finish().write_with_encoder(encoder);
    bytes
}

/// Colours from 0 to 255, row by row.
struct Canvas {
    width: u32,
    height: u32,
    pixels: Vec<[f32; 3]>,
}

fn colour(Rgb(bytes): Rgb) -> [f32; 3] {
    bytes.map(f32::from)
}

/// From `a` at 0 to `b` at 1.
fn between(a: f32, b: f32, at: f32) -> f32 {
    a + (b - a) * at.clamp(0.0, 1.0)
}

fn mixed(a: [f32; 3], b: [f32; 3], at: f32) -> [f32; 3] {
    [between(a[0], b[0], at), between(a[1], b[1], at), between(a[2], b[2], at)]
}

impl Canvas {
    /// With the ground and the shapes.
    fn of(scene: &Scene) -> Self {
        let (width, height) = (scene.width as u32, scene.height as u32);
        let mut canvas = Self { width, height, pixels: vec![[0.0; 3]; (width * height) as usize] };
        canvas.ground(&scene.palette);
        scene.shapes.iter().for_each(|painted| canvas.add(painted));
        canvas
    }

    /// Changes each pixel of a rectangle by its place in pixels and its colour so far.
    fn paint(&mut self, [left, top, right, bottom]: [f32; 4], change: impl Fn(f32, f32, &mut [f32; 3])) {
        let columns = left.floor().max(0.0) as u32..(right.ceil().max(0.0) as u32).min(self.width);
        let rows = top.floor().max(0.0) as u32..(bottom.ceil().max(0.0) as u32).min(self.height);
        for row in rows {
            let begin = (row * self.width) as usize;
            for column in columns.clone() {
                let pixel = &mut self.pixels[begin + column as usize];
                change(column as f32 + 0.5, row as f32 + 0.5, pixel);
            }
        }
    }

    fn all(&self) -> [f32; 4] {
        [0.0, 0.0, self.width as f32, self.height as f32]
    }

    /// From `base` at the top left to `deep`.
    fn ground(&mut self, palette: &Palette) {
        let (base, deep) = (colour(palette.base), colour(palette.deep));
        let [_, _, w, h] = self.all();
        self.paint(self.all(), |x, y, pixel| *pixel = mixed(base, deep, (x / w + y / h * 0.5) / 1.25));
    }

    fn add(&mut self, painted: &Painted) {
        let (over, opacity) = (colour(painted.colour), painted.opacity);
        let shape = &painted.shape;
        self.paint(frame(shape, self.all()), |x, y, pixel| {
            let share = covered(shape, x, y);
            if share > 0.0 {
                *pixel = mixed(*pixel, over, share * opacity);
            }
        });
    }

    /// Darkness from below and light from above, as in the SVG.
    fn light(&mut self, scene: &Scene) {
        let Palette { deep, pale, bright, .. } = scene.palette;
        let (deep, pale, bright) = (colour(deep), colour(pale), colour(bright));
        let [_, _, w, h] = self.all();
        let light = scene.light;
        self.paint(self.all(), |x, y, pixel| {
            let (u, v) = (x / w, y / h);
            let dark = mixed(*pixel, deep, ((v - 0.35) / 0.65).clamp(0.0, 1.0) * 0.75);
            let far = (u - light).hypot(v + 0.1) / 0.75;
            let (shine, share) = if far < 0.5 {
                (mixed(pale, bright, far * 2.0), between(0.7, 0.2, far * 2.0))
            } else {
                (bright, between(0.2, 0.0, far * 2.0 - 1.0))
            };
            *pixel = mixed(dark, shine, share);
        });
    }

    fn finish(&self) -> RgbImage {
        RgbImage::from_fn(self.width, self.height, |x, y| {
            let pixel = self.pixels[(y * self.width + x) as usize];
            image::Rgb(pixel.map(|c| c.round().clamp(0.0, 255.0) as u8))
        })
    }
}

/// The rectangle that a shape is in: left, top, right, bottom.
fn frame(shape: &Shape, all: [f32; 4]) -> [f32; 4] {
    let around = |points: &[[f32; 2]], by: f32| {
        let least = |at: usize| points.iter().map(|p| p[at]).fold(f32::MAX, f32::min) - by;
        let most = |at: usize| points.iter().map(|p| p[at]).fold(f32::MIN, f32::max) + by;
        [least(0), least(1), most(0), most(1)]
    };
    match shape {
        Shape::Disc { x, y, radius } => around(&[[*x, *y]], radius + 1.0),
        Shape::Ring { x, y, radius, width } => around(&[[*x, *y]], radius + width + 1.0),
        Shape::Line { from, to, width } => around(&[*from, *to], width + 1.0),
        Shape::Polygon(points) => around(points, 1.0),
        Shape::Quarter { x, y, size, .. } => around(&[[*x, *y], [x + size, y + size]], 1.0),
        Shape::Wave { .. } | Shape::Below(_) => all,
    }
}

/// How much of the pixel around this point a shape covers, from 0 to 1.
fn covered(shape: &Shape, x: f32, y: f32) -> f32 {
    let inside = |distance: f32| (distance + 0.5).clamp(0.0, 1.0);
    match shape {
        Shape::Disc { x: cx, y: cy, radius } => inside(radius - (x - cx).hypot(y - cy)),
        Shape::Ring { x: cx, y: cy, radius, width } => {
            inside(width / 2.0 - ((x - cx).hypot(y - cy) - radius).abs())
        }
        Shape::Line { from, to, width } => inside(width / 2.0 - from_segment(*from, *to, [x, y])),
        Shape::Polygon(points) => inside(within(points, [x, y])),
        Shape::Quarter { x: left, y: top, size, corner } => {
            let (right, bottom) = (left + size, top + size);
            let corners = [[*left, *top], [right, *top], [right, bottom], [*left, bottom]];
            let [cx, cy] = corners[usize::from(corner % 4)];
            let cell = (x - left).min(right - x).min(y - top).min(bottom - y);
            inside(cell.min(size - (x - cx).hypot(y - cy)))
        }
        Shape::Wave { wave, width } => {
            inside(width / 2.0 - (y - wave.at(x)).abs() / wave.slope(x).hypot(1.0))
        }
        Shape::Below(wave) => inside((y - wave.at(x)) / wave.slope(x).hypot(1.0)),
    }
}

fn from_segment(from: [f32; 2], to: [f32; 2], point: [f32; 2]) -> f32 {
    let (along, off) = ([to[0] - from[0], to[1] - from[1]], [point[0] - from[0], point[1] - from[1]]);
    let length = (along[0] * along[0] + along[1] * along[1]).max(f32::EPSILON);
    let at = ((off[0] * along[0] + off[1] * along[1]) / length).clamp(0.0, 1.0);
    (off[0] - along[0] * at).hypot(off[1] - along[1] * at)
}

/// How far a point is inside of a convex polygon whose corners go clockwise; negative outside.
fn within(points: &[[f32; 2]], [x, y]: [f32; 2]) -> f32 {
    let next = points.iter().cycle().skip(1);
    let edges = points.iter().zip(next).map(|(a, b)| {
        let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
        (dx * (y - a[1]) - dy * (x - a[0])) / dx.hypot(dy).max(f32::EPSILON)
    });
    edges.fold(f32::MAX, f32::min)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::cover::Wave;

    #[test]
    fn a_shape_covers_its_inside_and_half_of_its_edge() {
        let wave = Wave { base: 10.0, rise: 0.0, length: 1.0, phase: 0.0, tilt: 0.0 };
        let disc = Shape::Disc { x: 10.0, y: 10.0, radius: 4.0 };
        let ring = Shape::Ring { x: 10.0, y: 10.0, radius: 4.0, width: 2.0 };
        let line = Shape::Line { from: [0.0, 10.0], to: [10.0, 10.0], width: 4.0 };
        let triangle = Shape::Polygon(vec![[0.0, 0.0], [20.0, 0.0], [10.0, 20.0]]);
        let quarter = |corner| Shape::Quarter { x: 0.0, y: 0.0, size: 10.0, corner };
        for (shape, x, y, want) in [
            (&disc, 10.0, 10.0, 1.0),
            (&disc, 14.0, 10.0, 0.5),
            (&disc, 15.0, 10.0, 0.0),
            (&ring, 10.0, 10.0, 0.0),
            (&ring, 6.0, 10.0, 1.0),
            (&line, 5.0, 12.0, 0.5),
            (&line, 11.0, 10.0, 1.0),
            (&line, 14.0, 10.0, 0.0),
            (&triangle, 10.0, 5.0, 1.0),
            (&triangle, 10.0, 0.0, 0.5),
            (&triangle, 1.0, 19.0, 0.0),
            (&quarter(0), 2.0, 2.0, 1.0),
            (&quarter(0), 9.0, 9.0, 0.0),
            (&quarter(2), 9.0, 9.0, 1.0),
            (&quarter(2), -2.0, 9.0, 0.0),
            (&Shape::Wave { wave, width: 4.0 }, 3.0, 12.0, 0.5),
            (&Shape::Below(wave), 3.0, 12.0, 1.0),
            (&Shape::Below(wave), 3.0, 8.0, 0.0),
        ] {
            assert!((covered(shape, x, y) - want).abs() < 0.01, "{shape:?} at {x}, {y}");
        }
    }

    #[test]
    fn a_preview_is_a_jpeg_in_its_dimensions_and_another_one_for_another_seed() {
        let drawn: Vec<Vec<u8>> = (1..4).map(|n| preview(Seed(n))).collect();
        for jpeg in &drawn {
            let picture = image::load_from_memory(jpeg).expect("a picture");
            assert_eq!((picture.width(), picture.height()), (PREVIEW.width, PREVIEW.height));
            assert!(jpeg.len() < 400_000, "{} bytes", jpeg.len());
            let (left, right) = (picture.to_rgb8(), picture.to_rgb8());
            let differs =
                left.pixels().zip(right.pixels().skip(601)).any(|(a, b)| a.0[0].abs_diff(b.0[0]) > 40);
            assert!(differs, "a drawing is not of one colour");
        }
        assert!(drawn[0] != drawn[1] && drawn[1] != drawn[2]);
        assert_eq!(preview(Seed(1)), drawn[0]);
    }
}
