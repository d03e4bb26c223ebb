//! Pumps. A pump renders each event of its subject once per audience and language, and appends it to a log that all open pages
//! of that audience and language follow. It starts with the first page and ends after the last one.
//!
//! `snapshots` is the short way for a page that is rendered as a whole. `follow` opens
//! the page's feed and ends it with the page's right.

use crate::language::speaking;
use domain::text::language::Language;
use fanout::{Event, Frame, Log};
use std::{
    collections::HashMap,
    hash::Hash,
    ops::ControlFlow,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use views::{dom::events, words::spoken};

/// How long a log without readers waits for pages that reload.
const LINGER: Duration = Duration::from_secs(10);

/// What a log shows, and to which audience. Pages with equal keys and the same language share the rendered bytes, so a key names
/// everything else that the bytes depend on.
pub trait Key: Clone + Eq + Hash + Send + Sync + 'static {
    /// The current state, for pages that join.
    type State: Send + Sync + 'static;
    /// Where the pump learns what happens.
    type Source: Send + 'static;

    /// Waits for what happens next, renders it and appends it to the log. Breaks with a last frame when there is nothing
    /// left to follow.
    fn step(pump: &Pump<Self>, source: &mut Self::Source) -> impl Future<Output = ControlFlow<Frame>> + Send;
}

/// One log, and what its task and the pages that join share.
pub struct Pump<K: Key> {
    pub key: K,
    /// In which everything in the log is rendered.
    language: Language,
    pub log: Log,
    pub shown: K::State,
}

type PumpMap<K> = HashMap<(K, Language), Arc<Pump<K>>>;

/// The running pumps of one kind of key, one for each language in use. Clones share them.
pub struct Pumps<K: Key>(Arc<Mutex<PumpMap<K>>>);

impl<K: Key> Default for Pumps<K> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Key> Clone for Pumps<K> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<K: Key> Pumps<K> {
    /// Joins the pump of `key` in the language of the request, and starts it if this is the first page. `join` must take a cursor
    /// of the log: the pump runs while there is one.
    pub fn join<T>(
        &self,
        key: &K,
        start: impl FnOnce() -> (Log, K::State, K::Source),
        join: impl FnOnce(&Pump<K>) -> T,
    ) -> T {
        let language = spoken();
        let mut pumps = self.pumps();
        let place = (key.clone(), language);
        if let Some(pump) = pumps.get(&place) {
            return join(pump);
        }
        let (log, shown, source) = start();
        let pump = Arc::new(Pump { key: key.clone(), language, log, shown });
        let joined = join(&pump);
        pumps.insert(place, pump.clone());
        drop(pumps);
        tokio::spawn(speaking(language, self.clone().run(pump, source)));
        joined
    }

    /// Joins the pump of `key` in the language of the request, if it runs.
    pub fn join_running<T>(&self, key: &K, join: impl FnOnce(&Pump<K>) -> T) -> Option<T> {
        self.pumps().get(&(key.clone(), spoken())).map(|pump| join(pump))
    }

    async fn run(self, pump: Arc<Pump<K>>, mut source: K::Source) {
        let _guard = PanicGuard { pumps: &self, pump: &pump };
        let mut deserted = pin!(self.deserted(&pump));
        loop {
            tokio::select! {
                step = K::step(&pump, &mut source) => if let ControlFlow::Break(last) = step {
                    return self.end(&pump, last);
                },
                () = &mut deserted => return,
            }
        }
    }

    /// Resolves when nobody has read the log for a while and the pump is removed.
    async fn deserted(&self, pump: &Pump<K>) {
        loop {
            pump.log.deserted().await;
            tokio::time::sleep(LINGER).await;
            // Under the lock that `join` takes: nobody joins a pump that ends.
            let mut pumps = self.pumps();
            if pump.log.readers() == 0 {
                pumps.remove(&pump.place());
                return;
            }
        }
    }

    fn end(&self, pump: &Pump<K>, last: Frame) {
        self.pumps().remove(&pump.place());
        pump.log.append(last);
    }

    fn pumps(&self) -> MutexGuard<'_, PumpMap<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Key> Pump<K> {
    fn place(&self) -> (K, Language) {
        (self.key.clone(), self.language)
    }
}

/// If rendering panics, open pages continue by fetching their fragment, and the next page starts a new pump.
struct PanicGuard<'a, K: Key> {
    pumps: &'a Pumps<K>,
    pump: &'a Pump<K>,
}

