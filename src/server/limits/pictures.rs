//! Limits the files with pictures that are received, decoded and drawn at once, because they take memory and time.

use super::{ClientAddress, UploadPlace, Uploads};
use domain::id::AccountId;
use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore},
    time::{Instant, timeout},
};

/// Files that are in memory at once; each has up to 10 MB, three times while it is taken apart.
const FILES: usize = 8;
/// The same of one address.
const FILES_OF_AN_ADDRESS: usize = 4;
/// Files that are decoded at once: each may take 350 MB.
const DECODED: usize = 1;
/// Generated covers that are drawn at once. Whoever asks for many of them delays only others who do.
const DRAWN: usize = 1;
/// How long a file waits for its turn.
const PATIENCE: Duration = Duration::from_secs(15);
/// A file that comes more slowly than this, in bytes per second, gives its place to another one when all are taken: 10 MB would
/// take two minutes.
const SLOW: f64 = 87_500.0;
/// A file is not called slow before it has been coming for this long.
const JUDGED_AFTER: Duration = Duration::from_secs(5);
/// How long a displaced file may take to go.
const GOING: Duration = Duration::from_secs(2);

pub struct PictureLimits {
    files: Arc<Semaphore>,
    addresses: Arc<Uploads>,
    /// Who sends a file at the moment: one at a time.
    accounts: Mutex<HashMap<AccountId, Arc<Receiving>>>,
    decoded: Arc<Semaphore>,
    drawn: Arc<Semaphore>,
}

/// How much of a file has come.
struct Receiving {
    since: Instant,
    bytes: AtomicU64,
    /// All of it: it cannot be displaced any more.
    whole: AtomicBool,
    displaced: Notify,
}

impl Receiving {
    fn begin() -> Arc<Self> {
        let (bytes, whole, displaced) = (AtomicU64::new(0), AtomicBool::new(false), Notify::new());
        Arc::new(Self { since: Instant::now(), bytes, whole, displaced })
    }

    /// In bytes per second; `None` if it is not slow, or cannot be judged.
    fn slow(&self) -> Option<f64> {
        let elapsed = self.since.elapsed();
        if self.whole.load(Ordering::Relaxed) || elapsed < JUDGED_AFTER {
            return None;
        }
        let rate = self.bytes.load(Ordering::Relaxed) as f64 / elapsed.as_secs_f64();
        (rate < SLOW).then_some(rate)
    }
}

/// One file, from its first byte to the response.
pub struct PicturePlace {
    receiving: Arc<Receiving>,
    _account: AccountPlace,
    _address: UploadPlace,
    _file: OwnedSemaphorePermit,
}

impl PicturePlace {
    /// Notes that so many bytes more have come.
    pub fn count(&self, bytes: usize) {
        self.receiving.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    /// The whole file has come.
    pub fn received(&self) {
        self.receiving.whole.store(true, Ordering::Relaxed);
    }

    /// Resolves when the file comes too slowly and another one gets its place.
    pub async fn displaced(&self) {
        self.receiving.displaced.notified().await;
    }
}

/// That an account sends a file.
struct AccountPlace {
    limits: Arc<PictureLimits>,
    account: AccountId,
}

/// The right to decode or to draw. Kept until that is done, even if nobody waits for it any more.
pub type PicturePermit = OwnedSemaphorePermit;

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
    /// Returns `None` if the account already sends a file, or its address or everybody together send too many. When all places
    /// are taken, the slowest file has to go.
    pub async fn begin(self: &Arc<Self>, account: AccountId, address: ClientAddress) -> Option<PicturePlace> {
        let place = self.place(account, address).await;
        if place.is_none() {
            super::count("pictures", "refused");
        }
        place
    }

    async fn place(self: &Arc<Self>, account: AccountId, address: ClientAddress) -> Option<PicturePlace> {
        let address = self.addresses.begin(address)?;
        let receiving = match self.accounts().entry(account) {
            Entry::Occupied(_) => return None,
            Entry::Vacant(free) => free.insert(Receiving::begin()).clone(),
        };
        // From here on this gives the account back.
        let account = AccountPlace { limits: self.clone(), account };
        let file = match self.files.clone().try_acquire_owned() {
            Ok(file) => file,
            Err(_) if self.displace_slowest() => {
                timeout(GOING, self.files.clone().acquire_owned()).await.ok()?.ok()?
            }
            Err(_) => return None,
        };
        Some(PicturePlace { receiving, _account: account, _address: address, _file: file })
    }

