//! Test fixtures: a fresh database of each kind, and the people and things that most tests need.

use domain::{
    amount::*,
    catalogue::offer::*,
    change::Change,
    error::StoreError,
    id::*,
    live::stream::Stream,
    money::{checkout::Checkout, ledger::FeeShare, payments::ProviderSession},
    people::account::Account,
    time::Millis,
};
use sqlx::{Connection as _, Executor as _, Row as _};
use std::future::Future;
use store::{Act, Applied, ExperienceText, Opened, PassText, Store, Taken, Tx};
use tokio::sync::OnceCell;

pub const NOW: Millis = Millis(1_790_000_000_000);

/// A store with its own database.
#[derive(Clone)]
pub struct TestDatabase {
    pub store: Store,
    pub url: String,
}

/// Runs a test on each kind of database.
pub async fn on_each(test: impl AsyncFn(TestDatabase)) {
    let dir = tempfile::tempdir().expect("a folder");
    let url = store::default_url(dir.path());
    test(TestDatabase { store: open(&url).await, url }).await;
    if let Ok(server) = std::env::var("DATABASE_URL_TEST_PG") {
        on_postgres(&server, test).await;
    }
}

/// A migrated database, which is the template of the tests' databases.
static MIGRATED: OnceCell<String> = OnceCell::const_new();

/// Databases are not removed: the server is thrown away after the tests.
async fn on_postgres(server: &str, test: impl AsyncFn(TestDatabase)) {
    let migrated = MIGRATED.get_or_init(async || {
        let name = create(server, "template1").await;
        open(&address(server, &name)).await.close().await;
        name
    });
    let url = address(server, &create(server, migrated.await).await);
    let db = TestDatabase { store: open(&url).await, url };
    test(db.clone()).await;
    db.store.close().await;
}

/// Creates a database as a copy of a template that nobody is connected to.
async fn create(server: &str, template: &str) -> String {
    let name = format!("store_{}", uuid::Uuid::new_v4().simple());
    let mut admin = sqlx::AnyConnection::connect(server).await.expect("the PostgreSQL server");
    let make = format!("CREATE DATABASE {name} TEMPLATE {template}");
    admin.execute(sqlx::AssertSqlSafe(make)).await.expect("a database");
    name
}

fn address(server: &str, database: &str) -> String {
    let (base, _) = server.rsplit_once('/').expect("the server's URL ends with a database");
    format!("{base}/{database}")
}

pub async fn open(url: &str) -> Store {
    Store::open(url).await.expect("the store opens")
}

/// Starts `n` tasks at once and collects their results.
pub async fn race<T, F>(n: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (0..n).map(|i| tokio::spawn(task(i))).collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.expect("the task ends"));
    }
    answers
}

impl TestDatabase {
    /// How SQLite would find what the first statement reads of which this is true.
    pub async fn plan(&self, is_it: impl Fn(&str) -> bool) -> String {
        let statements = store::statements();
        let text = statements.iter().find(|text| is_it(text)).expect("the statement");
        let text = (1..=9).fold((*text).to_owned(), |text, n| text.replace(&format!("${n}"), "'1'"));
        let mut connection = sqlx::AnyConnection::connect(&self.url).await.expect("the database");
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"));
        let rows = connection.fetch_all(explain).await.expect("a plan");
        rows.iter().map(|row| row.get::<String, _>("detail")).collect::<Vec<_>>().join("; ")
    }

    /// Ends a session. Returns false if there was none.
    pub async fn end_session(&self, account: AccountId, session: SessionId) -> bool {
        let mut tx = self.store.begin().await.expect("a transaction");
        let ended = tx.revoke_session(account, session, NOW).await.expect("the statement runs");
        tx.commit_audited(act("session.revoke"), &[], NOW).await.expect("the commit");
        ended
    }

    /// An account that is named like its address.
    pub async fn person(&self, email: &str) -> Account {
        let accounts = self.store.accounts();
        let (account, new) = accounts.find_or_create(email, NOW).await.expect("an account");
        let name = email.split('@').next().unwrap_or_default();
        if new { accounts.name(account.id, name).await.expect("a name") } else { account }
    }

