//! Counts who holds how many places. Pure: the caller defines what a place is and how its holder is ended. A holder may
//! count for several keys, such as the networks that contain it; a wide network's limits are multiplied by its share.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
};

/// How many holders to examine for one that may be ended. The others are examined later.
const TRIES: usize = 64;
/// The shortest queue that is searched for holders that are gone. A queue that doubled is searched again.
const SWEEP: u32 = 16;

/// The handle of whoever holds a place.
pub trait SlotHolder: Clone {
    /// It can no longer be ended: it has closed, will close soon, or stays in use until it closes.
    fn is_gone(&self) -> bool;
    /// Whether it may be ended in favour of a newcomer.
    fn may_end(&self) -> bool;
}

/// What places are counted for.
pub trait SlotKey: Copy + Eq + Hash {
    /// The multiplier of its limits.
    fn share(&self) -> usize {
        1
    }
}

/// The limits on places.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// The total.
    pub total: usize,
    /// The limit of a key with a share of one.
    pub per_key: usize,
    /// While at most this many places are free, a key that holds its share of [`Caps::scarce`] gets no more.
    pub reserve: usize,
    pub scarce: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Admission<H> {
    Free,
    /// The newcomer has a place; this holder must be ended.
    InsteadOf(H),
    Full,
}

/// Places by key. Each key's holders are in order of arrival.
#[derive(Debug)]
pub struct Slots<K, H> {
    keys: HashMap<K, KeyHolders<H>>,
    total: usize,
}

#[derive(Debug)]
struct KeyHolders<H> {
    count: u32,
    /// At this length, holders that are gone are removed from the queue.
    sweep_at: u32,
    queue: VecDeque<H>,
}

impl<K, H> Default for Slots<K, H> {
    fn default() -> Self {
        Self { keys: HashMap::new(), total: 0 }
    }
}

impl<K: SlotKey, H: SlotHolder> Slots<K, H> {
    #[cfg(test)]
    pub fn total(&self) -> usize {
        self.total
    }

    pub fn held(&self, key: &K) -> usize {
        self.keys.get(key).map_or(0, |held| held.count as usize)
    }

    /// Gives the newcomer a place, for which an old holder may have to end: one of its own key if that has enough, else
    /// one of the largest key. A holder that was asked to end but stays still counts, so at most a quarter more than
    /// the caps is held. `keys`: the narrowest first.
    pub fn admit(&mut self, keys: impl Iterator<Item = K> + Clone, newcomer: &H, caps: Caps) -> Admission<H> {
        let is_scarce = self.total + caps.reserve >= caps.total;
        let too_many = |key: K| {
            let cap = caps.per_key.saturating_mul(key.share());
            self.held(&key) >= cap.saturating_add(cap / 4)
        };
        let enough = |key: &K| {
            let (held, share) = (self.held(key), key.share());
            held >= caps.per_key.saturating_mul(share)
                || (is_scarce && held >= caps.scarce.saturating_mul(share))
        };
        let instead = if let Some(key) = keys.clone().find(enough) {
            if keys.clone().any(too_many) || self.total >= caps.total + caps.reserve / 2 {
                return Admission::Full;
            }
            match self.keys.get_mut(&key).and_then(KeyHolders::oldest) {
                Some(oldest) => Some(oldest),
                None => return Admission::Full,
            }
        } else if self.total >= caps.total {
            let oldest = self.largest().and_then(KeyHolders::oldest);
            if oldest.is_none() || self.total >= caps.total + caps.reserve {
                return Admission::Full;
            }
            oldest
        } else {
            None
        };
        self.push(keys, newcomer);
        instead.map_or(Admission::Free, Admission::InsteadOf)
    }

    /// The same for holders that may be ended at any time: the newcomer always gets a place.
    pub fn admit_always(
        &mut self,
        keys: impl Iterator<Item = K> + Clone,
        newcomer: &H,
        caps: Caps,
    ) -> Option<H> {
        let enough = |key: &K| self.held(key) >= caps.per_key.saturating_mul(key.share());
        let oldest = if let Some(key) = keys.clone().find(enough) {
            self.keys.get_mut(&key).and_then(KeyHolders::oldest)
        } else if self.total >= caps.total {
            self.largest().and_then(KeyHolders::oldest)
        } else {
            None
        };
        self.push(keys, newcomer);
        oldest
    }

