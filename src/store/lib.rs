//! The database: SQLite by default, PostgreSQL for scale, through one set of portable SQL.
//!
//! [`Store`] is a cheap handle. Its methods, such as `store.accounts()`, return the repositories, one per noun. The
//! ports of the domain ([`domain::live::store::StreamStore`] and the other two) are implemented by the store itself.
//! Every statement goes through `db/connections.rs`, which counts it. Every text is in [`statements()`].
//!
//! To add a table, add a file to `migrations/`, a file with its statements and methods to the folder of its noun here,
//! and its lines to that folder's `mod.rs`.

mod access;
mod audience;
mod catalogue;
mod chat;
mod db;
mod live;
mod money;
mod ops;
mod people;
mod text;
mod waitlist;
mod work;

pub use access::*;
pub use audience::*;
pub use catalogue::*;
pub use chat::*;
pub use db::{
    connections::{Counts, Tx},
    copy::{Reach, copy_sqlite, integrity, reach},
};
pub use live::*;
pub use money::*;
pub use ops::*;
pub use people::*;
pub use text::*;
pub use waitlist::*;
pub use work::*;

use access::standings;
use catalogue::listings;
use chat::committer::Committer;
use db::{batch::BatchLoader, connections::Db};
use domain::{error::StoreError, time::Millis, work::retention::Retention};
use futures_util::FutureExt;
use people::{name_keys, sessions};
use std::{path::Path, sync::Arc, time::Duration};
use work::prune;

/// The retention of changes: other processes read them every second, and one that stopped for an hour starts anew.
const CHANGES_SECS: u64 = 3600;
/// How long the connection for crowds is kept after the last of them. Nobody else uses it on SQLite; closing waits for it.
const CROWD_KEEP: Duration = Duration::from_millis(100);

#[derive(Clone)]
pub struct Store {
    db: Arc<Db>,
    committer: Arc<Committer>,
    readers: Arc<Readers>,
}

/// The look-ups for crowds.
struct Readers {
    by_token: sessions::ByToken,
    standings: standings::Standings,
    newcomers: standings::Newcomers,
}

/// The default location of the database: a SQLite file in the data directory.
pub fn default_url(data: &Path) -> String {
    format!("sqlite://{}", data.join("backstage.db").display())
}

