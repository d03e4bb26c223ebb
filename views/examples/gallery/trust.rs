//! Reports, suspensions, and the service's own texts.

use crate::sample::*;
use domain::{
    ops::reports::{Kind, ReportDecision, ReportReason},
    people::passkeys::Passkey,
    text::{
        documents::Document,
        language::Language,
        markdown::{self, Block},
    },
};
use maud::Markup;
use views::{
    chat::ChatOf,
    form::{Errors, FieldError},
    layout::{PasskeyPlace, Shell},
    live::reach,
    ops::{
        directory::{self, Act, PersonRow, SUSPENSION, Search, SpaceRow},
        documents::{self, EDITOR, EditedText, Editor, VersionRow},
        reports::{
            self, LineRow, Queue, ReportCard, ReportPage,
            report::{self, REPORT, ReportForm},
        },
    },
    people::passkeys::{self, PasskeysPage},
    text::{self, CONTACT, ContactForm, DocumentPage},
    words::spoken,
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let operator = domain::people::account::Account { operator: true, ..account(9, "Olu") };
    let shell = |path| shell(path, Some(&operator));
    let mut pages = reported(&shell);
    pages.extend(directories(&shell));
    pages.extend(texts(&shell));
    pages.extend(passkeys());
    pages
}

fn own_passkeys<'a>(
    list: &'a [Passkey],
    place: PasskeyPlace,
    fresh: bool,
    errors: &'a Errors,
) -> PasskeysPage<'a> {
    PasskeysPage { list, place, fresh, owed: !fresh, may_add: true, name: "", errors }
}

fn passkeys() -> Vec<(&'static str, Markup)> {
    let me = account(2, "Ada");
    let page = |path| crate::sample::shell(path, Some(&me));
    let list = [
        Passkey { id: id(801), name: "Phone <b>".into(), created_at: NOW, used_at: Some(NOW) },
        Passkey { id: id(802), name: "Key".into(), created_at: NOW, used_at: None },
    ];
    let none = Errors::default();
    let known = Errors::one("passkey", FieldError { field: "name", message: "It is known already.".into() });
    let there = || PasskeyPlace::At("http://localhost:3000".into());
    let account = "/account/passkeys";
    vec![
        (
            "passkeys-none",
            passkeys::page(&page(account), &own_passkeys(&[], PasskeyPlace::Here, true, &none)),
        ),
        ("passkeys", passkeys::page(&page(account), &own_passkeys(&list, PasskeyPlace::Here, false, &none))),
        (
            "passkeys-refused",
            passkeys::page(&page(account), &own_passkeys(&list, PasskeyPlace::Here, true, &known)),
        ),
        ("passkeys-elsewhere", passkeys::page(&page(account), &own_passkeys(&list, there(), true, &none))),
        (
            "passkeys-nowhere",
            passkeys::page(&page(account), &own_passkeys(&[], PasskeyPlace::Nowhere, true, &none)),
        ),
        ("passkeys-owed", passkeys::owed(&page(account), &PasskeyPlace::Here, true, "/account")),
        ("passkeys-owed-none", passkeys::owed(&page(account), &PasskeyPlace::Here, false, "/account")),
    ]
}