    /// A holder gave its place back.
    pub fn leave(&mut self, keys: impl Iterator<Item = K>) {
        self.total -= 1;
        for key in keys {
            let Some(held) = self.keys.get_mut(&key) else { continue };
            held.count -= 1;
            if held.count == 0 {
                self.keys.remove(&key);
            }
        }
    }

    fn push(&mut self, keys: impl Iterator<Item = K>, newcomer: &H) {
        self.total += 1;
        for key in keys {
            let held = self.keys.entry(key).or_insert_with(|| KeyHolders {
                count: 0,
                sweep_at: SWEEP,
                queue: VecDeque::with_capacity(1),
            });
            if held.queue.len() >= held.sweep_at as usize {
                held.queue.retain(|holder| !holder.is_gone());
                held.sweep_at = 2 * held.queue.len() as u32 + SWEEP;
            }
            // Grows by an eighth: doubling could leave half of the memory unused.
            if held.queue.len() == held.queue.capacity() {
                held.queue.reserve_exact(held.queue.len() / 8 + 1);
            }
            held.queue.push_back(newcomer.clone());
            held.count += 1;
        }
    }

    /// The key that holds most for its share.
    fn largest(&mut self) -> Option<&mut KeyHolders<H>> {
        let for_share = |held: &KeyHolders<H>, of: &K| held.count as usize * of.share();
        let larger = |(a, held): &(&K, &mut KeyHolders<H>), (b, other): &(&K, &mut KeyHolders<H>)| {
            for_share(held, b).cmp(&for_share(other, a))
        };
        self.keys.iter_mut().max_by(larger).map(|(_, held)| held)
    }
}

