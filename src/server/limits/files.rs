//! How much files for download may take: on the disk, and of those that are on their way at this moment.

use super::{ClientAddress, UploadPlace, Uploads};
use clap::Args;
use domain::{
    catalogue::content::files::Room,
    id::{AccountId, FileId},
    people::allowance::{Allowance, Allowances},
    time::Millis,
};
use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Files of which a piece is received at once; each takes up to 14 MB.
const SENT: usize = 8;
const SENT_BY_AN_ADDRESS: usize = 6;
const SENT_BY_AN_ACCOUNT: usize = 2;
/// Downloads at once; each takes a megabyte.
const SAVED: usize = 200;
/// An office in which fifteen people save some files.
const SAVED_BY_AN_ADDRESS: usize = 60;
const SAVED_BY_AN_ACCOUNT: usize = 6;
/// Parts of replays at once; each takes half a megabyte.
const WATCHED: usize = 800;
/// An office in which fifty people watch.
const WATCHED_BY_AN_ADDRESS: usize = 200;
/// A player asks anew when somebody seeks.
const WATCHED_BY_AN_ACCOUNT: usize = 8;
/// Downloads of one file by one account that are counted.
const COUNTED: Allowance = Allowance::per_hour(1);
/// In bytes: 10,000 parts of S3's smallest size.
const MOST: i64 = 10_000 * (5 << 20);

/// Files for download.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Files")]
pub struct FileSettings {
    /// Bytes that a file for download may have.
    #[arg(long, env = "BACKSTAGE_FILE_BYTES", default_value_t = 2 << 30, value_parser = clap::value_parser!(i64).range(1..=MOST))]
    pub file_bytes: i64,
    /// Bytes that all files of one space may have.
    #[arg(long, env = "BACKSTAGE_SPACE_FILE_BYTES", default_value_t = 20 << 30, value_parser = clap::value_parser!(i64).range(1..))]
    pub space_file_bytes: i64,
    /// Bytes that all files of all spaces may have.
    #[arg(long, env = "BACKSTAGE_ALL_FILE_BYTES", default_value_t = 200 << 30, value_parser = clap::value_parser!(i64).range(1..))]
    pub all_file_bytes: i64,
    /// Sends browsers to the bucket for a file, by an address that is good for a minute. Browsers must be able to reach it.
    #[arg(long, env = "BACKSTAGE_FILE_LINKS", value_parser = clap::builder::FalseyValueParser::new(), action = clap::ArgAction::SetTrue)]
    pub file_links: bool,
}

impl Default for FileSettings {
    fn default() -> Self {
        Self { file_bytes: 2 << 30, space_file_bytes: 20 << 30, all_file_bytes: 200 << 30, file_links: false }
    }
}

impl From<FileSettings> for Room {
    fn from(set: FileSettings) -> Self {
        Self { of_a_file: set.file_bytes, of_a_space: set.space_file_bytes, of_all: set.all_file_bytes }
    }
}

pub struct FileLimits {
    sending: Arc<TransferPlaces>,
    saving: Arc<TransferPlaces>,
    watching: Arc<TransferPlaces>,
    saved: Mutex<Allowances<(AccountId, FileId)>>,
    /// Files of which a piece is being received.
    locked: Arc<Mutex<HashSet<FileId>>>,
}

impl Default for FileLimits {
    fn default() -> Self {
        Self {
            sending: TransferPlaces::new(SENT, SENT_BY_AN_ADDRESS, SENT_BY_AN_ACCOUNT),
            saving: TransferPlaces::new(SAVED, SAVED_BY_AN_ADDRESS, SAVED_BY_AN_ACCOUNT),
            watching: TransferPlaces::new(WATCHED, WATCHED_BY_AN_ADDRESS, WATCHED_BY_AN_ACCOUNT),
            saved: Mutex::new(Allowances::new(COUNTED)),
            locked: Arc::default(),
        }
    }
}

impl FileLimits {
    /// To receive a piece. `None`: the account, its address or everybody together send too many.
    pub fn send(&self, account: AccountId, address: ClientAddress) -> Option<FilePlace> {
        counted("files_sent", self.sending.begin(account, address))
    }

    /// To send a file to somebody who saves it.
    pub fn save(&self, account: AccountId, address: ClientAddress) -> Option<FilePlace> {
        counted("files_saved", self.saving.begin(account, address))
    }

    /// To send a part of a replay to somebody who watches it.
    pub fn watch(&self, account: AccountId, address: ClientAddress) -> Option<FilePlace> {
        counted("replays", self.watching.begin(account, address))
    }

    /// Whether a download counts: somebody who asks for the same file again and again has it once.
    pub fn counts(&self, account: AccountId, file: FileId, now: Millis) -> bool {
        lock(&self.saved).take((account, file), now).is_ok()
    }

