//! Form fields: label, control, hint and error, linked for screen readers.

use crate::{dom, in_words::InWords, t};
use domain::{
    picture::{MOST_BYTES, PictureError},
    time::Span,
};
use maud::{Markup, html};
use std::borrow::Cow;

/// The field of an error that belongs to no single field.
pub const WHOLE_FORM: &str = "";

/// An error in one field of a submitted form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub message: String,
}

impl FieldError {
    pub fn new(field: &'static str, why: impl InWords) -> Self {
        Self { field, message: why.in_words() }
    }
}

/// The errors of one submitted form, in the order of its fields. Other forms on the page have none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Errors {
    form: &'static str,
    list: Vec<FieldError>,
    wait: Option<Span>,
}

impl Errors {
    pub const fn of(form: &'static str) -> Self {
        Self { form, list: Vec::new(), wait: None }
    }

    pub fn one(form: &'static str, error: FieldError) -> Self {
        Self { form, list: vec![error], wait: None }
    }

    /// The form came too often; `wait`: how long until it may be sent again.
    pub fn too_often(form: &'static str, error: FieldError, wait: Span) -> Self {
        Self { form, list: vec![error], wait: Some(wait) }
    }

    pub fn push(&mut self, error: FieldError) {
        self.list.push(error);
    }

    /// Returns the value, or records the error.
    pub fn check<T, E: InWords>(&mut self, field: &'static str, value: Result<T, E>) -> Option<T> {
        value.map_err(|error| self.push(FieldError::new(field, error))).ok()
    }

    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.list.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    fn at(&self, form: &str, name: &str) -> Option<&FieldError> {
        self.list.iter().find(|error| self.form == form && error.field == name)
    }

    /// How long to wait before sending the form again, if it came too often.
    pub const fn wait(&self) -> Option<Span> {
        self.wait
    }

    pub fn has(&self, form: &str, name: &str) -> bool {
        self.at(form, name).is_some()
    }

    /// Whether some field of the page has an error. It gets the focus then, and no other one.
    fn in_fields(&self) -> bool {
        self.list.iter().any(|error| error.field != WHOLE_FORM)
    }

    /// Whether this field gets the focus: the first one with an error.
    pub(crate) fn is_first(&self, form: &str, name: &str) -> bool {
        self.form == form && self.list.first().is_some_and(|error| error.field == name)
    }
}

/// Shown at the top of a page whose form was rejected: each error, with a link to its field.
pub fn summary(errors: &Errors) -> Markup {
    html! {
        @if !errors.is_empty() {
            div.card.stack.refused role="alert" {
                p { b { (t!("form-summary", count = errors.list.len())) } }
                ul { @for error in &errors.list { li { (told(errors.form, error)) } } }
            }
        }
    }
}

fn told(form: &str, FieldError { field, message }: &FieldError) -> Markup {
    html! {
        @if *field == WHOLE_FORM { (message) }
        @else {
            @let name = match (form, *field) {
                ("asking", "kind") => t!("asking-kind"),
                ("invoice", "company") => t!("invoice-company"),
                ("invoice", "address") => t!("invoice-address"),
                ("invoice", "tax_id") => t!("invoice-tax-id"),
                ("contact", "words") => t!("text-contact-letter"),
                ("decline", "words") => t!("wish-words"),
                ("show-refund", "name") => t!("form-field-title"),
                ("clip", "from") => t!("clips-from"),
                ("clip", "until") => t!("clips-until"),
                ("captions", "file") => t!("captions-file"),
                ("restream", "address") => t!("restreams-address"),
                ("restream", "key") => t!("restreams-key"),
                (_, "subject") => t!("letters-subject"),
                (_, other) => label(other),
            };
            a href={ "#" (dom::field(form, field)) } { (name) ": " (message) }
        }
    }
}

