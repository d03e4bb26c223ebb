//! Fields of forms: a label, a control, a hint and what is wrong with it, tied together for those who do not see them.

use crate::dom;
use maud::{Markup, html};

/// What is wrong with one field of a form that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    pub field: &'static str,
    pub message: String,
}

impl FieldError {
    pub fn new(field: &'static str, message: impl std::fmt::Display) -> Self {
        Self { field, message: message.to_string() }
    }
}

#[derive(Clone, Copy)]
enum Control {
    Input(&'static str),
    Area,
}

/// A labelled text control. `form` keeps ids apart where two forms share a page.
pub struct Field<'a> {
    form: &'a str,
    name: &'a str,
    label: &'a str,
    value: &'a str,
    hint: &'a str,
    prefix: &'a str,
    control: Control,
    required: bool,
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
    /// Shown before the control: the part of an address that stands already.
    pub fn prefix(self, prefix: &'a str) -> Self {
        Self { prefix, ..self }
    }
    pub fn required(self) -> Self {
        Self { required: true, ..self }
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
    /// Where typing begins when the page is shown: at most one field of a page.
    pub fn autofocus(self) -> Self {
        Self { autofocus: true, ..self }
    }

    pub fn show(&self, error: Option<&FieldError>) -> Markup {
        let wrong = error.filter(|e| e.field == self.name);
        let id = dom::field(self.form, self.name);
        html! {
            div.field {
                label for=(id) { (self.label) @if !self.required { " " span.optional { "optional" } } }
                @if self.prefix.is_empty() { (self.control(&id, wrong.is_some())) }
                @else { div.prefixed { span.prefix { (self.prefix) } (self.control(&id, wrong.is_some())) } }
                @if let Some(wrong) = wrong { (message(self.form, self.name, &wrong.message)) }
                @if !self.hint.is_empty() { small id=(dom::hint(self.form, self.name)) { (self.hint) } }
            }
        }
    }

    fn control(&self, id: &str, wrong: bool) -> Markup {
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
                    maxlength=[self.max] autocomplete=[self.autocomplete] inputmode=[self.inputmode] autofocus[self.autofocus]
                    aria-describedby=[described] aria-invalid=[invalid];,
                Control::Area => textarea id=(id) name=(self.name) rows="4" required[self.required] maxlength=[self.max]
                    aria-describedby=[described] aria-invalid=[invalid] { (self.value) },
            }
        }
    }
}

/// What is wrong, beside its control.
pub fn message(form: &str, name: &str, text: &str) -> Markup {
    html! { p.error id=(dom::error(form, name)) { (text) } }
}

/// What is wrong with a group of controls, if it is this one.
pub fn group_error(form: &str, name: &str, error: Option<&FieldError>) -> Markup {
    html! { @if let Some(wrong) = error.filter(|e| e.field == name) { (message(form, name, &wrong.message)) } }
}

/// A form with nothing but a button: one change, by POST.
pub fn action(path: &str, class: &str, words: &str) -> Markup {
    html! { form method="post" action=(path) { button class={ "button " (class) } { (words) } } }
}
