//! Inline icons: they take the colour of the surrounding text and are hidden from screen readers.

use maud::{Markup, html};

fn drawn(path: &str) -> Markup {
    html! {
        svg.icon width="20" height="20" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"
            stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" { path d=(path) {} }
    }
}

/// The logo: a pass on its clip.
pub fn pass() -> Markup {
    html! {
        svg width="20" height="24" viewBox="0 0 20 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true" {
            path d="M4 4h12a3 3 0 0 1 3 3v13a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V7a3 3 0 0 1 3-3zM7 1h6v6H7zM6 14h8M6 18h5" {}
        }
    }
}
pub fn play() -> Markup {
    drawn("M7 4.5v15l12-7.5z")
}
pub fn pause() -> Markup {
    drawn("M8 5v14M16 5v14")
}
pub fn sound() -> Markup {
    drawn("M4 9.5v5h3.5L12 19V5L7.500 9.500zM16 9a4 4 0 0 1 0 6M18.500 6.500a8 8 0 0 1 0 11")
}
pub fn silent() -> Markup {
    drawn("M4 9.5v5h3.5L12 19V5L7.500 9.500zM16 9.500l5 5M21 9.500l-5 5")
}
pub fn headphones() -> Markup {
    drawn("M4 15v-2a8 8 0 0 1 16 0v2M4 15h3v5H4zM17 15h3v5h-3z")
}
pub fn fullscreen() -> Markup {
    drawn("M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5")
}
pub fn window() -> Markup {
    drawn("M3 5h18v14H3zM12 12h6v4h-6z")
}
pub fn figures() -> Markup {
    drawn("M5 20V11M12 20V4M19 20v-6")
}
pub fn grid() -> Markup {
    drawn("M4 5h7v6H4zM13 5h7v6h-7zM4 13h7v6H4zM13 13h7v6h-7z")
}
pub fn chat() -> Markup {
    drawn("M4 5h16v11H9l-5 4z")
}
pub fn page() -> Markup {
    drawn("M6 3h9l4 4v14H6zM14 3v5h5M9 13h6M9 17h6")
}
pub fn files() -> Markup {
    drawn("M12 4v11M7 11l5 5 5-5M5 20h14")
}
pub fn locked() -> Markup {
    drawn("M5 11h14v9H5zM8 11V8a4 4 0 0 1 8 0v3")
}
pub fn unlocked() -> Markup {
    drawn("M5 11h14v9H5zM8 11V7a4 4 0 0 1 7.700-1.500")
}
pub fn person() -> Markup {
    drawn("M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4 20a8 8 0 0 1 16 0")
}
pub fn dots() -> Markup {
    drawn("M5 12h.01M12 12h.01M19 12h.01")
}
pub fn camera() -> Markup {
    drawn("M3 7h12v10H3zM15 11l6-4v10l-6-4")
}
pub fn screen() -> Markup {
    drawn("M3 4h18v12H3zM9 20h6M12 16v4")
}
pub fn share() -> Markup {
    drawn("M12 15V4M8 7.500 12 3.500l4 4M5 13v7h14v-7")
}
pub fn captions() -> Markup {
    drawn("M3 5h18v14H3zM7 11h3M14 11h3M7 15h6M17 15h.01")
}
pub fn speech() -> Markup {
    drawn("M4 5h16v11H9l-5 4zM8 9h8M8 12.500h5")
}
pub fn card() -> Markup {
    drawn("M3 5h18v14H3zM9 5v14M15 5v14M3 14h18")
}
