//! Limits the requests with a body that an address has in progress, because each keeps its received bytes in memory. A short
//! body that comes with its head takes no more memory than its connection, and is limited with it.

use super::{ClientAddress, client_address::NetworkKey, slots::SlotKey};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub struct Uploads {
    held: Mutex<HashMap<NetworkKey, usize>>,
    per_address: usize,
}

/// One request in progress.
pub struct UploadPlace {
    uploads: Arc<Uploads>,
    address: ClientAddress,
}

impl Uploads {
    pub fn new(per_address: usize) -> Arc<Self> {
        Arc::new(Self { held: Mutex::default(), per_address })
    }

    /// Returns `None` if the address has reached its limit.
    pub fn begin(self: &Arc<Self>, address: ClientAddress) -> Option<UploadPlace> {
        let mut held = self.held();
        let full = |key: NetworkKey| {
            let count = held.get(&key).copied().unwrap_or_default();
            count >= self.per_address.saturating_mul(key.share())
        };
        if address.networks().any(full) {
            drop(held);
            super::count("address_uploads", "refused");
            return None;
        }
        for key in address.networks() {
            *held.entry(key).or_default() += 1;
        }
        drop(held);
        Some(UploadPlace { uploads: self.clone(), address })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<NetworkKey, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UploadPlace {
    fn drop(&mut self) {
        let mut held = self.uploads.held();
        for key in self.address.networks() {
            let Some(count) = held.get_mut(&key) else { continue };
            *count -= 1;
            if *count == 0 {
                held.remove(&key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    #[test]
    fn each_address_has_its_own() {
        let uploads = Uploads::new(2);
        let begin = |text: &str| uploads.begin(text.parse::<IpAddr>().expect(text).into());
        let (first, second) = (begin("10.0.0.1"), begin("10.0.0.1"));
        assert!(first.is_some() && second.is_some() && begin("10.0.0.1").is_none());
        assert!(begin("10.0.0.2").is_some());
        drop(first);
        assert!(begin("10.0.0.1").is_some());
        drop(second);
        let subnets = (0..9).filter_map(|n| begin(&format!("2001:db8:0:{:x}::1", n << 8)));
        assert_eq!(subnets.collect::<Vec<_>>().len(), 8, "a /48 has four times as much");
        assert!(uploads.held().is_empty());
    }
}
