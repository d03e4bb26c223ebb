//! What was read lately, kept until it changes or grows old.

use domain::time::Millis;
use std::{collections::HashMap, hash::Hash};

/// So many live entries and no more: then all are read anew.
const MOST: usize = 100_000;
/// Old entries are looked for once there are twice as many as the last search left, and at least so many.
const FEW: usize = 1024;

pub struct Warm<K, V> {
    entries: HashMap<K, (V, Millis)>,
    sweep_at: usize,
}

impl<K, V> Default for Warm<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), sweep_at: FEW }
    }
}

impl<K: Eq + Hash, V: Clone> Warm<K, V> {
    pub fn get(&self, key: &K, now: Millis) -> Option<V> {
        self.entries.get(key).filter(|(_, until)| *until > now).map(|(value, _)| value.clone())
    }

    pub fn keep(&mut self, key: K, value: V, now: Millis, until: Millis) {
        if self.entries.len() >= self.sweep_at {
            self.sweep(now);
        }
        self.entries.insert(key, (value, until));
    }

    /// Lets go of what is old.
    pub fn sweep(&mut self, now: Millis) {
        self.entries.retain(|_, (_, until)| *until > now);
        if self.entries.len() >= MOST {
            self.entries.clear();
        }
        self.sweep_at = FEW.max(2 * self.entries.len());
        self.entries.shrink_to(self.sweep_at);
    }

    pub fn forget(&mut self, which: impl Fn(&K, &V) -> bool) {
        self.entries.retain(|key, (value, _)| !which(key, value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_old_is_neither_found_nor_kept_for_ever() {
        let mut warm = Warm::default();
        for n in 0..10 * FEW as i64 {
            warm.keep(n, n, Millis(n), Millis(n + 100));
            assert!(warm.entries.len() <= FEW, "{}", warm.entries.len());
        }
        let now = Millis(10 * FEW as i64);
        let last = now.0 - 1;
        assert_eq!((warm.get(&last, now), warm.get(&(now.0 - 101), now)), (Some(last), None));
        warm.sweep(Millis(now.0 + 10));
        assert_eq!((warm.entries.len(), warm.get(&last, now)), (89, Some(last)));
        warm.forget(|key, _| *key == last);
        assert_eq!(warm.get(&last, now), None);
    }
}
