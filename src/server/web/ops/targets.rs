//! What audit lines are about: the kind of thing, its name, and the page where it is found.

use crate::app::App;
use actors::Node;
use domain::catalogue::slug::page_path;
use std::{
    borrow::Cow,
    collections::{BTreeSet, HashMap, HashSet},
};
use store::{Act, Named};
use views::{ops::names, people::agent, t};

/// A kind of thing, by the noun of the action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Actor,
    Experience,
    Job,
    Order,
    Pass,
    Person,
    Room,
    Session,
    Space,
    Stream,
    /// Nothing that this page knows.
    Other,
}

impl Kind {
    fn of(noun: &str) -> Self {
        match noun {
            "actor" => Self::Actor,
            "experience" => Self::Experience,
            "job" => Self::Job,
            "checkout" | "payment" | "purchase" | "subscription" => Self::Order,
            "pass" => Self::Pass,
            "account" | "ban" | "member" | "operator" => Self::Person,
            "message" | "room" => Self::Room,
            "session" => Self::Session,
            "space" => Self::Space,
            "stream" => Self::Stream,
            _ => Self::Other,
        }
    }
}

/// What one line is about.
#[derive(Debug)]
pub struct AuditTarget<'a> {
    kind: Kind,
    noun: &'a str,
    /// An id; of an actor, its place in the tree.
    target: &'a str,
    /// The room in which a person was banned.
    room: Option<&'a str>,
    outcome: String,
}

impl<'a> AuditTarget<'a> {
    /// The detail of an actor's action begins with the actor's place. The target is what the request named: a place or
    /// the id of one run.
    pub fn of(act: &'a Act) -> Self {
        let noun = act.action.split('.').next().unwrap_or_default();
        let kind = Kind::of(noun);
        let about = Self { kind, noun, target: &act.target, room: None, outcome: act.detail.clone() };
        match noun {
            "actor" => {
                let (place, words) = match act.detail.split_once(": ") {
                    Some((place, words)) => (place, words.to_owned()),
                    None => (act.detail.as_str(), t!("ops-audit-done").into_owned()),
                };
                let outcome = match act.target == place {
                    true => words,
                    false => t!("ops-audit-asked", words = words, id = &act.target),
                };
                Self { target: place, outcome, ..about }
            }
            "ban" => match act.detail.rsplit_once("room ") {
                Some((words, room)) => Self { room: Some(room), outcome: words.into(), ..about },
                None => about,
            },
            _ => about,
        }
    }

    fn id(&self) -> &'a str {
        match self.kind {
            Kind::Actor => self.target.split_once('.').map_or(self.target, |(_, of)| of),
            _ => self.target,
        }
    }

    fn word(&self) -> Cow<'a, str> {
        match self.kind {
            Kind::Actor => names::kind(self.target.split('.').next().unwrap_or_default()),
            Kind::Experience => t!("ops-target-experience"),
            Kind::Job => t!("ops-target-job"),
            Kind::Order => t!("ops-target-order"),
            Kind::Pass => t!("ops-target-pass"),
            Kind::Person => t!("ops-target-person"),
            Kind::Room => t!("ops-target-room"),
            Kind::Session => t!("ops-target-session"),
            Kind::Space => t!("ops-target-space"),
            Kind::Stream => t!("ops-target-stream"),
            Kind::Other => self.noun.into(),
        }
    }

    /// The place of its actor in the tree.
    fn place(&self) -> Option<String> {
        let kind = match self.kind {
            Kind::Actor => return Some(self.target.into()),
            Kind::Stream => "stream",
            Kind::Room => "chat_room",
            Kind::Order => "checkout",
            _ => return None,
        };
        Some(format!("{kind}.{}", self.target))
    }
}

/// The names of what some lines are about, and which of their actors are in the tree.
#[derive(Debug, Default)]
pub struct Targets {
    named: HashMap<String, Named>,
    running: HashSet<String>,
}