    /// The right to write into a file. `None` while somebody else has it.
    pub fn lock(&self, file: FileId) -> Option<FileLock> {
        let locked = self.locked.clone();
        lock(&locked).insert(file).then(|| FileLock { locked: locked.clone(), file })
    }
}

fn counted<T>(limit: &'static str, place: Option<T>) -> Option<T> {
    if place.is_none() {
        super::count(limit, "refused");
    }
    place
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Given back when it is dropped.
pub struct FileLock {
    locked: Arc<Mutex<HashSet<FileId>>>,
    file: FileId,
}

impl Drop for FileLock {
    fn drop(&mut self) {
        lock(&self.locked).remove(&self.file);
    }
}

struct TransferPlaces {
    all: Arc<Semaphore>,
    addresses: Arc<Uploads>,
    accounts: Mutex<HashMap<AccountId, usize>>,
    of_an_account: usize,
}

/// One file on its way.
pub struct FilePlace {
    places: Arc<TransferPlaces>,
    account: AccountId,
    _one: OwnedSemaphorePermit,
    _address: UploadPlace,
}

impl TransferPlaces {
    fn new(all: usize, of_an_address: usize, of_an_account: usize) -> Arc<Self> {
        let addresses = Uploads::new(of_an_address);
        Arc::new(Self {
            all: Arc::new(Semaphore::new(all)),
            addresses,
            accounts: Mutex::default(),
            of_an_account,
        })
    }

    fn begin(self: &Arc<Self>, account: AccountId, address: ClientAddress) -> Option<FilePlace> {
        let one = self.all.clone().try_acquire_owned().ok()?;
        let address = self.addresses.begin(address)?;
        // Last: from here on the place gives back what the account has.
        let mut accounts = lock(&self.accounts);
        let held = accounts.entry(account).or_default();
        if *held >= self.of_an_account {
            return None;
        }
        *held += 1;
        Some(FilePlace { places: self.clone(), account, _one: one, _address: address })
    }
}

impl Drop for FilePlace {
    fn drop(&mut self) {
        let mut accounts = lock(&self.places.accounts);
        let Some(held) = accounts.get_mut(&self.account) else { return };
        *held -= 1;
        if *held == 0 {
            accounts.remove(&self.account);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::time::Span;
    use std::net::IpAddr;

    fn from(text: &str) -> ClientAddress {
        ClientAddress::from(text.parse::<IpAddr>().expect(text))
    }

    #[test]
    fn an_account_and_an_address_have_a_few_files_on_their_way() {
        let limits = FileLimits::default();
        let ann = AccountId::new();
        let held: Vec<_> = (0..9).filter_map(|_| limits.send(ann, from("10.0.0.1"))).collect();
        assert_eq!(held.len(), SENT_BY_AN_ACCOUNT);
        let others: Vec<_> = (0..9).filter_map(|_| limits.send(AccountId::new(), from("10.0.0.1"))).collect();
        assert_eq!(others.len(), SENT_BY_AN_ADDRESS - SENT_BY_AN_ACCOUNT);
        let far: Vec<_> = (0..9).filter_map(|_| limits.send(AccountId::new(), from("10.1.0.1"))).collect();
        assert_eq!(far.len(), SENT - SENT_BY_AN_ADDRESS);
        assert!(limits.save(ann, from("10.0.0.1")).is_some(), "downloads have places of their own");
        drop((held, others, far));
        assert!(limits.send(ann, from("10.0.0.1")).is_some());
        assert!(lock(&limits.sending.accounts).is_empty());
    }

    #[test]
    fn a_file_counts_once_an_hour_for_each_account() {
        let (limits, now) = (FileLimits::default(), Millis(1_000));
        let (ann, ben, file) = (AccountId::new(), AccountId::new(), FileId::new());
        for (account, file, after, want) in [
            (ann, file, Span::secs(0), true),
            (ann, file, Span::minutes(59), false),
            (ben, file, Span::minutes(59), true),
            (ann, FileId::new(), Span::minutes(59), true),
            (ann, file, Span::hours(1), true),
        ] {
            assert_eq!(limits.counts(account, file, now + after), want, "{after:?}");
        }
    }

    #[test]
    fn one_at_a_time_writes_into_a_file() {
        let (limits, file) = (FileLimits::default(), FileId::new());
        let first = limits.lock(file);
        assert!(first.is_some() && limits.lock(file).is_none() && limits.lock(FileId::new()).is_some());
        drop(first);
        assert!(limits.lock(file).is_some());
    }

    #[test]
    fn the_defaults_are_those_of_the_command_line() {
        use clap::Parser;
        #[derive(Parser)]
        struct Line {
            #[command(flatten)]
            files: FileSettings,
        }
        let line = Line::parse_from(["line"]);
        assert_eq!(format!("{:?}", line.files), format!("{:?}", FileSettings::default()));
    }
}
