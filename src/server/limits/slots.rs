//! Counts who holds how many places. Pure: the caller defines what a place is and how its holder is ended.

use std::{
    collections::{HashMap, VecDeque},
    hash::Hash,
    sync::Arc,
};

/// How many holders to examine for one that may be ended. The others are examined later.
const TRIES: usize = 64;
/// The shortest queue that is searched for holders that are gone. A queue that doubled is searched again.
const SWEEP: u32 = 16;

/// The holder of a place.
pub trait Holder {
    /// It cannot be ended: it has closed, will soon, or is used until it closes.
    fn is_gone(&self) -> bool;
    /// Whether it may be ended in favour of a newcomer.
    fn may_end(&self) -> bool;
}

/// The limits on places.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// The total.
    pub total: usize,
    /// The limit per key.
    pub per_key: usize,
    /// While at most this many places are free, a key that holds [`Caps::scarce`] gets no more.
    pub reserve: usize,
    pub scarce: usize,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Admission<H> {
    Free,
    /// The newcomer has a place; this holder must be ended.
    InsteadOf(Arc<H>),
    Full,
}

/// Places by key. Each key's holders are in order of arrival.
#[derive(Debug)]
pub struct Slots<K, H> {
    keys: HashMap<K, Held<H>>,
    total: usize,
}

#[derive(Debug)]
struct Held<H> {
    count: u32,
    /// At this length, holders that are gone are removed from the queue.
    sweep_at: u32,
    queue: VecDeque<Arc<H>>,
}

impl<K, H> Default for Slots<K, H> {
    fn default() -> Self {
        Self { keys: HashMap::new(), total: 0 }
    }
}

impl<K: Copy + Eq + Hash, H: Holder> Slots<K, H> {
    #[cfg(test)]
    pub fn total(&self) -> usize {
        self.total
    }

    pub fn held(&self, key: &K) -> usize {
        self.keys.get(key).map_or(0, |held| held.count as usize)
    }

    /// Gives the newcomer a place, for which an old holder may have to end: one of its own key if that has enough, else
    /// one of the largest key. A holder that was asked to end but stays still counts, so at most a quarter more than
    /// the caps is held.
    pub fn admit(&mut self, key: K, newcomer: &Arc<H>, caps: Caps) -> Admission<H> {
        let held = self.held(&key);
        let is_scarce = self.total + caps.reserve >= caps.total;
        let has_enough = held >= caps.per_key || (is_scarce && held >= caps.scarce);
        let instead = if has_enough {
            let too_many = held >= caps.per_key.saturating_add(caps.per_key / 4)
                || self.total >= caps.total + caps.reserve / 2;
            if too_many {
                return Admission::Full;
            }
            match self.keys.get_mut(&key).and_then(Held::oldest) {
                Some(oldest) => Some(oldest),
                None => return Admission::Full,
            }
        } else if self.total >= caps.total {
            let oldest = self.largest().and_then(Held::oldest);
            if oldest.is_none() || self.total >= caps.total + caps.reserve {
                return Admission::Full;
            }
            oldest
        } else {
            None
        };
        self.push(key, newcomer);
        instead.map_or(Admission::Free, Admission::InsteadOf)
    }

    /// The same for holders that may be ended at any time: the newcomer always gets a place.
    pub fn admit_always(&mut self, key: K, newcomer: &Arc<H>, caps: Caps) -> Option<Arc<H>> {
        let oldest = if self.held(&key) >= caps.per_key {
            self.keys.get_mut(&key).and_then(Held::oldest)
        } else if self.total >= caps.total {
            self.largest().and_then(Held::oldest)
        } else {
            None
        };
        self.push(key, newcomer);
        oldest
    }

    /// The holders of a key, oldest first. Some may be gone.
    pub fn holders(&self, key: &K) -> impl Iterator<Item = &Arc<H>> {
        self.keys.get(key).into_iter().flat_map(|held| held.queue.iter())
    }

    /// A holder gave its place back.
    pub fn leave(&mut self, key: &K) {
        let Some(held) = self.keys.get_mut(key) else { return };
        held.count -= 1;
        self.total -= 1;
        if held.count == 0 {
            self.keys.remove(key);
        }
    }

    fn push(&mut self, key: K, newcomer: &Arc<H>) {
        let held = self.keys.entry(key).or_insert_with(|| Held {
            count: 0,
            sweep_at: SWEEP,
            queue: VecDeque::with_capacity(1),
        });
        if held.queue.len() >= held.sweep_at as usize {
            held.queue.retain(|holder| !holder.is_gone());
            held.sweep_at = 2 * held.queue.len() as u32 + SWEEP;
        }
        held.queue.push_back(newcomer.clone());
        held.count += 1;
        self.total += 1;
    }

    fn largest(&mut self) -> Option<&mut Held<H>> {
        self.keys.values_mut().max_by_key(|held| held.count)
    }
}

impl<H: Holder> Held<H> {
    /// Removes the first holder that may be ended. Those before it move to the end of the queue.
    fn oldest(&mut self) -> Option<Arc<H>> {
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
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

    #[derive(Debug, Default)]
    struct Place {
        name: usize,
        busy: AtomicBool,
        gone: AtomicBool,
    }

    impl Holder for Place {
        fn is_gone(&self) -> bool {
            self.gone.load(Relaxed)
        }
        fn may_end(&self) -> bool {
            !self.busy.load(Relaxed)
        }
    }

    const CAPS: Caps = Caps { total: 20, per_key: 8, reserve: 8, scarce: 2 };

    /// Slots with numbered holders, which record whom a newcomer replaced.
    #[derive(Default)]
    struct World {
        slots: Slots<char, Place>,
        places: Vec<(char, Arc<Place>)>,
    }

    impl World {
        /// `Some(None)`: there was room.
        fn enter(&mut self, key: char) -> Option<Option<usize>> {
            let place = Arc::new(Place { name: self.places.len(), ..Place::default() });
            let admission = self.slots.admit(key, &place, CAPS);
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
            self.slots.leave(key);
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