impl Targets {
    /// `also`: an id that is named beside those of the lines. Without the database, nothing has a name.
    pub async fn learn(app: &App, lines: &[AuditTarget<'_>], also: Option<&str>) -> Self {
        let of_lines = lines.iter().flat_map(|about| [Some(about.id()), about.room]).flatten();
        let ids: BTreeSet<&str> = of_lines.chain(also).collect();
        let named = app.store.named(&Vec::from_iter(ids)).await.unwrap_or_default();
        let places: HashSet<String> = lines.iter().filter_map(AuditTarget::place).collect();
        let tree = (!places.is_empty()).then(|| app.boards.tree(app));
        let all = tree.iter().flat_map(|tree| tree.walk()).map(Node::place);
        Self { named, running: all.filter(|place| places.contains(place)).collect() }
    }

    /// The name of what has this id, or the id itself.
    pub fn title(&self, id: &str) -> String {
        self.named.get(id).map_or_else(|| id.to_owned(), |named| named.title.clone())
    }

    /// What it is called. What nobody can name any more has its id.
    pub fn words(&self, about: &AuditTarget<'_>) -> String {
        let (word, id) = (about.word(), about.id());
        match (about.kind, self.named.get(id)) {
            (Kind::Job, None) if id == ALL => t!("ops-target-jobs").into_owned(),
            (Kind::Session, Some(session)) => format!("{word} {}", agent::words(&session.title)),
            (Kind::Space, Some(space)) => format!("{word} {}", space.title),
            (_, Some(named)) => with_space(&word, named),
            (Kind::Other, None) => id.into(),
            (_, None) => format!("{word} {id}"),
        }
    }

    /// A page of it that its operator may see.
    pub fn link(&self, about: &AuditTarget<'_>) -> Option<String> {
        let running = about.place().filter(|place| self.running.contains(place));
        let actor = running.map(|place| format!("/ops/actors/{place}"));
        actor.or_else(|| match about.kind {
            Kind::Job if about.target == ALL => Some(JOBS.into()),
            kind => page(kind, self.named.get(about.target)?),
        })
    }

    pub fn outcome(&self, about: &AuditTarget<'_>) -> String {
        let room = about.room.map(|id| match self.named.get(id) {
            Some(room) => with_space(&t!("ops-target-room"), room),
            None => t!("ops-target-room-id", id = id),
        });
        format!("{}{}", about.outcome, room.unwrap_or_default())
    }
}

/// The target of a line about every parked job.
const ALL: &str = "all";
const JOBS: &str = "/ops/jobs";

fn with_space(word: &str, named: &Named) -> String {
    let title = &named.title;
    named
        .space
        .as_ref()
        .map_or_else(|| format!("{word} {title}"), |space| format!("{word} {title} · {space}"))
}

/// Pages of unpublished spaces are for their teams only.
fn page(kind: Kind, named: &Named) -> Option<String> {
    let (space, slug) = (named.space_slug.as_deref(), named.slug.as_deref());
    match kind {
        Kind::Space => Some(format!("/{}", space?)),
        Kind::Experience | Kind::Pass | Kind::Room | Kind::Stream => Some(page_path(space?, slug?)),
        Kind::Person => Some(format!("/@{}", slug?)),
        Kind::Job => slug.map(|_| JOBS.into()),
        Kind::Actor | Kind::Order | Kind::Session | Kind::Other => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Words, link and outcome of a line.
    fn shown(
        targets: &Targets,
        action: &str,
        target: &str,
        detail: &str,
    ) -> (String, Option<String>, String) {
        let act = Act { actor: None, action: action.into(), target: target.into(), detail: detail.into() };
        let about = AuditTarget::of(&act);
        (targets.words(&about), targets.link(&about), targets.outcome(&about))
    }

    fn named(title: &str, space: Option<&str>, space_slug: Option<&str>, slug: Option<&str>) -> Named {
        let [space, space_slug, slug] = [space, space_slug, slug].map(|text| text.map(String::from));
        Named { title: title.into(), space, space_slug, slug }
    }

    fn targets() -> Targets {
        let show = |slug| named("Friday", Some("Maya"), Some("maya"), slug);
        let named = [
            ("1", show(Some("friday"))),
            ("2", show(None)),
            ("3", named("Maya", Some("Maya"), Some("maya"), None)),
            ("4", named("Closed", Some("Closed"), None, None)),
            ("5", named("Vera", None, None, Some("vera"))),
            ("6", named("curl/8", None, None, None)),
            ("7", named("send_receipt", None, None, Some(""))),
        ];
        let running = ["stream.1", "checkout.2", "job_worker.pulse"].map(String::from).into();
        Targets { named: named.map(|(id, named)| (id.to_string(), named)).into(), running }
    }

    #[test]
    fn each_target_has_its_kind_its_name_and_a_page() {
        for (action, target, words, link) in [
            ("stream.state", "1", "stream Friday · Maya", Some("/ops/actors/stream.1")),
            ("message.remove", "1", "chat room Friday · Maya", Some("/maya/friday")),
            ("experience.update", "1", "experience Friday · Maya", Some("/maya/friday")),
            ("pass.withdraw", "2", "pass Friday · Maya", None),
            ("checkout.open", "2", "order Friday · Maya", Some("/ops/actors/checkout.2")),
            ("payment.apply", "2", "order Friday · Maya", Some("/ops/actors/checkout.2")),
            ("space.update", "3", "space Maya", Some("/maya")),
            ("space.unpublish", "4", "space Closed", None),
            ("account.update", "5", "person Vera", Some("/@vera")),
            ("operator.add", "5", "person Vera", Some("/@vera")),
            ("session.start", "6", "browser curl", None),
            ("job.revive", "7", "job send_receipt", Some("/ops/jobs")),
            ("job.revive", "all", "all parked jobs", Some("/ops/jobs")),
            ("experience.delete", "9", "experience 9", None),
            ("new_noun.verb", "9", "9", None),
        ] {
            let (said, to, _) = shown(&targets(), action, target, "");
            assert_eq!((said.as_str(), to.as_deref()), (words, link), "{action} {target}");
        }
    }

    #[test]
    fn an_actor_is_named_by_its_place_and_linked_while_it_is_in_the_tree() {
        let told = |target, detail| {
            let (words, link, outcome) = shown(&targets(), "actor.fault", target, detail);
            (words, link.is_some(), outcome)
        };
        let words = |text: &str| text.to_string();
        assert_eq!(told("stream.1", "stream.1"), (words("stream Friday · Maya"), true, words("done")));
        assert_eq!(
            told("0.12", "chat_room.1: each message waits 9 ms, 5 s"),
            (
                words("chat room Friday · Maya"),
                false,
                words("each message waits 9 ms, 5 s (asked for id 0.12)")
            )
        );
        assert_eq!(
            told("job_worker.pulse", "job_worker.pulse"),
            (words("job worker pulse"), true, words("done"))
        );
    }

    #[test]
    fn a_ban_names_the_room() {
        let outcome = |action, detail| shown(&targets(), action, "5", detail).2;
        assert_eq!(outcome("ban.make", "mute, room 1"), "mute, chat room Friday · Maya");
        assert_eq!(outcome("ban.lift", "room 9"), "room 9");
    }
}
