//! A generated cover as an SVG document. Only attributes and no styles, so it is drawn under the strictest policy.

use domain::catalogue::cover::{Painted, Scene, Shape, Wave};
use maud::{Markup, PreEscaped, html};
use std::fmt::{Display, Write};

/// The distance between the points of a wave, in pixels. Curves connect them, so a large distance is exact enough.
const STEP: f32 = 60.0;

/// The whole document.
pub fn svg(scene: &Scene) -> Markup {
    let palette = scene.palette;
    let (w, h) = (Short(scene.width), Short(scene.height));
    let frame = format!("M0 0h{w}v{h}H0z");
    html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (w) " " (h) } width=(w) height=(h) {
            defs {
                linearGradient id="b" x2="1" y2=".5" { (stop(0.0, palette.base, 1.0)) (stop(1.0, palette.deep, 1.0)) }
                linearGradient id="v" x2="0" y2="1" { (stop(0.35, palette.deep, 0.0)) (stop(1.0, palette.deep, 0.75)) }
                radialGradient id="g" cx=(Short(scene.light)) cy="-.1" r=".75" {
                    (stop(0.0, palette.pale, 0.7)) (stop(0.5, palette.bright, 0.2)) (stop(1.0, palette.bright, 0.0))
                }
            }
            path fill="url(#b)" d=(frame) {}
            @for painted in &scene.shapes { (shape(scene, painted)) }
            path fill="url(#v)" d=(frame) {}
            path fill="url(#g)" d=(frame) {}
        }
    }
}

fn stop(offset: f32, colour: impl Display, opacity: f32) -> Markup {
    html! { stop offset=(Short(offset)) stop-color=(colour) stop-opacity=[(opacity < 1.0).then_some(Short(opacity))] {} }
}

fn shape(scene: &Scene, painted: &Painted) -> Markup {
    let (colour, opacity) = (painted.colour, Short(painted.opacity));
    let filled = |path: String| html! { path d=(path) fill=(colour) opacity=(opacity) {} };
    let drawn = |path: String, width: f32| html! { path d=(path) fill="none" stroke=(colour) stroke-width=(Short(width)) stroke-linecap="round" opacity=(opacity) {} };
    match &painted.shape {
        Shape::Disc { x, y, radius } => {
            html! { circle cx=(Short(*x)) cy=(Short(*y)) r=(Short(*radius)) fill=(colour) opacity=(opacity) {} }
        }
        Shape::Ring { x, y, radius, width } => {
            html! { circle cx=(Short(*x)) cy=(Short(*y)) r=(Short(*radius)) fill="none" stroke=(colour) stroke-width=(Short(*width)) opacity=(opacity) {} }
        }
        Shape::Line { from, to, width } => drawn(format!("M{}L{}", Point(*from), Point(*to)), *width),
        Shape::Polygon(points) => {
            let path: Vec<String> = points.iter().map(|point| Point(*point).to_string()).collect();
            filled(format!("M{}z", path.join("L")))
        }
        Shape::Quarter { x, y, size, corner } => filled(quarter(*x, *y, *size, *corner)),
        Shape::Wave { wave, width } => drawn(curve(*wave, scene.width), *width),
        Shape::Below(wave) => filled(format!("{}V{}H0z", curve(*wave, scene.width), Short(scene.height))),
    }
}

fn quarter(x: f32, y: f32, size: f32, corner: u8) -> String {
    let corners = [[x, y], [x + size, y], [x + size, y + size], [x, y + size]];
    let corner = usize::from(corner % 4);
    let (next, last) = (corners[(corner + 1) % 4], corners[(corner + 3) % 4]);
    let size = Short(size);
    format!("M{}L{}A{size} {size} 0 0 1 {}z", Point(corners[corner]), Point(next), Point(last))
}

/// Cubic curves that have the wave's points and slopes.
fn curve(wave: Wave, width: f32) -> String {
    let mut path = format!("M0 {}", Short(wave.at(0.0)));
    let mut x = 0.0;
    while x < width {
        let next = (x + STEP).min(width);
        let third = (next - x) / 3.0;
        let (leave, arrive) = (wave.at(x) + wave.slope(x) * third, wave.at(next) - wave.slope(next) * third);
        let points = [[x + third, leave], [next - third, arrive], [next, wave.at(next)]];
        let _ = write!(path, "C{} {} {}", Point(points[0]), Point(points[1]), Point(points[2]));
        x = next;
    }
    path
}

/// With one decimal digit, or two if the value is below one; without trailing zeros.
struct Short(f32);

impl Display for Short {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = if self.0.abs() < 1.0 { format!("{:.2}", self.0) } else { format!("{:.1}", self.0) };
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl maud::Render for Short {
    fn render(&self) -> Markup {
        PreEscaped(self.to_string())
    }
}

struct Point([f32; 2]);

impl Display for Point {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", Short(self.0[0]), Short(self.0[1]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::catalogue::cover::Seed;
    use std::collections::HashSet;

    #[test]
    fn numbers_are_short() {
        for (number, text) in
            [(0.0, "0"), (-0.04, "-0.04"), (0.5, "0.5"), (12.04, "12"), (1200.0, "1200"), (-3.26, "-3.3")]
        {
            assert_eq!(Short(number).to_string(), text);
        }
    }

    #[test]
    fn documents_differ_are_small_and_have_no_styles() {
        let document = |n: u64| svg(&Scene::of(Seed::of(&format!("name {n}")), 1200.0, 400.0)).into_string();
        let drawn: Vec<String> = (0..300).map(document).collect();
        assert_eq!(drawn.iter().collect::<HashSet<_>>().len(), drawn.len());
        for svg in &drawn {
            assert!(svg.len() < 24_000, "{} bytes", svg.len());
            assert!(!svg.contains("NaN") && !svg.contains("inf") && !svg.contains("style"), "{svg}");
        }
    }
}