/// The name of a field in the summary; one that is not listed is named by itself.
fn label(field: &str) -> Cow<'static, str> {
    match field {
        "slug" => t!("form-field-slug"),
        "scheduled_at" => t!("form-field-scheduled-at"),
        "zone" => t!("form-field-zone"),
        "weeks" => t!("form-field-weeks"),
        "kind" => t!("form-field-kind"),
        "includes" => t!("form-field-includes"),
        "entry" => t!("form-field-entry"),
        "tagline" => t!("form-field-tagline"),
        "bio" => t!("form-field-bio"),
        "site" => t!("form-field-site"),
        "email" => t!("form-field-email"),
        "username" => t!("form-field-username"),
        "file" => t!("form-field-file"),
        "upload" => t!("files-choose"),
        "alt" => t!("form-field-alt"),
        "accent" => t!("form-field-accent"),
        "name" => t!("form-field-name"),
        "title" => t!("form-field-title"),
        "about" => t!("form-field-about"),
        "category" => t!("form-field-category"),
        "tags" => t!("form-field-tags"),
        "promo" => t!("promo-code"),
        "percent" => t!("form-field-percent"),
        "most" => t!("form-field-most"),
        "from" => t!("form-field-from"),
        "until" => t!("form-field-until"),
        "passes" => t!("form-field-passes"),
        "options" => t!("form-field-options"),
        "stock" => t!("form-field-stock"),
        "waitlist" => t!("waitlist-selling"),
        "sales_open_at" => t!("form-field-sales-open-at"),
        "sales_close_at" => t!("form-field-sales-close-at"),
        "access_days" => t!("form-field-access-days"),
        "access_until" => t!("form-field-access-until"),
        "headline" => t!("form-field-headline"),
        "features" => t!("form-field-features"),
        "question" => t!("form-field-question"),
        "answer" => t!("form-field-answer"),
        "role" => t!("form-field-role"),
        "member" => t!("form-field-member"),
        "topic" => t!("form-field-topic"),
        "words" => t!("form-field-words"),
        "reason" => t!("form-field-reason"),
        "decision" => t!("form-field-decision"),
        "body" => t!("form-field-body"),
        "code" => t!("form-field-code"),
        "who" => t!("form-field-who"),
        "sites" => t!("form-field-sites"),
        "passphrase" => t!("entry-passphrase"),
        "rule" => t!("entry-rule"),
        "note" => t!("entry-note"),
        "days" => t!("entry-days"),
        "minutes" => t!("entry-preview-minutes"),
        "devices" => t!("devices-field"),
        other => label_of_price(other).unwrap_or_else(|| {
            let mut letters = other.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
                .into()
        }),
    }
}

/// The same of the fields that say what something costs.
fn label_of_price(field: &str) -> Option<Cow<'static, str>> {
    Some(match field {
        "amount" => t!("form-field-amount"),
        "currency" => t!("form-field-currency"),
        "least" => t!("form-field-least"),
        "suggested" => t!("form-field-suggested"),
        "monthly" => t!("form-field-monthly"),
        "yearly" => t!("form-field-yearly"),
        "trial_days" => t!("form-field-trial-days"),
        "setup_fee" => t!("form-field-setup-fee"),
        "instalments" => t!("form-field-instalments"),
        _ => return None,
    })
}

#[derive(Clone, Copy)]
enum Control {
    Input(&'static str),
    Area,
}

/// A labelled text control. `form` keeps ids distinct if two forms share a page.
pub struct Field<'a> {
    form: &'a str,
    name: &'a str,
    label: &'a str,
    value: &'a str,
    hint: &'a str,
    prefix: &'a str,
    control: Control,
    required: bool,
    note: Option<&'a str>,
    max: Option<usize>,
    autocomplete: Option<&'a str>,
    inputmode: Option<&'a str>,
    autofocus: bool,
}

impl<'a> Field<'a> {
    pub fn input(form: &'a str, name: &'a str, label: &'a str, value: &'a str) -> Self {
        let control = Control::Input("text");
        Self {
            form,
            name,
            label,
            value,
            control,
            hint: "",
            prefix: "",
            required: false,
            note: None,
            max: None,
            autocomplete: None,
            inputmode: None,
            autofocus: false,
        }
    }
    pub fn area(form: &'a str, name: &'a str, label: &'a str, value: &'a str) -> Self {
        Self { control: Control::Area, ..Self::input(form, name, label, value) }
    }
    pub fn kind(self, kind: &'static str) -> Self {
        Self { control: Control::Input(kind), ..self }
    }
    pub fn hint(self, hint: &'a str) -> Self {
        Self { hint, ..self }
    }
    /// Text before the control, such as the fixed part of an address.
    pub fn prefix(self, prefix: &'a str) -> Self {
        Self { prefix, ..self }
    }
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }
    /// When the field is needed, if that depends on another one; shown instead of that it is optional.
    pub fn needed(self, note: &'a str) -> Self {
        Self { note: Some(note), ..self }
    }
    pub fn max(self, characters: usize) -> Self {
        Self { max: Some(characters), ..self }
    }
    pub fn autocomplete(self, what: &'a str) -> Self {
        Self { autocomplete: Some(what), ..self }
    }
    pub fn inputmode(self, mode: &'a str) -> Self {
        Self { inputmode: Some(mode), ..self }
    }
    /// Gives the field the focus when the page loads and nothing is refused; at most one field of a page may have it.
    pub fn autofocus(self) -> Self {
        Self { autofocus: true, ..self }
    }

    pub fn show(&self, errors: &Errors) -> Markup {
        let wrong = errors.at(self.form, self.name);
        let focus = errors.is_first(self.form, self.name) || (self.autofocus && !errors.in_fields());
        let id = dom::field(self.form, self.name);
        html! {
            div.field {
                label for=(id) { (self.label) @if !self.required { " " span.optional { (self.note.map_or_else(|| t!("form-optional"), Cow::Borrowed)) } } }
                @if self.prefix.is_empty() { (self.control(&id, wrong.is_some(), focus)) }
                @else { div.prefixed { span.prefix { (self.prefix) } (self.control(&id, wrong.is_some(), focus)) } }
                @if let Some(wrong) = wrong { (message(self.form, self.name, &wrong.message)) }
                @if !self.hint.is_empty() { small id=(dom::hint(self.form, self.name)) { (self.hint) } }
            }
        }
    }

    fn control(&self, id: &str, wrong: bool, focus: bool) -> Markup {
        let hint = (!self.hint.is_empty()).then(|| dom::hint(self.form, self.name));
        let error = wrong.then(|| dom::error(self.form, self.name));
        let described = match (error, hint) {
            (Some(error), Some(hint)) => Some(format!("{error} {hint}")),
            (error, hint) => error.or(hint),
        };
        let invalid = wrong.then_some("true");
        html! {
            @match self.control {
                Control::Input(kind) => input id=(id) name=(self.name) type=(kind) value=(self.value) required[self.required]
                    maxlength=[self.max] autocomplete=[self.autocomplete] inputmode=[self.inputmode]
                    aria-describedby=[described] aria-invalid=[invalid] autofocus[focus];,
                Control::Area => textarea id=(id) name=(self.name) rows="4" required[self.required] maxlength=[self.max]
                    aria-describedby=[described] aria-invalid=[invalid] autofocus[focus] { (self.value) },
            }
        }
    }
}