impl Store {
    /// Opens `sqlite://FILE` or `postgres://…` and migrates its tables. The SQLite file is created if it does not
    /// exist; its folder must exist.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let db = Arc::new(Db::open(url).await?);
        name_keys::fill(&db).await?;
        listings::fill(&db).await?;
        let committer = Arc::new(Committer::start(db.clone()));
        let (source, crowds) = (db.clone(), db.clone());
        let open = move || {
            let db = source.clone();
            async move { db.reader().await }
        };
        let open_for_crowds = move || {
            let db = crowds.clone();
            async move { db.crowd_reader().await }
        };
        let readers = Readers {
            by_token: BatchLoader::start(Duration::ZERO, open.clone(), |reader, hashes| {
                async move { sessions::by_token(reader, &hashes).await }.boxed()
            }),
            standings: BatchLoader::start(Duration::ZERO, open, |reader, people| {
                async move { standings::by_account(reader, &people).await }.boxed()
            }),
            newcomers: BatchLoader::start(CROWD_KEEP, open_for_crowds, |reader, people| {
                async move { standings::by_token(reader, &people).await }.boxed()
            }),
        };
        Ok(Self { db, committer, readers: Arc::new(readers) })
    }

    /// Deletes rows older than their retention. Returns the number of rows of each kind.
    pub async fn prune(&self, retention: &Retention, now: Millis) -> Result<Pruned, StoreError> {
        let changes = self.changes().forget(CHANGES_SECS).await?;
        Ok(Pruned { changes, ..prune::prune(self.db(), retention, now).await? })
    }

    /// The number of statements run so far, by kind.
    pub fn counted(&self) -> Counts {
        self.db.counted()
    }

    /// Makes the next `n` batches of the journal fail before their COMMIT, as if the disk had refused them, for
    /// tests.
    pub fn fail_next_commits(&self, n: u64) {
        self.committer.fail_next(n);
    }

    /// Waits for pending work and closes all connections. Later calls fail.
    pub async fn close(&self) {
        self.committer.finish().await;
        self.db.close().await;
    }

    /// Runs what fills a new database that can be made again, without waiting for the disk at each commit (SQLite only). All of
    /// it is on the disk afterwards. A power cut meanwhile may damage the database; the end of the process cannot.
    ///
    /// # Errors
    /// What `fill` returns, or that the disk cannot be written.
    pub async fn fill_at_once<T, E: From<StoreError>>(
        &self,
        fill: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        self.db.wait_for_disk(false).await?;
        let filled = fill.await;
        let waits = self.db.wait_for_disk(true).await;
        let filled = filled?;
        waits?;
        Ok(filled)
    }

    /// Begins the transaction of a use case.
    pub async fn begin(&self) -> Result<Tx<'_>, StoreError> {
        self.db.begin().await
    }

    fn db(&self) -> &Db {
        &self.db
    }
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts(self.db())
    }
    pub fn teams(&self) -> Teams<'_> {
        Teams(self.db())
    }
    pub fn invitations(&self) -> Invitations<'_> {
        Invitations(self.db())
    }
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions { db: self.db(), by_token: &self.readers.by_token }
    }
    pub fn sign_in(&self) -> SignIn<'_> {
        SignIn(self.db())
    }
    pub fn sent_mails(&self) -> SentMails<'_> {
        SentMails(self.db())
    }
    pub fn addresses(&self) -> Addresses<'_> {
        Addresses(self.db())
    }
    pub fn passkeys(&self) -> Passkeys<'_> {
        Passkeys(self.db())
    }
    pub fn recovery(&self) -> Recovery<'_> {
        Recovery(self.db())
    }
    pub fn deletion(&self) -> Deletion<'_> {
        Deletion(self.db())
    }
    pub fn exports(&self) -> Exports<'_> {
        Exports(self.db())
    }
    pub fn spaces(&self) -> Spaces<'_> {
        Spaces(self.db())
    }
    pub fn listings(&self) -> Listings<'_> {
        Listings(self.db())
    }
    pub fn closings(&self) -> Closings<'_> {
        Closings(self.db())
    }
    pub fn comps(&self) -> Comps<'_> {
        Comps(self.db())
    }
    pub fn promos(&self) -> Promos<'_> {
        Promos(self.db())
    }
    pub fn sales(&self) -> Sales<'_> {
        Sales(self.db())
    }
    pub fn experiences(&self) -> Experiences<'_> {
        Experiences(self.db())
    }
    pub fn passes(&self) -> Passes<'_> {
        Passes(self.db())
    }
    pub fn pictures(&self) -> Pictures<'_> {
        Pictures(self.db())
    }
    pub fn files(&self) -> Files<'_> {
        Files(self.db())
    }
    pub fn streams(&self) -> Streams<'_> {
        Streams(self.db())
    }
    pub fn reminders(&self) -> Reminders<'_> {
        Reminders(self.db())
    }
    pub fn notices(&self) -> Notices<'_> {
        Notices(self.db())
    }
    pub fn follows(&self) -> Follows<'_> {
        Follows(self.db())
    }
    pub fn preferences(&self) -> Preferences<'_> {
        Preferences(self.db())
    }
    pub fn access(&self) -> Access<'_> {
        Access { db: self.db(), standings: &self.readers.standings, newcomers: &self.readers.newcomers }
    }
    pub fn bans(&self) -> Bans<'_> {
        Bans(self.db())
    }
    pub fn checkouts(&self) -> Checkouts<'_> {
        Checkouts(self.db())
    }
    pub fn purchases(&self) -> Purchases<'_> {
        Purchases(self.db())
    }
    pub fn customers(&self) -> Customers<'_> {
        Customers(self.db())
    }
    pub fn saved_cards(&self) -> SavedCards<'_> {
        SavedCards(self.db())
    }
    pub fn guests(&self) -> Guests<'_> {
        Guests(self.db())
    }
    pub fn invoices(&self) -> Invoices<'_> {
        Invoices(self.db())
    }
    pub fn subscriptions(&self) -> Subscriptions<'_> {
        Subscriptions(self.db())
    }
    pub fn ledger(&self) -> Ledger<'_> {
        Ledger(self.db())
    }
    pub fn orders(&self) -> Orders<'_> {
        Orders(self.db())
    }
    pub fn payouts(&self) -> Payouts<'_> {
        Payouts(self.db())
    }
    pub fn seller_accounts(&self) -> SellerAccounts<'_> {
        SellerAccounts(self.db())
    }
    pub fn seller_refunds(&self) -> SellerRefunds<'_> {
        SellerRefunds(self.db())
    }
    pub fn evidences(&self) -> Evidences<'_> {
        Evidences(self.db())
    }
    pub fn refund_wishes(&self) -> RefundWishes<'_> {
        RefundWishes(self.db())
    }
    pub fn show_refunds(&self) -> ShowRefunds<'_> {
        ShowRefunds(self.db())
    }
    pub fn webhook_inbox(&self) -> WebhookInbox<'_> {
        WebhookInbox(self.db())
    }
    pub fn sweeps(&self) -> Sweeps<'_> {
        Sweeps(self.db())
    }
    pub fn changes(&self) -> Changes<'_> {
        Changes(self.db())
    }
    pub fn audit(&self) -> Audit<'_> {
        Audit(self.db())
    }
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs(self.db())
    }
    pub fn backlog(&self) -> Backlog<'_> {
        Backlog(self.db())
    }
    pub fn journal(&self) -> Journal<'_> {
        Journal(self.db())
    }
    pub fn names(&self) -> Names<'_> {
        Names(self.db())
    }
    pub fn devices(&self) -> Devices<'_> {
        Devices(self.db())
    }
    pub fn entries(&self) -> Entries<'_> {
        Entries(self.db())
    }
    pub fn waitlists(&self) -> Waitlists<'_> {
        Waitlists(self.db())
    }
    pub fn grants(&self) -> Grants<'_> {
        Grants(self.db())
    }
}

/// All statements of the store except migrations, as listed by each noun.
pub fn statements() -> Vec<&'static str> {
    let nouns = [
        access::statements(),
        audience::statements(),
        catalogue::statements(),
        chat::statements(),
        live::statements(),
        money::statements(),
        ops::statements(),
        people::statements(),
        text::statements(),
        waitlist::statements(),
        work::statements(),
    ];
    nouns.into_iter().flatten().map(|sql| sql.text).collect()
}
