//! Team page of a space.

use crate::{
    access::{closing, sales::marks},
    catalogue::{experiences, look, passes},
    dom,
    form::{self, Errors, Field},
    layout::{self, Page, Shell},
    names,
    parts::{self, When},
    t,
};
use domain::{
    access::may::{Action, may},
    amount::Money,
    catalogue::{
        offer::{Experience, Pass, Space},
        topics::Category,
        zone::Zone,
    },
    id::StreamId,
    people::account::TeamRole,
    time::Millis,
};
use maud::{Markup, html};

/// The steps from a new account to its first sale. Each flag is computed from the rows, never set by hand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checklist {
    /// It has a tagline; a space always has a name.
    pub named: bool,
    pub experience: bool,
    /// At least one pass opens an experience.
    pub pass: bool,
    pub published: bool,
}

impl Checklist {
    pub const fn done(self) -> bool {
        self.named && self.experience && self.pass && self.published
    }
    const fn count(self) -> u8 {
        self.named as u8 + self.experience as u8 + self.pass as u8 + self.published as u8
    }
}

#[derive(Clone, Copy, Debug)]
pub struct ManageSpace<'a> {
    pub space: &'a Space,
    /// The viewer's.
    pub role: TeamRole,
    pub now: Millis,
    /// Contents of the form: the saved space, or the rejected input.
    pub draft: &'a SpaceDraft,
    pub checklist: Checklist,
    pub experiences: &'a [Experience],
    pub passes: &'a [Pass],
    /// What is on air, or else the next planned show.
    pub next: Option<NextShow<'a>>,
    /// Refunds that the buyers' banks returned and that were not paid in another way.
    pub failed_refunds: &'a [FailedRefund<'a>],
    /// Shows can be sent to other platforms here.
    pub restreams: bool,
    pub errors: &'a Errors,
}

/// A show that its host opens the studio of.
#[derive(Clone, Copy, Debug)]
pub struct NextShow<'a> {
    pub stream: StreamId,
    pub title: &'a str,
    /// When it begins; `None` if it is on air.
    pub at: Option<Millis>,
}

/// A refund that was returned. Only operators can find out whose it is.
#[derive(Clone, Copy, Debug)]
pub struct FailedRefund<'a> {
    pub pass: &'a str,
    pub amount: Money,
    pub at: Millis,
}

#[derive(Clone, Debug, Default)]
pub struct SpaceDraft {
    pub slug: String,
    pub name: String,
    pub tagline: String,
    pub about: String,
    /// The code of a category, or empty.
    pub category: String,
    /// Separated by commas.
    pub tags: String,
    /// The name of its time zone, or empty.
    pub zone: String,
}

impl From<&Space> for SpaceDraft {
    fn from(s: &Space) -> Self {
        Self {
            slug: s.slug.clone(),
            name: s.name.clone(),
            tagline: s.tagline.clone(),
            about: s.about.clone(),
            category: s.topics.category.map_or("", Category::code).into(),
            tags: s.topics.listed(),
            zone: s.zone.as_ref().map_or("", Zone::name).into(),
        }
    }
}

pub fn space(shell: &Shell, m: &ManageSpace<'_>) -> Markup {
    let space = m.space;
    let head = Page { title: &space.name, ..Page::default() };
    layout::page(
        shell,
        &head,
        html! {
            main.wrap.stack #(dom::MAIN) tabindex="-1" {
                (parts::trail(&[("/account", &t!("layout-account"))]))
                div.row {
                    (parts::logo(&space.name, space.logo, "l"))
                    div { h1 { bdi { (space.name) } } small { "/" (space.slug) } }
                    span.push { (publication(m)) }
                }
                (form::summary(m.errors))
                @if let Some(at) = space.closed_at { (closing::notice(space, at, may(m.role, Action::CloseSpace), m.now)) }
                @if !m.checklist.done() { section.card.stack aria-label=(t!("catalogue-ready-label")) { (checklist(space, m.checklist)) } }
                @if let Some(next) = &m.next { (next_show(next, m.checklist.done())) }
                @if !m.failed_refunds.is_empty() { (failed_refunds(m.failed_refunds)) }
                h2 { (t!("catalogue-experiences")) }
                (experiences::rows(space, m.experiences))
                h2 { (t!("layout-passes")) }
                (passes::rows(space, m.passes, m.experiences))
                p.row {
                    a.button href={ "/account/spaces/" (space.id) "/people" } { (t!("access-people-all")) }
                    a.button href={ "/account/spaces/" (space.id) "/figures" } { (t!("figures")) }
                    @if may(m.role, Action::EditOffer) { a.button href={ "/account/spaces/" (space.id) "/recordings" } { (t!("recordings-title")) } }
                    @if m.restreams && may(m.role, Action::Host) { a.button href={ "/account/spaces/" (space.id) "/restreams" } { (t!("restreams-title")) } }
                    @if may(m.role, Action::ManageMoney) {
                        a.button href={ "/account/spaces/" (space.id) "/money" } { (t!("desk-money")) }
                        a.button href={ "/account/spaces/" (space.id) "/orders" } { (t!("desk-orders")) }
                    }
                }
                h2 { (t!("catalogue-manage-look")) }
                (look::summary(space))
                h2 { (t!("catalogue-space-about")) }
                p { a.button href={ "/account/spaces/" (space.id) "/sales" } { (t!("catalogue-manage-sales")) } }
                (edit(m))
                h2 { (t!("catalogue-manage-team")) }
                div.row {
                    a.button href={ "/account/teams/" (space.team) } { (t!("catalogue-manage-see-team")) }
                    a.button href={ "/account/spaces/" (space.id) "/embedding" } { (t!("catalogue-manage-embed")) }
                    @if may(m.role, Action::CloseSpace) && space.closed_at.is_none() { a.button.danger href={ "/account/spaces/" (space.id) "/closing" } { (t!("catalogue-manage-close")) } }
                }
            }
        },
    )
}