/// An error message, linked to its control.
fn message(form: &str, name: &str, text: &str) -> Markup {
    html! { p.error id=(dom::error(form, name)) { (text) } }
}

/// The error of a group of controls, if it has one.
pub fn group_error(form: &str, name: &str, errors: &Errors) -> Markup {
    html! { @if let Some(wrong) = errors.at(form, name) { (message(form, name, &wrong.message)) } }
}

/// One of a few values.
pub fn choice(form: &str, name: &str, label: Markup, errors: &Errors, options: Markup) -> Markup {
    let id = dom::field(form, name);
    let wrong = errors.has(form, name);
    let (invalid, described) = (wrong.then_some("true"), wrong.then(|| dom::error(form, name)));
    html! {
        div.field {
            label for=(id) { (label) }
            select id=(id) name=(name) aria-invalid=[invalid] aria-describedby=[described] autofocus[errors.is_first(form, name)] { (options) }
            (group_error(form, name, errors))
        }
    }
}

/// A file with a picture. The browser offers what we take; scripts refuse what is too large before it is sent.
pub fn picture(form: &str, label: &str, hint: &str, errors: &Errors) -> Markup {
    let id = dom::field(form, "file");
    let (wrong, hint_id) = (errors.at(form, "file"), dom::hint(form, "file"));
    let described = match wrong {
        Some(_) => format!("{} {hint_id}", dom::error(form, "file")),
        None => hint_id.clone(),
    };
    html! {
        div.field {
            label for=(id) { (label) }
            input id=(id) name="file" type="file" accept="image/jpeg,image/png,image/webp" data-most=(MOST_BYTES)
                data-refusal=(PictureError::ManyBytes.in_words()) aria-describedby=(described) aria-invalid=[wrong.map(|_| "true")]
                autofocus[errors.is_first(form, "file")];
            @if let Some(wrong) = wrong { (message(form, "file", &wrong.message)) }
            small id=(hint_id) { (hint) }
        }
    }
}

/// A named group of controls that the summary can link to.
pub fn group(form: &str, name: &str, legend: &str, errors: &Errors, controls: Markup) -> Markup {
    let described = errors.at(form, name).map(|_| dom::error(form, name));
    html! {
        fieldset.stack id=(dom::field(form, name)) tabindex="-1" aria-describedby=[described] autofocus[errors.is_first(form, name)] {
            legend { (legend) }
            (controls)
            (group_error(form, name, errors))
        }
    }
}

/// A form that is only a button: one change, by POST.
pub fn action(path: &str, class: &str, words: &str) -> Markup {
    html! { form method="post" action=(path) { button class={ "button " (class) } { (words) } } }
}

/// The same on a live page, which stays and changes by its feed. `field`: what is switched on or off.
pub fn live_action(path: &str, field: Option<(&str, bool)>, class: &str, words: &str) -> Markup {
    html! {
        form method="post" action=(path) hx-post=(path) hx-swap="none" hx-disable="find button" {
            @if let Some((name, value)) = field { input type="hidden" name=(name) value=(value); }
            button class={ "button " (class) } { (words) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_field_has_the_focus_and_a_refused_one_has_it_first() {
        let focused = |errors: &Errors| {
            let address = Field::input("way_in", "email", "Address", "").autofocus().show(errors);
            let code = Field::input("way_in", "code", "Code", "").show(errors);
            [address, code].map(|field| field.into_string().contains("autofocus"))
        };
        let refused = |field| Errors::one("way_in", FieldError { field, message: "Look again.".into() });
        assert_eq!(focused(&Errors::default()), [true, false]);
        assert_eq!(focused(&refused("email")), [true, false]);
        assert_eq!(focused(&refused("code")), [false, true]);
        assert_eq!(focused(&refused(WHOLE_FORM)), [true, false]);
    }
}
