//! Limits the requests with a body that an address has in progress, because each keeps its received bytes in memory.

use super::ClientAddress;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

pub struct Uploads {
    held: Mutex<HashMap<ClientAddress, usize>>,
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
        let count = held.entry(address).or_default();
        if *count >= self.per_address {
            drop(held);
            super::count("address_uploads", "refused");
            return None;
        }
        *count += 1;
        drop(held);
        Some(UploadPlace { uploads: self.clone(), address })
    }

    fn held(&self) -> MutexGuard<'_, HashMap<ClientAddress, usize>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for UploadPlace {
    fn drop(&mut self) {
        let mut held = self.uploads.held();
        if let Some(count) = held.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.address);
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
        assert!(uploads.held().is_empty());
    }
}
