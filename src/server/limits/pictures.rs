//! Limits the files with pictures that are received, decoded and drawn at once, because they take memory and time.

use super::{ClientAddress, UploadPlace, Uploads};
use domain::id::AccountId;
use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// Files that are in memory at once; each has up to 10 MB, three times while it is taken apart.
const FILES: usize = 8;
/// The same of one address.
const FILES_OF_AN_ADDRESS: usize = 4;
/// Files that are decoded at once: each may take 350 MB.
const DECODED: usize = 1;
/// Generated covers that are drawn at once.
const DRAWN: usize = 1;
/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(15);

pub struct PictureLimits {
    files: Arc<Semaphore>,
    addresses: Arc<Uploads>,
    /// Who sends a file at the moment: one at a time.
    accounts: Mutex<HashSet<AccountId>>,
    decoded: Arc<Semaphore>,
    drawn: Arc<Semaphore>,
}

/// One file, from its first byte to the response.
pub struct PicturePlace {
    limits: Arc<PictureLimits>,
    account: AccountId,
    _file: OwnedSemaphorePermit,
    _address: UploadPlace,
}

/// The right to decode or to draw. Kept until that is done, even if nobody waits for it any more.
pub type Turn = OwnedSemaphorePermit;

impl Default for PictureLimits {
    fn default() -> Self {
        let places = |count| Arc::new(Semaphore::new(count));
        Self {
            files: places(FILES),
            addresses: Uploads::new(FILES_OF_AN_ADDRESS),
            accounts: Mutex::default(),
            decoded: places(DECODED),
            drawn: places(DRAWN),
        }
    }
}

impl PictureLimits {
    /// Returns `None` if the account already sends a file, or its address or everybody together send too many.
    pub fn begin(self: &Arc<Self>, account: AccountId, address: ClientAddress) -> Option<PicturePlace> {
        let place = self.place(account, address);
        if place.is_none() {
            super::count("pictures", "refused");
        }
        place
    }

    fn place(self: &Arc<Self>, account: AccountId, address: ClientAddress) -> Option<PicturePlace> {
        let file = self.files.clone().try_acquire_owned().ok()?;
        let address = self.addresses.begin(address)?;
        // Last: from here on the place gives the account back.
        if !self.accounts().insert(account) {
            return None;
        }
        Some(PicturePlace { limits: self.clone(), account, _file: file, _address: address })
    }

    /// Waits for a turn to decode. `None`: too many wait.
    pub async fn decode(&self) -> Option<Turn> {
        timeout(PATIENCE, self.decoded.clone().acquire_owned()).await.ok()?.ok()
    }

    /// Waits for a turn to draw a generated cover.
    pub async fn draw(&self) -> Option<Turn> {
        timeout(PATIENCE, self.drawn.clone().acquire_owned()).await.ok()?.ok()
    }

    fn accounts(&self) -> MutexGuard<'_, HashSet<AccountId>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for PicturePlace {
    fn drop(&mut self) {
        self.limits.accounts().remove(&self.account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    #[test]
    fn an_account_sends_one_file_and_an_address_a_few() {
        let limits: Arc<PictureLimits> = Arc::default();
        let from = |text: &str| ClientAddress::from(text.parse::<IpAddr>().expect(text));
        let (ann, ben) = (AccountId::new(), AccountId::new());
        let first = limits.begin(ann, from("10.0.0.1"));
        assert!(first.is_some() && limits.begin(ann, from("10.0.0.2")).is_none());
        let second = limits.begin(ben, from("10.0.0.1"));
        assert!(second.is_some());
        drop(first);
        assert!(limits.begin(ann, from("10.0.0.2")).is_some(), "the refusal has kept nothing");
        drop(second);
        let many = |address: &str, count: usize| -> Vec<_> {
            (0..count).filter_map(|_| limits.begin(AccountId::new(), from(address))).collect()
        };
        let (here, there, elsewhere) = (many("10.0.0.1", 9), many("10.1.0.1", 9), many("10.2.0.1", 9));
        assert_eq!((here.len(), there.len(), elsewhere.len()), (FILES_OF_AN_ADDRESS, 4, 0));
        drop((here, there));
        assert_eq!(many("10.2.0.1", 9).len(), FILES_OF_AN_ADDRESS);
        assert!(limits.accounts().is_empty());
    }
}