impl<H: SlotHolder> KeyHolders<H> {
    /// Removes the first holder that may be ended. Those before it move to the end of the queue.
    fn oldest(&mut self) -> Option<H> {
        for _ in 0..self.queue.len().min(TRIES) {
            let holder = self.queue.pop_front()?;
            if holder.is_gone() {
                continue;
            }
            if holder.may_end() {
                return Some(holder);
            }
            self.queue.push_back(holder);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    };

    #[derive(Debug, Default)]
    struct Place {
        name: usize,
        busy: AtomicBool,
        gone: AtomicBool,
    }

    impl SlotHolder for Arc<Place> {
        fn is_gone(&self) -> bool {
            self.gone.load(Relaxed)
        }
        fn may_end(&self) -> bool {
            !self.busy.load(Relaxed)
        }
    }

    const CAPS: Caps = Caps { total: 20, per_key: 8, reserve: 8, scarce: 2 };

    /// Capital letters are also in the wide network `*`, which has twice as much.
    fn keys(key: char) -> impl Iterator<Item = char> + Clone {
        [Some(key), key.is_uppercase().then_some('*')].into_iter().flatten()
    }

    impl SlotKey for char {
        fn share(&self) -> usize {
            if *self == '*' { 2 } else { 1 }
        }
    }

    /// Slots with numbered holders, which record whom a newcomer replaced.
    #[derive(Default)]
    struct World {
        slots: Slots<char, Arc<Place>>,
        places: Vec<(char, Arc<Place>)>,
    }

    impl World {
        /// `Some(None)`: there was room.
        fn enter(&mut self, key: char) -> Option<Option<usize>> {
            let place = Arc::new(Place { name: self.places.len(), ..Place::default() });
            let admission = self.slots.admit(keys(key), &place, CAPS);
            self.places.push((key, place));
            match admission {
                Admission::Free => Some(None),
                Admission::InsteadOf(old) => Some(Some(old.name)),
                Admission::Full => None,
            }
        }
        fn leave(&mut self, name: usize) {
            let (key, place) = &self.places[name];
            place.gone.store(true, Relaxed);
            self.slots.leave(keys(*key));
        }
        fn busy(&self, name: usize) {
            self.places[name].1.busy.store(true, Relaxed);
        }
    }

    #[test]
    fn a_key_that_has_enough_loses_its_oldest() {
        let mut world = World::default();
        for _ in 0..8 {
            assert_eq!(world.enter('a'), Some(None));
        }
        assert_eq!(world.enter('a'), Some(Some(0)));
        world.leave(0);
        world.busy(1);
        assert_eq!(world.enter('a'), Some(Some(2)), "a busy holder stays");
        assert_eq!(world.slots.held(&'a'), 9, "2 was asked to end and is still there");
        assert_eq!(world.enter('a'), Some(Some(3)));
        assert_eq!(world.enter('a'), None, "those asked to end do not leave");
        world.leave(2);
        world.leave(3);
        assert_eq!(world.enter('a'), Some(Some(4)));
        assert_eq!(world.enter('b'), Some(None), "others are not affected");
    }

    #[test]
    fn what_is_scarce_is_for_those_who_have_little() {
        let mut world = World::default();
        for _ in 0..8 {
            world.enter('a');
        }
        for _ in 0..4 {
            world.enter('b');
        }
        // Twelve are held, eight are free.
        assert_eq!(world.enter('b'), Some(Some(8)), "b has two already");
        world.leave(8);
        assert_eq!((world.enter('c'), world.enter('c')), (Some(None), Some(None)));
        assert_eq!(world.enter('c'), Some(Some(13)));
        world.leave(13);
        for key in ['d', 'e', 'f'] {
            assert_eq!((world.enter(key), world.enter(key)), (Some(None), Some(None)), "{key}");
        }
        assert_eq!(world.slots.total(), 20);
        assert_eq!(world.enter('g'), Some(Some(0)), "the newcomer takes a place from the largest key");
        for name in 0..8 {
            world.busy(name);
        }
        world.leave(0);
        assert_eq!(world.enter('g'), None, "all holders of a are busy");
    }

    #[test]
    fn many_small_keys_of_a_wide_one_are_limited_together() {
        let mut world = World::default();
        for key in 'A'..='L' {
            assert_eq!(world.enter(key), Some(None), "{key}");
        }
        // Twelve are held, eight are free: the wide network has four of what is scarce.
        assert_eq!(world.enter('M'), Some(Some(0)), "its oldest ends");
        world.leave(0);
        assert_eq!((world.enter('b'), world.enter('b')), (Some(None), Some(None)), "others are not affected");
        for key in ["cc", "dd", "ee"].concat().chars() {
            assert_eq!(world.enter(key), Some(None), "{key}");
        }
        assert_eq!(world.slots.total(), 20);
        assert_eq!(world.enter('g'), Some(Some(1)), "the wide network is the largest");
        for name in 1..13 {
            world.leave(name);
        }
        assert_eq!(world.slots.held(&'*'), 0);
    }

    #[test]
    fn a_wide_key_has_its_share_of_the_limit() {
        let caps = Caps { total: 1000, per_key: 8, reserve: 0, scarce: 8 };
        let mut slots = Slots::<char, Arc<Place>>::default();
        let mut enter = |key| {
            let place = Arc::new(Place::default());
            slots.admit(keys(key), &place, caps)
        };
        for key in ('A'..='P').chain('a'..='p') {
            assert!(matches!(enter(key), Admission::Free), "{key}");
        }
        assert!(matches!(enter('Q'), Admission::InsteadOf(_)), "16 are held in the wide network");
        assert!(matches!(enter('q'), Admission::Free));
    }

    #[test]
    fn newcomers_that_are_always_admitted_end_the_oldest_of_the_fullest_key() {
        let caps = Caps { total: 12, per_key: 6, reserve: 0, scarce: usize::MAX };
        let (mut slots, mut places) = (Slots::<char, Arc<Place>>::default(), Vec::new());
        let mut enter = |key| {
            let place = Arc::new(Place { name: places.len(), ..Place::default() });
            let ended = slots.admit_always(keys(key), &place, caps).map(|old| old.name);
            places.push(place);
            ended
        };
        for _ in 0..6 {
            assert_eq!(enter('a'), None);
        }
        assert_eq!((enter('a'), enter('a')), (Some(0), Some(1)), "six are held");
        for key in ['b', 'c', 'd', 'e'] {
            assert_eq!(enter(key), None, "{key}");
        }
        assert_eq!(enter('f'), Some(2), "at the total, the largest key loses its oldest");
    }

    #[test]
    fn nothing_is_kept_of_those_who_left() {
        let mut world = World::default();
        for round in 0..1000 {
            world.enter('a');
            world.leave(round);
        }
        assert!(world.slots.keys.is_empty() && world.slots.total == 0);
        let stays = world.places.len();
        world.enter('a');
        for round in stays + 1..stays + 1000 {
            world.enter('a');
            world.leave(round);
        }
        assert!(world.slots.keys[&'a'].queue.len() < 32, "{}", world.slots.keys[&'a'].queue.len());
    }
}
