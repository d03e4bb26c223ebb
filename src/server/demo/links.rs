//! What the demo prints when it is open, for people.

use super::{
    DemoServer,
    house::{REHEARSAL, SESSION},
    town::Town,
};
use crate::app::App;
use domain::id::AccountId;

/// A link with the part of the list in which it stands.
pub struct DemoLink {
    pub part: &'static str,
    pub what: String,
    pub url: String,
}

const ENTER: &str = "Come in. Each of these signs you in, once:";
const LOOK: &str = "Look around:";
const SPACES: &str = "The spaces:";

/// A link that signs somebody in.
fn enter(app: &App, account: AccountId, what: &str, to: &str) -> DemoLink {
    let url = app.url(&format!("/dev/enter/{}?next={to}", app.sign_in_links.make(account)));
    DemoLink { part: ENTER, what: what.into(), url }
}

fn look(app: &App, part: &'static str, what: &str, to: &str) -> DemoLink {
    DemoLink { part, what: what.into(), url: app.url(to) }
}

impl DemoServer {
    pub fn links(&self, app: &App) -> Vec<DemoLink> {
        let studio = |stream| format!("/account/streams/{stream}/studio");
        let mut links = vec![
            enter(app, self.viewer, "watch, as Vera", &format!("/maya/{SESSION}")),
            enter(app, self.host, "go live, as Maya", &studio(self.scheduled)),
            enter(app, self.operator, "operate, as Olga", "/ops"),
        ];
        if let Some(town) = &self.town {
            links.push(enter(app, town.potter, "host a live show, as Jonas", &studio(town.wheel)));
        }
        links.extend([
            look(app, LOOK, "front", "/"),
            look(app, LOOK, "explore", "/explore"),
            look(app, LOOK, "live now", &format!("/maya/{SESSION}")),
        ]);
        if self.town.is_some() {
            links.extend([
                look(app, LOOK, "live now, free", Town::WHEEL),
                look(app, LOOK, "live now, from an encoder", Town::LINE),
                look(app, LOOK, "begins soon", Town::SOON),
            ]);
        }
        links.extend([
            look(app, LOOK, "planned", &format!("/maya/{REHEARSAL}")),
            look(app, LOOK, "buy a pass", "/maya/front-row"),
            look(app, LOOK, "mail", "/dev/mailbox"),
            look(app, LOOK, "status", "/status"),
        ]);
        if self.town.is_some() {
            links.extend(Town::spaces().map(|(slug, name)| look(app, SPACES, name, &format!("/{slug}"))));
        }
        links
    }
}

/// Those of a server with nothing but an operator.
pub fn of_empty(app: &App, operator: AccountId) -> Vec<DemoLink> {
    vec![
        enter(app, operator, "operate, as Olga", "/ops"),
        look(app, LOOK, "front", "/"),
        look(app, LOOK, "open a space", "/sign-in"),
        look(app, LOOK, "mail", "/dev/mailbox"),
    ]
}
