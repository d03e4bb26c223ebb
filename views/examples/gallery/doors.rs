//! Who gets in beside a pass, and why: the team's pages, and those of whoever stands before an experience.

use crate::sample::*;
use domain::{
    access::{
        admit::{Admission, Reason, Role, Verdict},
        entry::{Invite, InviteState, LockRule},
        explain::{
            Explanation,
            Outcome::{Holds, Lacks, Opens, Refuses},
            Rule, RuleStep,
        },
        grant::Grant,
    },
    time::Span,
};
use maud::Markup;
use views::{
    access::{
        device::{self, DevicesPage, MovePage, Other},
        entry::{self, EntryPage, InviteDraft, InviteRow, LockDraft},
        guest::{self, InvitePage, PassphrasePage},
        why::{self, ExperienceAccess, WhyPage},
    },
    form::{Errors, FieldError},
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let wrong = FieldError::new("passphrase", "This is not the passphrase. Capital and small letters count.");
    vec![
        ("why", why_page()),
        ("entry", entry_page(None, &[])),
        ("entry-full", entry_page(Some(LockRule::Instead), &invites())),
        ("passphrase", passphrase(&Errors::default())),
        ("passphrase-refused", passphrase(&Errors::one("passphrase", wrong))),
        ("invited", invited(InviteState::Open)),
        ("invited-over", invited(InviteState::Full)),
        ("devices", devices()),
        ("devices-move", moving()),
    ]
}

fn admission(verdict: Verdict, reason: Reason) -> Admission {
    let grant = (reason == Reason::Holder).then(|| id(70));
    Admission { verdict, reason, until: None, grant, role: Role::Viewer }
}

fn why_page() -> Markup {
    let (space, experiences, passes, ada) = (space(), experiences(), passes(), account(2, "Ada"));
    let grant = Grant {
        id: id(70),
        account: ada.id,
        pass: passes[0].id,
        space: space.id,
        purchase: Some(id(80)),
        starts_at: NOW,
        expires_at: None,
        suspended_at: None,
        revoked_at: None,
    };
    let before = [
        (Rule::Team, Lacks),
        (Rule::Public, Holds),
        (Rule::Account, Holds),
        (Rule::Ban, Holds),
        (Rule::Invite, Lacks),
    ];
    let explained = |verdict, reason, last: &[(Rule, _)]| {
        let steps =
            before.iter().chain(last).map(|(rule, outcome)| RuleStep { rule: *rule, outcome: *outcome });
        Explanation { admission: admission(verdict, reason), steps: steps.collect() }
    };
    let inside = explained(Verdict::Admitted, Reason::Holder, &[(Rule::Pass, Opens)]);
    let outside =
        explained(Verdict::Refused, Reason::NeedsPass, &[(Rule::Pass, Lacks), (Rule::Preview, Refuses)]);
    let places = [
        ExperienceAccess {
            experience: &experiences[0],
            enter: &inside,
            post: Some(admission(Verdict::Refused, Reason::Muted)),
            play: Some(admission(Verdict::Admitted, Reason::Holder)),
        },
        ExperienceAccess { experience: &experiences[1], enter: &outside, post: None, play: None },
    ];
    let ended = Grant { id: id(71), pass: passes[1].id, revoked_at: Some(NOW), ..grant.clone() };
    let page = WhyPage {
        space: &space,
        account: &ada,
        places: &places,
        passes: &passes,
        grants: &[grant, ended],
        subscribed: &[id(71)],
        now: NOW,
    };
    why::page(&shell("/account/spaces/10/people/2", Some(&maya())), &page)
}

fn invites() -> [Invite; 4] {
    let open = Invite {
        id: id(90),
        space: id(10),
        experience: id(20),
        note: "Press".into(),
        uses: 3,
        most: 10,
        created_at: NOW,
        expires_at: NOW + Span::days(7),
        revoked_at: None,
        closed_at: None,
    };
    let full = Invite { id: id(91), note: String::new(), uses: 1, most: 1, ..open.clone() };
    let revoked = Invite { id: id(92), note: "Old class".into(), revoked_at: Some(NOW), ..open.clone() };
    let closed = Invite { id: id(93), note: "Friends of Ben".into(), closed_at: Some(NOW), ..open.clone() };
    [open, full, closed, revoked]
}

fn entry_page(lock: Option<LockRule>, invites: &[Invite]) -> Markup {
    let (space, experiences) = (space(), experiences());
    let row = |invite| InviteRow {
        invite,
        url: format!("https://backstage.example/experiences/20/invites/{}", "0f3a".repeat(18)),
    };
    let rows: Vec<InviteRow<'_>> = invites.iter().map(row).collect();
    let page = EntryPage {
        space: &space,
        experience: &experiences[0],
        lock,
        invites: &rows,
        draft: &LockDraft::default(),
        invite: &InviteDraft::default(),
        minutes: if lock.is_some() { "3" } else { "" },
        errors: &Errors::default(),
        now: NOW,
    };
    entry::page(&shell("/account/experiences/20/entry", Some(&maya())), &page)
}

fn passphrase(errors: &Errors) -> Markup {
    let (space, experiences) = (space(), experiences());
    let page = PassphrasePage { space: &space, experience: &experiences[0], errors };
    guest::passphrase(&shell("/experiences/20/passphrase", Some(&account(2, "Ada"))), &page)
}

fn invited(state: InviteState) -> Markup {
    let (space, experiences) = (space(), experiences());
    let path = "/experiences/20/invites/90-0f3a";
    let page = InvitePage { space: &space, experience: &experiences[0], path, state };
    guest::invitation(&shell(path, Some(&account(2, "Ada"))), &page)
}

fn devices() -> Markup {
    let (space, passes) = (space(), passes());
    let page = DevicesPage { space: &space, pass: &passes[0], devices: "2", errors: &Errors::default() };
    device::page(&shell("/account/access_passes/30/devices", Some(&maya())), &page)
}

fn moving() -> Markup {
    let (space, experiences) = (space(), experiences());
    let others = [Other { browser: "Firefox on Linux".into(), since: NOW }];
    let page = MovePage { space: &space, experience: &experiences[0], others: &others };
    device::moving(&shell("/maya/friday-session", Some(&account(2, "Ada"))), &page)
}
