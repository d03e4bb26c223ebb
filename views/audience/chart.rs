//! Bars for figures that follow one another, the newest on the right. A table beside them says the same in numbers.

use maud::{Markup, html};
use std::fmt::Write;

const HEIGHT: i64 = 100;
/// Of each value: the bar, and the gap after it.
const BAR: usize = 8;
const GAP: usize = 2;

/// `title`: what it shows and the highest value, for screen readers and for the pointer.
pub fn bars(title: &str, values: &[i64]) -> Markup {
    let width = (values.len() * (BAR + GAP)).max(1);
    html! {
        svg.chart viewBox={ "0 0 " (width) " " (HEIGHT) } preserveAspectRatio="none" role="img" {
            title { (title) }
            path d=(outline(values)) {}
        }
    }
}

/// A rectangle for each value that is more than nothing, in proportion to the highest one.
fn outline(values: &[i64]) -> String {
    let top = values.iter().copied().max().unwrap_or(0).max(1);
    let mut path = String::new();
    for (n, value) in values.iter().enumerate().filter(|(_, value)| **value > 0) {
        let high = (i128::from(*value) * i128::from(HEIGHT) / i128::from(top)).max(1);
        // Writing into a string cannot fail.
        let _ = write!(path, "M{} {HEIGHT}v-{high}h{BAR}v{high}z", n * (BAR + GAP));
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_high_as_their_values() {
        assert_eq!(outline(&[0, 5, 10]), "M10 100v-50h8v50zM20 100v-100h8v100z");
        assert_eq!(outline(&[1, 1_000_000]), "M0 100v-1h8v1zM10 100v-100h8v100z", "something is seen");
        assert_eq!(outline(&[-5, 0]), "");
        assert_eq!(outline(&[i64::MAX]), "M0 100v-100h8v100z");
        assert!(bars("none", &[]).into_string().contains("0 0 1 100"));
    }
}
