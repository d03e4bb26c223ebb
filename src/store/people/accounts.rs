//! Accounts.

use crate::{
    catalogue::spaces,
    db::{
        connections::{Db, Tx, named},
        sql::{MOST_ROWS, SelectIn, Value, args, row, statements},
    },
    ops::audit::Act,
    people::{name_keys, teams},
};
use domain::{
    change::Change,
    error::StoreError,
    id::*,
    people::account::{self, Account},
    picture::PictureId,
    time::Millis,
};

row! {
    pub(crate) fn read -> Account {
        id: "id",
        email: "email",
        username: "username",
        name: "name",
        bio: "bio",
        site: "site",
        avatar: "avatar",
        operator: "operator",
        terms: "terms_version",
        created_at: "created_at",
        name_asked_at: "name_asked_at",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM accounts WHERE id = $1");
    BY_EMAIL = concat!("SELECT ", columns!(), " FROM accounts WHERE email = $1");
    BY_USERNAME = concat!("SELECT ", columns!(), " FROM accounts WHERE username = $1 AND deleted_at IS NULL");
    ANYBODY = "SELECT id FROM accounts LIMIT 1";
    INSERT = "INSERT INTO accounts (id, email, username, name, created_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING";
    GUEST = "UPDATE accounts SET guest_since = created_at WHERE id = $1";
    /// Who writes their profile need not be asked for a name any more.
    UPDATE = concat!("UPDATE accounts SET username = $2, name = $3, bio = $4, site = $5, name_asked_at = COALESCE(name_asked_at, created_at)
        WHERE id = $1 RETURNING ", columns!());
    UNNAMED = "UPDATE accounts SET name_asked_at = $2 WHERE id = $1 AND name_asked_at IS NULL";
    UNLISTED = "SELECT unlisted FROM accounts WHERE id = $1";
    SET_AVATAR = "UPDATE accounts SET avatar = $2 WHERE id = $1";
    LIST = "UPDATE accounts SET unlisted = $2 WHERE id = $1 AND unlisted <> $2";
    MAKE_OPERATOR = concat!("UPDATE accounts SET operator = 1 WHERE id = $1 RETURNING ", columns!());
}

/// Those of the given accounts whose names may be shown.
pub(crate) static NAMED: SelectIn =
    SelectIn::new("SELECT id, name FROM accounts WHERE id IN", 0, "AND unlisted = 0 ORDER BY name, id");

/// The editable profile of a person, validated by the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    pub username: String,
    pub name: String,
    pub bio: String,
    pub site: String,
}

pub struct Accounts<'a>(pub(crate) &'a Db);

impl Accounts<'_> {
    /// [`Tx::find_or_create_account`] without an audit line, for the demo, the command line and tests.
    pub async fn find_or_create(&self, email: &str, now: Millis) -> Result<(Account, bool), StoreError> {
        let mut tx = self.0.begin().await?;
        let found = tx.find_or_create_account(email, now).await?;
        tx.commit().await?;
        Ok(found)
    }

    /// [`Tx::name_account`] without an audit line, for the demo and tests.
    pub async fn name(&self, id: AccountId, name: &str) -> Result<Account, StoreError> {
        let mut tx = self.0.begin().await?;
        let (account, _) = tx.name_account(id, name).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Whether nobody has ever signed in.
    pub async fn is_empty(&self) -> Result<bool, StoreError> {
        Ok(self.0.row(ANYBODY, args![]).await?.is_none())
    }

    pub async fn by_id(&self, id: AccountId) -> Result<Account, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    pub async fn by_email(&self, email: &str) -> Result<Option<Account>, StoreError> {
        self.0.row(BY_EMAIL, args![email]).await?.as_ref().map(read).transpose()
    }

    pub async fn by_username(&self, username: &str) -> Result<Option<Account>, StoreError> {
        self.0.row(BY_USERNAME, args![username]).await?.as_ref().map(read).transpose()
    }

    /// Returns errors like [`Tx::update_profile`].
    pub async fn update(&self, id: AccountId, profile: &Profile) -> Result<Account, StoreError> {
        let mut tx = self.0.begin().await?;
        let account = tx.update_profile(id, profile).await?;
        tx.commit().await?;
        Ok(account)
    }

    /// Whether a person's name is listed among the people of a room.
    pub async fn listed(&self, id: AccountId) -> Result<bool, StoreError> {
        let row = self.0.row(UNLISTED, args![id]).await?.ok_or(StoreError::NotFound)?;
        Ok(!row.get::<bool>("unlisted")?)
    }

    /// The names of those of the first 256 `accounts` that allow it, sorted by name.
    pub async fn named(&self, accounts: &[AccountId]) -> Result<Vec<(AccountId, String)>, StoreError> {
        if accounts.is_empty() {
            return Ok(Vec::new());
        }
        let (sql, args) = NAMED.of(args![], accounts.iter().take(MOST_ROWS).map(|id| Value::from(*id)));
        let rows = self.0.rows(sql, args).await?;
        rows.iter().map(|row| Ok((row.get("id")?, row.get("name")?))).collect()
    }

    /// Makes the account with this address an operator, and creates it if it does not exist. This is not done by a
    /// signed-in person, so the audit line has no actor.
    pub async fn make_operator(&self, email: &str, now: Millis) -> Result<Account, StoreError> {
        let (account, _) = self.find_or_create(email, now).await?;
        let mut tx = self.0.begin().await?;
        let row = tx.row(MAKE_OPERATOR, args![account.id]).await?;
        let (target, detail) = (account.id.to_string(), "from the command line".into());
        let act = Act { actor: None, action: "operator.add".into(), target, detail };
        tx.commit_audited(act, &[Change::Account { account: account.id }], now).await?;
        read(&row.ok_or(StoreError::NotFound)?)
    }
}

