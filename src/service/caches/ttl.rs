//! A map whose entries expire, bounded in number.

use domain::time::Millis;
use std::{collections::HashMap, hash::Hash};

/// With more live entries than this the cache is emptied: it is a shortcut, not a store.
const MOST: usize = 100_000;
/// Expired entries are removed when the map has doubled since the last sweep, and never below this size.
const FEW: usize = 1024;

pub struct TtlCache<K, V> {
    entries: HashMap<K, (V, Millis)>,
    sweep_at: usize,
}

impl<K, V> Default for TtlCache<K, V> {
    fn default() -> Self {
        Self { entries: HashMap::new(), sweep_at: FEW }
    }
}

impl<K: Eq + Hash, V: Clone> TtlCache<K, V> {
    pub fn get(&self, key: &K, now: Millis) -> Option<V> {
        self.entries.get(key).filter(|(_, until)| *until > now).map(|(value, _)| value.clone())
    }

    pub fn insert(&mut self, key: K, value: V, now: Millis, until: Millis) {
        if self.entries.len() >= self.sweep_at {
            self.sweep(now);
        }
        self.entries.insert(key, (value, until));
    }

    /// Removes expired entries.
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
    fn expired_entries_are_neither_found_nor_kept() {
        let mut cache = TtlCache::default();
        for n in 0..10 * FEW as i64 {
            cache.insert(n, n, Millis(n), Millis(n + 100));
            assert!(cache.entries.len() <= FEW, "{}", cache.entries.len());
        }
        let now = Millis(10 * FEW as i64);
        let last = now.0 - 1;
        assert_eq!((cache.get(&last, now), cache.get(&(now.0 - 101), now)), (Some(last), None));
        cache.sweep(Millis(now.0 + 10));
        assert_eq!((cache.entries.len(), cache.get(&last, now)), (89, Some(last)));
        cache.forget(|key, _| *key == last);
        assert_eq!(cache.get(&last, now), None);
    }
}