    /// Returns false if no file is slow.
    fn displace_slowest(&self) -> bool {
        let accounts = self.accounts();
        let slow = accounts.values().filter_map(|file| Some((file.slow()?, file)));
        let slowest = slow.min_by(|(one, _), (other, _)| one.total_cmp(other));
        if let Some((_, file)) = slowest {
            // It is displaced once: nobody else may count on its place.
            file.whole.store(true, Ordering::Relaxed);
            file.displaced.notify_one();
            super::count("pictures", "displaced");
        }
        slowest.is_some()
    }

    /// Waits for a turn to decode. `None`: too many wait.
    pub async fn decode(&self) -> Option<PicturePermit> {
        timeout(PATIENCE, self.decoded.clone().acquire_owned()).await.ok()?.ok()
    }

    /// Waits for a turn to draw a generated cover.
    pub async fn draw(&self) -> Option<PicturePermit> {
        timeout(PATIENCE, self.drawn.clone().acquire_owned()).await.ok()?.ok()
    }

    fn accounts(&self) -> MutexGuard<'_, HashMap<AccountId, Arc<Receiving>>> {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for AccountPlace {
    fn drop(&mut self) {
        self.limits.accounts().remove(&self.account);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::IpAddr;

    fn from(text: &str) -> ClientAddress {
        text.parse::<IpAddr>().expect(text).into()
    }

    async fn many(limits: &Arc<PictureLimits>, address: &str, count: usize) -> Vec<PicturePlace> {
        let mut places = Vec::new();
        for _ in 0..count {
            places.extend(limits.begin(AccountId::new(), from(address)).await);
        }
        places
    }

    #[tokio::test(start_paused = true)]
    async fn an_account_sends_one_file_and_an_address_a_few() {
        let limits: Arc<PictureLimits> = Arc::default();
        let (ann, ben) = (AccountId::new(), AccountId::new());
        let first = limits.begin(ann, from("10.0.0.1")).await;
        assert!(first.is_some() && limits.begin(ann, from("10.0.0.2")).await.is_none());
        let second = limits.begin(ben, from("10.0.0.1")).await;
        assert!(second.is_some());
        drop(first);
        assert!(limits.begin(ann, from("10.0.0.2")).await.is_some(), "the refusal has kept nothing");
        drop(second);
        let (here, there) = (many(&limits, "10.0.0.1", 9).await, many(&limits, "10.1.0.1", 9).await);
        let elsewhere = many(&limits, "10.2.0.1", 9).await;
        assert_eq!((here.len(), there.len(), elsewhere.len()), (FILES_OF_AN_ADDRESS, 4, 0));
        drop((here, there));
        assert_eq!(many(&limits, "10.2.0.1", 9).await.len(), FILES_OF_AN_ADDRESS);
        assert!(limits.accounts().is_empty());
    }

    #[tokio::test(start_paused = true)]
    async fn the_slowest_file_makes_room() {
        let limits: Arc<PictureLimits> = Arc::default();
        let mut places = many(&limits, "10.0.0.1", 4).await;
        places.extend(many(&limits, "10.1.0.1", 4).await);
        let newcomer = async || limits.begin(AccountId::new(), from("10.2.0.1")).await;
        tokio::time::sleep(JUDGED_AFTER - Duration::from_millis(1)).await;
        assert!(newcomer().await.is_none(), "nobody is judged yet");
        tokio::time::sleep(Duration::from_secs(1)).await;
        for (n, place) in places.iter().enumerate() {
            place.count(if n == 6 { 9 } else { 100_000 + n });
        }
        places[0].received();
        let slowest = places.remove(6);
        let (came, ()) = tokio::join!(newcomer(), async move {
            slowest.displaced().await;
            drop(slowest);
        });
        assert!(came.is_some(), "the slowest has gone for it");
        places.iter().for_each(|place| place.count(1_000_000));
        assert!(newcomer().await.is_none(), "the others are fast");
        assert_eq!(limits.accounts().len(), 8);
    }
}