impl<K: Key> Drop for PanicGuard<'_, K> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.pumps.end(self.pump, Event::named(events::DISPLACED, "").into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fanout::{Body, Config, Cursor, Fanout, Link};
    use http_body_util::BodyExt;
    use tokio::{sync::mpsc, time::sleep};
    use views::words::speak;

    #[derive(Clone, PartialEq, Eq, Hash)]
    struct WordKey(&'static str);

    impl Key for WordKey {
        type State = ();
        type Source = mpsc::UnboundedReceiver<&'static str>;

        async fn step(pump: &Pump<Self>, source: &mut Self::Source) -> ControlFlow<Frame> {
            match source.recv().await {
                Some("panic") => panic!("asked to"),
                Some("over") | None => ControlFlow::Break(Event::named(events::END, "over").into()),
                Some("language") => {
                    pump.log.append(Event::new(spoken().name()));
                    ControlFlow::Continue(())
                }
                Some(words) => {
                    pump.log.append(Event::new(words));
                    ControlFlow::Continue(())
                }
            }
        }
    }

    struct World {
        fanout: Fanout,
        pumps: Pumps<WordKey>,
    }

    /// Speaks to a pump, if this page has started one.
    type Voice = Option<mpsc::UnboundedSender<&'static str>>;

    impl World {
        fn new() -> Self {
            Self { fanout: Fanout::start(Config::default()).expect("threads"), pumps: Pumps::default() }
        }

        fn join(&self, subject: &'static str) -> (Cursor, Voice) {
            let (mut voice, log) = (None, self.fanout.log(0));
            let start = || {
                let (speak, source) = mpsc::unbounded_channel();
                voice = Some(speak);
                (log, (), source)
            };
            let cursor = self.pumps.join(&WordKey(subject), start, |pump| pump.log.head());
            (cursor, voice)
        }

        fn page(&self, cursor: Cursor) -> (Link, Body) {
            self.fanout.subscribe(cursor, [])
        }
    }

    /// The next event of a page as it stands on the wire.
    async fn next(body: &mut Body) -> String {
        let frame = body.frame().await.expect("it goes on").expect("bytes");
        String::from_utf8(frame.into_data().expect("data").to_vec()).expect("text")
    }

    #[tokio::test(start_paused = true)]
    async fn a_pump_starts_with_the_first_page_and_ends_after_the_last() {
        let world = World::new();
        let (first, voice) = world.join("a");
        let voice = voice.expect("the first page starts it");
        let (second, none) = world.join("a");
        assert!(none.is_none() && world.join("b").1.is_some(), "one for each key");
        drop(first);
        sleep(LINGER * 3).await;
        assert!(!voice.is_closed(), "the second page still reads");
        drop(second);
        sleep(LINGER / 2).await;
        let (back, none) = world.join("a");
        assert!(none.is_none(), "a page that comes back in time finds it");
        sleep(LINGER * 3).await;
        assert!(!voice.is_closed());
        drop(back);
        sleep(LINGER * 2).await;
        assert!(voice.is_closed() && world.join("a").1.is_some());
    }

    #[tokio::test]
    async fn all_pages_of_a_key_receive_each_event_and_the_last_one() {
        let world = World::new();
        let (cursor, voice) = world.join("a");
        let voice = voice.expect("started");
        let mut pages = [world.page(cursor), world.page(world.join("a").0)];
        let (cursor, _other_voice) = world.join("b");
        let mut other = world.page(cursor);
        voice.send("news").expect("it runs");
        for (_, body) in &mut pages {
            assert_eq!(next(body).await, "data: news\n\n");
        }
        voice.send("over").expect("it runs");
        for (_, body) in &mut pages {
            assert_eq!(next(body).await, "event: end\ndata: over\n\n");
        }
        assert!(world.join("a").1.is_some(), "the next page starts anew");
        let quiet = tokio::time::timeout(Duration::from_millis(50), next(&mut other.1)).await;
        assert!(quiet.is_err(), "another key: {quiet:?}");
    }

    #[tokio::test]
    async fn each_language_in_use_has_a_log_of_its_own() {
        let world = World::new();
        let join = |language| speak(language, || world.join("a"));
        let (english, german) = (join(Language::English), join(Language::German));
        assert!(join(Language::German).1.is_none(), "the second page of a language joins the first");
        for ((cursor, voice), name) in [(english, "English"), (german, "Deutsch")] {
            let (_link, mut body) = world.page(cursor);
            let voice = voice.expect("started");
            voice.send("language").expect("it runs");
            assert_eq!(next(&mut body).await, format!("data: {name}\n\n"));
        }
    }

    #[tokio::test]
    async fn a_panic_leaves_the_pages_to_their_fragments_and_the_next_page_a_new_pump() {
        let world = World::new();
        let (cursor, voice) = world.join("a");
        let (_link, mut body) = world.page(cursor);
        voice.expect("started").send("panic").expect("it runs");
        assert_eq!(next(&mut body).await, "event: displaced\ndata: \n\n");
        assert!(world.join("a").1.is_some());
    }
}
