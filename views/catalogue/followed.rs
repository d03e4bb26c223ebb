//! The parts of a space's page that follow what its team edits.

use crate::{
    Picture,
    access::sales,
    catalogue::{
        space::{SpacePage, heading, passes, programme},
        spaces, ticket,
    },
    dom,
    live::stream,
    markdown, t,
};
use domain::{
    id::{PassId, SpaceId},
    money::selling::Availability,
};
use maud::{Markup, html};

/// Everything that follows. `others`: passes of the space that are not listed, of which open pages may have chosen one.
pub fn picture(p: &SpacePage<'_>, signed_in: bool, others: &[PassId]) -> Picture {
    let picture = Picture::default()
        .with(dom::SPACE_HEAD, heading(p, signed_in))
        .with(dom::SPACE_ABOUT, about(p))
        .with(dom::SPACE_PROGRAMME, programme(p))
        .with(dom::SPACE_QUESTIONS, sales::questions(p.sales));
    let first = || passes(&SpacePage { chosen: 0, ..*p });
    let picture = picture.with(&dom::passes_with(None), first());
    let picture = others.iter().fold(picture, |all, pass| all.with(&dom::passes_with(Some(*pass)), first()));
    let picture = p.offers.iter().enumerate().fold(picture, |all, (chosen, offer)| {
        all.with(&dom::passes_with(Some(offer.pass.id)), passes(&SpacePage { chosen, ..*p }))
    });
    // After the tickets, which contain them: what follows the sale alone comes last.
    p.offers.iter().fold(picture, |all, offer| sold(all, offer.pass.id, offer.sale))
}

/// Whether passes are sold and how many are left, which is the same for everybody.
pub fn sales(passes: impl Iterator<Item = (PassId, Availability)>) -> Picture {
    passes.fold(Picture::default(), |all, (pass, sale)| sold(all, pass, sale))
}

fn sold(picture: Picture, pass: PassId, sale: Availability) -> Picture {
    let words = || ticket::sale_words(sale);
    picture.with(&dom::sale(pass), words()).with(&dom::sale_bar(pass), words())
}

/// Where pages with tickets follow their sale. `hidden`: the one that only its own link shows.
pub(super) fn sales_feed(space: SpaceId, hidden: Option<PassId>) -> Markup {
    let query = hidden.map_or_else(String::new, |pass| format!("?pass={pass}"));
    stream::follow(&format!("/spaces/{space}/offers"), &query)
}

/// What is on air, and what the team says about the space.
pub(super) fn about(p: &SpacePage<'_>) -> Markup {
    html! {
        @if let Some(live) = &p.live { (spaces::live_card(live, p.way_in().as_deref())) }
        @if p.sales.headline.is_empty() { h2.hidden { (t!("catalogue-space-about")) } } @else { h2 { bdi { (p.sales.headline) } } }
        (markdown::formatted(&p.space.about))
        (sales::features(p.sales))
    }
}

/// The passes, with the one that this page has chosen.
pub(super) fn chosen_passes(p: &SpacePage<'_>) -> Markup {
    let chosen = p.offers.get(p.chosen).map(|offer| offer.pass.id);
    html! { div.side #(dom::PASSES) { div id=(dom::passes_with(chosen)) { (passes(p)) } } }
}

/// Where the page follows.
pub(super) fn feed(space: SpaceId) -> Markup {
    stream::follow(&format!("/spaces/{space}"), "")
}