impl Tx<'_> {
    /// Returns the account of an address, and whether it is new. A new account gets a team and one unpublished space.
    ///
    /// # Errors
    /// `Conflict(FORMER_ADDRESS)` if another account had the address until lately and can have it back.
    pub async fn find_or_create_account(
        &mut self,
        email: &str,
        now: Millis,
    ) -> Result<(Account, bool), StoreError> {
        if let Some(row) = self.row(BY_EMAIL, args![email]).await? {
            return Ok((read(&row)?, false));
        }
        self.reserved(email, now).await?;
        let (account, new) = insert(self, email, now).await?;
        if new {
            let team = teams::create(self, account.id, now).await?;
            spaces::create(self, team, &account, now).await?;
        }
        Ok((account, new))
    }

    /// An account without an address and a space, for a visitor who buys before they prove theirs. Nobody can sign in to it.
    pub async fn create_guest(&mut self, now: Millis) -> Result<Account, StoreError> {
        let (guest, _) = insert(self, &account::no_address(AccountId::new()), now).await?;
        self.run(GUEST, args![guest.id]).await?;
        Ok(guest)
    }

    /// Shows or hides a person's name among the people of a room. Returns false if nothing changed.
    pub async fn list_account(&mut self, id: AccountId, listed: bool) -> Result<bool, StoreError> {
        Ok(self.run(LIST, args![id, !listed]).await? == 1)
    }

    /// Notes that a person was asked for a name and wants none now. Returns false if they were asked before.
    pub async fn leave_unnamed(&mut self, id: AccountId, now: Millis) -> Result<bool, StoreError> {
        Ok(self.run(UNNAMED, args![id, now]).await? == 1)
    }

    /// Gives a person the name that they chose when they were asked, with a username made of it. Their first space is called
    /// the same, if nobody has touched it yet.
    ///
    /// Returns the account, and the spaces that are called otherwise now.
    ///
    /// # Errors
    /// `Conflict("name")` if it looks like a host's name.
    pub async fn name_account(
        &mut self,
        id: AccountId,
        name: &str,
    ) -> Result<(Account, Vec<SpaceId>), StoreError> {
        let before = read(&self.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)?;
        if name_keys::is_a_hosts(self, id, name).await? {
            return Err(StoreError::Conflict("name"));
        }
        let username = free_username(self, &before, name).await?;
        let Account { bio, site, .. } = before.clone();
        let profile = Profile { username, name: name.into(), bio, site };
        let account = self.update_profile(id, &profile).await?;
        let spaces = spaces::rename_untouched(self, &before, &account).await?;
        Ok((account, spaces))
    }

    pub async fn set_avatar(
        &mut self,
        id: AccountId,
        avatar: Option<PictureId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        let before = read(&self.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)?;
        self.run(SET_AVATAR, args![id, avatar]).await?;
        self.release_picture(before.avatar, avatar, now).await
    }

    /// Returns `Conflict("username")` if another account has the username or it looks like a host's, and
    /// `Conflict("name")` if the name looks like a host's.
    pub async fn update_profile(&mut self, id: AccountId, profile: &Profile) -> Result<Account, StoreError> {
        let Profile { username, name, bio, site } = profile;
        let before = read(&self.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)?;
        if (name, username) != (&before.name, &before.username) {
            // Their spaces are found by these.
            self.lock_spaces_of(id).await?;
        }
        let changed = self.row(UPDATE, args![id, username, name, bio, site]).await;
        let account = read(&changed.map_err(|e| named(e, "username"))?.ok_or(StoreError::NotFound)?)?;
        // An unchanged name stays valid even if somebody with a similar name has become a host since.
        for (field, value, old) in [("name", name, &before.name), ("username", username, &before.username)] {
            if value != old && name_keys::is_a_hosts(self, id, value).await? {
                return Err(StoreError::Conflict(field));
            }
        }
        name_keys::replace(self, &account).await?;
        Ok(account)
    }
}

/// A username made of `name`, with digits if others have it; the one before if nothing can be made of it.
async fn free_username(tx: &mut Tx<'_>, before: &Account, name: &str) -> Result<String, StoreError> {
    let Some(base) = account::username_from_name(name) else { return Ok(before.username.clone()) };
    for attempt in 1..40 {
        let proposed = match attempt {
            1 => base.clone(),
            2..10 => format!("{base}{attempt}"),
            _ => format!("{base}{}", rand::random_range(10..100_000)),
        };
        // With a digit added, it may look like a role or a host's name: `refund5`, `may4`.
        let free =
            account::username(&proposed).is_ok() && !name_keys::is_a_hosts(tx, before.id, &proposed).await?;
        if free && tx.row(BY_USERNAME, args![&proposed]).await?.is_none() {
            return Ok(proposed);
        }
    }
    Ok(before.username.clone())
}

/// Tries neutral names until one is free.
async fn insert(tx: &mut Tx<'_>, email: &str, now: Millis) -> Result<(Account, bool), StoreError> {
    for _ in 0..40 {
        let (name, username) = account::neutral_names(rand::random_range(10_000..1_000_000));
        // A digit may look like a letter, and the whole like a host's name.
        if name_keys::is_a_hosts(tx, AccountId::new(), &username).await? {
            continue;
        }
        let new = tx.run(INSERT, args![AccountId::new(), email, username, name, now]).await? == 1;
        if let Some(row) = tx.row(BY_EMAIL, args![email]).await? {
            let account = read(&row)?;
            if new {
                name_keys::write(tx, &account).await?;
            }
            return Ok((account, new));
        }
    }
    Err(StoreError::Conflict("username"))
}