    /// A creator and their first space.
    pub async fn creator(&self, email: &str) -> (Account, Space) {
        let person = self.person(email).await;
        let spaces = self.store.spaces().of_account(person.id).await.expect("spaces");
        (person, spaces.into_iter().next().expect("the first space").0)
    }

    pub async fn publish(&self, space: SpaceId, now: Millis) -> Result<Space, StoreError> {
        let mut tx = self.store.begin().await?;
        let published = tx.publish_space(space, now).await?;
        tx.commit_audited(act("space.publish"), &[Change::Space { space }], now).await?;
        Ok(published)
    }

    pub async fn unpublish(&self, space: SpaceId) -> Result<Space, StoreError> {
        let mut tx = self.store.begin().await?;
        let closed = tx.unpublish_space(space).await?;
        tx.commit_audited(act("space.unpublish"), &[Change::SpaceClosed { space }], NOW).await?;
        Ok(closed)
    }

    /// Runs a change in its own transaction, committed with an audit line.
    pub async fn change<T>(
        &self,
        run: impl AsyncFnOnce(&mut Tx<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut tx = self.store.begin().await?;
        let made = run(&mut tx).await?;
        tx.commit_audited(act("a change"), &[], NOW).await?;
        Ok(made)
    }

    pub async fn take_free(&self, by: AccountId, pass: PassId, now: Millis) -> Result<Taken, StoreError> {
        self.change(async |tx| tx.take_free_pass(by, pass, now).await).await
    }

    /// Works like the use case: only a new order is committed.
    pub async fn open_order(&self, by: AccountId, pass: PassId, now: Millis) -> Result<Opened, StoreError> {
        for _ in 0..3 {
            let mut tx = self.store.begin().await?;
            let opened = tx.open_checkout(by, pass, now).await?;
            if let Some(Opened::New(_)) = opened {
                tx.commit_audited(act("checkout.open"), &[], now).await?;
            }
            if let Some(opened) = opened {
                return Ok(opened);
            }
        }
        Err(StoreError::Conflict("checkout"))
    }

    pub async fn apply(
        &self,
        order: &Checkout,
        found: &ProviderSession,
        now: Millis,
    ) -> Result<Applied, StoreError> {
        self.change(async |tx| tx.apply_payment(order, found, FeeShare::default(), now).await).await
    }

    pub async fn experience(&self, space: SpaceId, slug: &str) -> Experience {
        let text = ExperienceText { slug: slug.into(), title: slug.to_uppercase(), about: String::new() };
        self.store.experiences().create(space, ExperienceKind::Show, &text, NOW).await.expect("an experience")
    }

    pub async fn pass(
        &self,
        space: SpaceId,
        slug: &str,
        price: PriceKind,
        includes: &[ExperienceId],
    ) -> Pass {
        self.store.passes().create(space, &pass_text(slug, price, includes), NOW).await.expect("a pass")
    }

    /// Creates a space with an experience and its scheduled stream.
    pub async fn stage(&self) -> (Account, Experience, Stream) {
        let (creator, space) = self.creator("maya@example.org").await;
        let experience = self.experience(space.id, "friday").await;
        let stream =
            self.store.streams().schedule(experience.id, "Friday", None, NOW).await.expect("a stream");
        (creator, experience, stream)
    }
}

pub fn act(action: &str) -> Act {
    Act { actor: None, action: action.into(), target: "a space".into(), detail: String::new() }
}

pub fn pass_text(slug: &str, price: PriceKind, includes: &[ExperienceId]) -> PassText {
    PassText {
        slug: slug.into(),
        title: slug.to_uppercase(),
        about: "a seat".into(),
        price,
        includes: includes.into(),
    }
}

pub fn euros(whole: i64) -> PriceKind {
    PriceKind::Once(Money { minor: whole * 100, currency: Currency::Eur })
}