type Shells<'a> = &'a dyn Fn(&'static str) -> Shell;

fn card(n: u64, kind: Kind, about: &str) -> ReportCard {
    ReportCard {
        id: id(n),
        kind,
        about: about.into(),
        link: (kind != Kind::Letter).then(|| "/maya".into()),
        reason: ReportReason::Fraud,
        words: "The songs are <b>not</b> hers.".into(),
        at: NOW,
        reporter: Some("@ada".into()),
        others: 2,
        decided: None,
    }
}

fn reported(shell: Shells<'_>) -> Vec<(&'static str, Markup)> {
    let (person, letter) = (card(700, Kind::Person, "Kim"), card(701, Kind::Letter, ""));
    let decided = ReportCard {
        decided: Some((ReportDecision::Dismissed, NOW, "olu".into())),
        ..card(702, Kind::Space, "Maya Lin")
    };
    let queue =
        Queue { waiting: 2, open: vec![person.clone(), letter.clone()], decided: vec![decided.clone()] };
    let lines = [LineRow { seq: 4, at: NOW, body: "you are all fools".into(), removed: true }];
    let (fine, wrong) = (
        Errors::default(),
        Errors::one(REPORT, FieldError { field: "reason", message: "Choose one of the reasons.".into() }),
    );
    let remedies = [("/ops/people/1/suspension".to_string(), "Suspend the account of Kim…".to_string())];
    let page = |card, remedies| ReportPage {
        card,
        email: None,
        pictures: &[],
        reason: "",
        post: None,
        line: Some(4),
        lines: &lines,
        others: std::slice::from_ref(&decided),
        remedies,
        answer: "",
        errors: &fine,
        given: None,
    };
    let form = ReportForm {
        kind: Kind::Person,
        title: "Kim",
        back: "/maya/friday-session",
        line: Some("you are all fools"),
        path: "/streams/1/messages/4/report",
        reason: "",
        words: "",
        errors: &fine,
    };
    let refused =
        ReportForm { kind: Kind::Picture, line: None, words: "Look at it.", errors: &wrong, ..form };
    let of_clip = ReportForm { kind: Kind::Clip, title: "The chorus, at last", line: None, ..form };
    let (back, said) = (("/maya/friday-session", "Friday session"), crate::sample::lines(4));
    vec![
        ("ops-reports", reports::reports(&shell("/ops/reports"), &reports::reports_picture(&queue))),
        (
            "ops-reports-none",
            reports::reports(&shell("/ops/reports"), &reports::reports_picture(&Queue::default())),
        ),
        ("ops-report", reports::report(&shell("/ops/reports/1"), &page(&person, &remedies))),
        ("ops-report-letter", reports::report(&shell("/ops/reports/2"), &page(&letter, &[]))),
        ("ops-report-decided", reports::report(&shell("/ops/reports/3"), &page(&decided, &[]))),
        ("report", report::form(&shell("/account/reports"), &form)),
        ("report-clip", report::form(&shell("/account/reports"), &of_clip)),
        ("report-refused", report::form(&shell("/account/reports"), &refused)),
        ("report-lines", report::lines(&shell("/streams/1/messages"), back, ChatOf::Stream(id(40)), &said)),
    ]
}

fn directories(shell: Shells<'_>) -> Vec<(&'static str, Markup)> {
    let space = SpaceRow {
        id: id(10),
        name: "Maya Lin".into(),
        slug: "maya".into(),
        owner: Some("maya".into()),
        published_at: Some(NOW),
        suspended: None,
        on_air: 1,
        holders: 214,
        reports: 2,
    };
    let closed = SpaceRow { suspended: Some((NOW, "Fraud.".into())), published_at: None, ..space.clone() };
    let person = PersonRow {
        id: id(11),
        name: "Kim".into(),
        username: "kim".into(),
        masked_email: "k…@e….org".into(),
        operator: false,
        created_at: NOW,
        suspended: None,
        sessions: 2,
        spaces: 1,
        reports: 0,
    };
    let out = PersonRow { suspended: Some((NOW, "Spam.".into())), ..person.clone() };
    let search = Search { words: "ma".into(), suspended: false, next: Some("/ops/spaces?before=1".into()) };
    let (fine, wrong) = (
        Errors::default(),
        Errors::one(SUSPENSION, FieldError { field: "reason", message: "This cannot be empty.".into() }),
    );
    let beside = [("Maya Lin".to_string(), "/ops/spaces/1/suspension".to_string())];
    let ask = Act {
        title: "Suspend the account of Kim",
        name: "Kim",
        audit: "/ops/audit?about=1",
        consequence: "The person is signed out everywhere.",
        path: "/ops/people/1/suspension",
        back: ("/ops/people", "People"),
        reason: "",
        errors: &wrong,
        token: None,
        beside: &beside,
    };
    let confirm = Act { reason: "Spam.", errors: &fine, token: Some("token"), ..ask };
    vec![
        ("ops-spaces", directory::spaces(&shell("/ops/spaces"), &search, &[space, closed])),
        ("ops-spaces-none", directory::spaces(&shell("/ops/spaces"), &Search::default(), &[])),
        ("ops-people", directory::people(&shell("/ops/people"), &search, &[person, out])),
        ("ops-people-none", directory::people(&shell("/ops/people"), &Search::default(), &[])),
        ("ops-suspend", directory::act(&shell("/ops/people"), &ask)),
        ("ops-suspend-confirm", directory::act(&shell("/ops/people"), &confirm)),
    ]
}

fn read(document: Document) -> Vec<Block> {
    markdown::parse(document.shipped(spoken())).expect("a shipped text can be read")
}

fn texts(shell: Shells<'_>) -> Vec<(&'static str, Markup)> {
    let (terms, contact) = (read(Document::Terms), read(Document::Contact));
    let page = DocumentPage {
        document: Document::Terms,
        body: &terms,
        language: Some(spoken()),
        version: 2,
        at: NOW,
        current: None,
    };
    // Written by operators in another language only.
    let other = Language::ALL.into_iter().find(|language| *language != spoken());
    let foreign = DocumentPage { language: other, ..page };
    let earlier = DocumentPage { version: 1, current: Some(2), ..page };
    let contact = DocumentPage { document: Document::Contact, body: &contact, ..page };
    let (fine, wrong) = (
        Errors::default(),
        Errors::one(CONTACT, FieldError { field: "words", message: "This cannot be empty.".into() }),
    );
    let form = ContactForm { email: "ada@example.org", topic: "broken", words: "", errors: &fine };
    let refused = ContactForm { errors: &wrong, ..form };
    let version = VersionRow { version: 2, at: NOW, by: Some("olu".into()) };
    let late = Errors::one(EDITOR, FieldError { field: "body", message: "Somebody else was faster.".into() });
    let edited = |look| {
        Language::ALL.map(|language| EditedText { language, body: Document::Terms.shipped(language), look })
    };
    let (typed, shown) = (edited(None), edited(Some(terms.as_slice())));
    let editor = Editor {
        document: Document::Terms,
        version: 2,
        texts: &typed,
        is_shown: false,
        outdated: None,
        same: false,
        history: std::slice::from_ref(&version),
        errors: &fine,
    };
    let preview = Editor { texts: &shown, is_shown: true, outdated: Some(Language::German), ..editor };
    let asking = Shell { terms: Some(2), ..shell("/maya") };
    let reached =
        ["203.0.113.5:40000", "[2001:db8::5]:40000"].map(|address| address.parse().expect("an address"));
    let relays = [("turn.example.org".to_owned(), 443, "TLS")];
    vec![
        ("terms", text::page(&shell("/terms"), &page)),
        ("terms-foreign", text::page(&shell("/terms"), &foreign)),
        ("terms-earlier", text::page(&shell("/terms"), &earlier)),
        ("terms-asked", text::page(&asking, &page)),
        ("contact", text::contact(&shell("/contact"), &contact, &form)),
        ("contact-refused", text::contact(&shell("/contact"), &contact, &refused)),
        ("contact-written", text::written(&shell("/contact"), "ada@example.org")),
        ("connection", reach::page(&shell(reach::PATH), &reached, reach::Relays::default())),
        (
            "connection-relay",
            reach::page(&shell(reach::PATH), &reached, reach::Relays { all: &relays, tried: true }),
        ),
        (
            "connection-visitor",
            reach::page(&shell(reach::PATH), &reached, reach::Relays { all: &relays, tried: false }),
        ),
        ("ops-documents", documents::list(&shell("/ops/documents"), &[(Document::Terms, version.clone())])),
        ("ops-document", documents::editor(&shell("/ops/documents/terms"), &editor)),
        ("ops-document-preview", documents::editor(&shell("/ops/documents/terms"), &preview)),
        (
            "ops-document-late",
            documents::editor(&shell("/ops/documents/terms"), &Editor { errors: &late, ..editor }),
        ),
    ]
}