/// The way into its studio. `primary`: nothing else waits for the host.
fn next_show(next: &NextShow<'_>, primary: bool) -> Markup {
    html! {
        section.card.row.dated aria-label=(t!("catalogue-manage-next")) {
            @if let Some(at) = next.at { (parts::leaf(at)) } @else { (parts::badge_live()) }
            p {
                b { bdi { (next.title) } }
                @if let Some(at) = next.at { br; small { (parts::time(at, When::Moment)) br; (parts::countdown("in", at)) } }
            }
            a.button.primary[primary] href={ "/account/streams/" (next.stream) "/studio" } { (t!("catalogue-studio-open")) }
        }
    }
}

fn failed_refunds(refunds: &[FailedRefund<'_>]) -> Markup {
    html! {
        div.notice.bad {
            h2 { (t!("catalogue-refunds-failed")) }
            p { (t!("catalogue-refunds-failed-about")) }
            ul { @for refund in refunds { li { bdi { (refund.pass) } ", " (parts::money(refund.amount)) ", " (parts::time(refund.at, When::Moment)) } } }
        }
    }
}

/// The steps, with the finished ones ticked and a link to the next one.
pub fn checklist(space: &Space, c: Checklist) -> Markup {
    let base = format!("/account/spaces/{}", space.id);
    let steps = [
        (c.named, t!("catalogue-step-name"), format!("{base}#{}", dom::field("space", "tagline"))),
        (c.experience, t!("catalogue-step-experience"), format!("{base}/experiences/new")),
        (c.pass, t!("catalogue-step-pass"), format!("{base}/access_passes/new")),
        (c.published, t!("catalogue-publish"), base.clone()),
    ];
    let next = steps.iter().position(|(done, ..)| !done);
    html! {
        div.row { b { (t!("catalogue-ready")) } small.push { (t!("catalogue-steps-done", count = c.count())) } }
        progress max="4" value=(c.count()) aria-label=(t!("catalogue-steps")) {}
        ol.steps role="list" {
            @for (i, (done, words, path)) in steps.iter().enumerate() {
                li.done[*done] {
                    @if *done { span.hidden { (t!("catalogue-step-done")) " " } (words) }
                    @else if next == Some(i) && i == 3 { (form::action(&format!("{base}/publication"), "primary", words)) }
                    @else if next == Some(i) { a.button.primary href=(path) { (words) } }
                    @else { a href=(path) { (words) } }
                }
            }
        }
    }
}

fn publication(m: &ManageSpace<'_>) -> Markup {
    let base = format!("/account/spaces/{}", m.space.id);
    html! {
        @if m.checklist.published {
            div.row {
                a.button href={ "/" (m.space.slug) } { (t!("catalogue-manage-see")) }
                details.confirm {
                    summary.button { (t!("catalogue-unpublish-ask")) }
                    div.menu.stack {
                        p { (t!("catalogue-unpublish-words")) }
                        (form::action(&format!("{base}/unpublication"), "danger", &t!("catalogue-unpublish")))
                    }
                }
            }
        } @else if m.checklist.named && m.checklist.experience && m.checklist.pass { span.badge { (t!("catalogue-unpublished")) } }
        @else { (form::action(&format!("{base}/publication"), "", &t!("catalogue-publish"))) }
    }
}

fn edit(m: &ManageSpace<'_>) -> Markup {
    let d = m.draft;
    html! {
        form.card.stack method="post" action={ "/account/spaces/" (m.space.id) } {
            (Field::input("space", "name", &t!("form-field-name"), &d.name).required().max(60).show(m.errors))
            (Field::input("space", "slug", &t!("form-field-slug"), &d.slug).prefix("/").required().max(60).hint(&t!("catalogue-slug-hint")).show(m.errors))
            (Field::input("space", "tagline", &t!("form-field-tagline"), &d.tagline).max(120).show(m.errors))
            (Field::area("space", "about", &t!("form-field-about"), &d.about).max(4000).hint(&marks()).show(m.errors))
            (categories(m))
            (Field::input("space", "tags", &t!("form-field-tags"), &d.tags).max(200).hint(&t!("catalogue-tags-hint")).show(m.errors))
            div data-own-zone {
                (Field::input("space", "zone", &t!("form-field-zone"), &d.zone).max(60).hint(&t!("catalogue-zone-hint")).show(m.errors))
            }
            button.button { (t!("catalogue-space-save")) }
        }
    }
}

fn categories(m: &ManageSpace<'_>) -> Markup {
    let label = html! { (t!("form-field-category")) " " span.optional { (t!("form-optional")) } };
    let options = html! {
        option value="" { (t!("catalogue-category-none")) }
        @for c in Category::ALL { option value=(c.code()) selected[m.draft.category == c.code()] { (names::category(c)) } }
    };
    form::choice("space", "category", label, m.errors, options)
}
