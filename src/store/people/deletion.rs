//! Deleting an account. Its row stays without anything about the person, because ledgers, journals and the audit log refer to
//! it by its id. Their lines are not changed, so the chain of the audit log stays whole.

use crate::{
    db::{
        connections::{Db, Tx},
        sql::{Cell, Row, args, statements},
    },
    people::{accounts, name_keys},
    work::jobs,
};
use domain::{
    access::jobs::SendDeparture,
    change::RenewedKeys,
    error::StoreError,
    id::{AccountId, CheckoutId, PassId, SessionId, SpaceId, StreamId, TeamId},
    people::{
        account::{Account, DELETED, TeamRole, no_address},
        jobs::ForgetName,
    },
    time::Millis,
    work::{Lane, READERS},
};

/// A team of which the account `$1` is the only owner.
macro_rules! alone {
    ($team:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM team_members m WHERE m.team_id = ",
            $team,
            " AND m.account_id = $1 AND m.role = 'owner')
            AND NOT EXISTS (SELECT 1 FROM team_members o WHERE o.team_id = ",
            $team,
            " AND o.account_id <> $1 AND o.role = 'owner')"
        )
    };
}

statements! {
    /// What its owner has closed stands in nobody's way: whoever held a pass there was told.
    SOLD = concat!("SELECT s.id AS id, s.team_id AS team_id, s.name AS name FROM spaces s WHERE ", alone!("s.team_id"),
        " AND s.closed_at IS NULL AND (EXISTS (
        SELECT 1 FROM grants g WHERE g.space_id = s.id AND (g.purchase_id IS NOT NULL OR g.source = 'subscription') AND g.account_id <> $1
            AND g.closed_at IS NULL AND (g.expires_at IS NULL OR g.expires_at > $2))
        OR EXISTS (SELECT 1 FROM comps c WHERE c.space_id = s.id AND c.purchase_id IS NOT NULL AND c.claimed_at IS NULL
            AND c.revoked_at IS NULL)) ORDER BY s.id LIMIT 5");
    ON_AIR = concat!("SELECT t.id AS id, t.title AS name FROM streams t JOIN spaces s ON s.id = t.space_id WHERE ", alone!("s.team_id"),
        " AND s.closed_at IS NULL AND t.state IN ('rehearsal', 'live', 'interrupted') ORDER BY t.id LIMIT 5");
    PAYING = "SELECT id, title AS name FROM checkouts WHERE account_id = $1 AND state = 'paying' ORDER BY id LIMIT 5";
    ROW = concat!("SELECT ", accounts::columns!(), " FROM accounts WHERE id = $1 AND deleted_at IS NULL");
    BLANK = concat!("UPDATE accounts SET email = $2, username = $3, name = $4, bio = '', site = '', avatar = NULL, operator = 0,
        unlisted = 1, language = NULL, name_asked_at = $5, deleted_at = $5, guest_since = NULL WHERE id = $1 AND deleted_at IS NULL RETURNING ", accounts::columns!());
    SPACES = concat!("SELECT s.id FROM spaces s WHERE ", alone!("s.team_id"), " ORDER BY s.id");
    CLOSE = "UPDATE spaces SET published_at = NULL, slug = $2, name = $3, tagline = '', about = '', search = '', category = '', tags = ''
        WHERE id = $1";
    SALES_PAGE = "DELETE FROM sales_pages WHERE space_id = $1";
    FREE_SLUGS = "DELETE FROM space_slugs WHERE space_id = $1";
    /// Teams that go on without the person, with those of their spaces.
    LEFT = "SELECT m.team_id AS team_id, m.role AS role, s.id AS space_id FROM team_members m LEFT JOIN spaces s ON s.team_id = m.team_id
        WHERE m.account_id = $1 AND EXISTS (SELECT 1 FROM team_members o
            WHERE o.team_id = m.team_id AND o.account_id <> $1 AND o.role = 'owner') ORDER BY m.team_id, s.id";
    OWNERS = "SELECT account_id FROM team_members WHERE team_id = $1 AND account_id <> $2 AND role = 'owner' ORDER BY account_id";
    /// A team without an owner would be nobody's: the last one's row stays.
    LEAVE_TEAMS = "DELETE FROM team_members WHERE account_id = $1 AND (role <> 'owner' OR EXISTS (
        SELECT 1 FROM team_members o WHERE o.team_id = team_members.team_id AND o.account_id <> $1 AND o.role = 'owner'))";
    REMINDERS = "DELETE FROM reminders WHERE account_id = $1";
    CLIPS = "DELETE FROM clips WHERE account_id = $1";
    PARTICIPANTS = "DELETE FROM participants WHERE account_id = $1";
    FOLLOWS = "DELETE FROM follows WHERE account_id = $1";
    PREFERENCES = "DELETE FROM mail_preferences WHERE account_id = $1";
    UNWANTED = "DELETE FROM unwanted_messages WHERE account_id = $1";
    INVITED_BY = "DELETE FROM invitations WHERE invited_by = $1";
    INVITED = "DELETE FROM invitations WHERE email = $1";
    /// Reports stay, and so do letters. Their answer goes nowhere.
    LETTERS = "UPDATE reports SET email = NULL WHERE email IS NOT NULL AND (reporter_id = $1 OR email = $2)";
    MAILS = "DELETE FROM sent_mails WHERE account_id = $1";
    LISTS = "SELECT space_id, pass_id FROM waitlist_entries WHERE account_id = $1 AND state IN ('waiting', 'line', 'offered') ORDER BY id";
    OFFERED_SEATS = "DELETE FROM stock_holds WHERE id IN (SELECT id FROM waitlist_entries WHERE account_id = $1)";
    WAITLIST_HISTORY = "DELETE FROM waitlist_history WHERE entry_id IN (SELECT id FROM waitlist_entries WHERE account_id = $1)";
    WAITLIST_ENTRIES = "DELETE FROM waitlist_entries WHERE account_id = $1";
    ANSWERS_OF_ORDERS = "UPDATE checkouts SET answers = NULL WHERE account_id = $1";
    ANSWERS_OF_GRANTS = "UPDATE grants SET answers = NULL WHERE account_id = $1";
    ADDRESSES = "UPDATE checkouts SET email = '' WHERE account_id = $1";
    /// What was sent to the payment provider names the address. An open order may have to send it again.
    REQUESTS = "UPDATE checkouts SET request = NULL WHERE account_id = $1 AND state NOT IN ('held', 'paying')";
    BANS = "UPDATE bans SET name = $2 WHERE account_id = $1";
    /// Mail that waits: nobody reads it any more.
    WAITING = r"DELETE FROM jobs WHERE done_at IS NULL AND leased_until <= $2 AND payload LIKE $1 ESCAPE '\'";
    /// The same of mail that is written when it is sent. Jobs of other lanes name an account, too, and have to run.
    WAITING_FOR = "DELETE FROM jobs WHERE done_at IS NULL AND leased_until <= $4 AND lane = $5
        AND (payload LIKE $1 OR payload LIKE $2 OR payload LIKE $3)";
}

/// A space of which this person is the only owner, and to which others hold passes that were paid for, or have them waiting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoldSpace {
    pub id: SpaceId,
    pub team: TeamId,
    pub name: String,
}

/// What has to end before an account can be deleted. What is in a space that its owner has closed is no obstacle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Obstacles {
    pub sold: Vec<SoldSpace>,
    /// Shows that are on air or in rehearsal, in spaces of which this person is the only owner; by id and name, as what follows.
    pub on_air: Vec<(StreamId, String)>,
    /// Orders whose payment has begun.
    pub paying: Vec<(CheckoutId, String)>,
}

impl Obstacles {
    pub fn is_empty(&self) -> bool {
        self.sold.is_empty() && self.on_air.is_empty() && self.paying.is_empty()
    }
}

/// What a deletion has ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deleted {
    /// The address that the account had.
    pub email: String,
    pub sessions: Vec<SessionId>,
    /// Spaces of which nobody is left.
    pub spaces: Vec<SpaceId>,
    pub keys: RenewedKeys,
    /// Of teams that the person has left.
    pub left: Vec<SpaceId>,
    /// Passes of which a seat was kept for this person.
    pub seats: Vec<(SpaceId, PassId)>,
    /// Passes whose list the person has left.
    pub lists: Vec<(SpaceId, PassId)>,
}

pub struct Deletion<'a>(pub(crate) &'a Db);

impl Deletion<'_> {
    pub async fn obstacles(&self, account: AccountId, now: Millis) -> Result<Obstacles, StoreError> {
        let mut reader = self.0.reader().await?;
        let sold = reader.rows(SOLD, args![account, now]).await?;
        Ok(Obstacles {
            sold: sold.iter().map(sold_space).collect::<Result<_, _>>()?,
            on_air: named(&reader.rows(ON_AIR, args![account]).await?)?,
            paying: named(&reader.rows(PAYING, args![account]).await?)?,
        })
    }
}

fn sold_space(row: &Row) -> Result<SoldSpace, StoreError> {
    Ok(SoldSpace { id: row.get("id")?, team: row.get("team_id")?, name: row.get("name")? })
}

fn named<I: Cell>(rows: &[Row]) -> Result<Vec<(I, String)>, StoreError> {
    rows.iter().map(|row| Ok((row.get("id")?, row.get("name")?))).collect()
}

impl Tx<'_> {
    /// Takes everything about the person out of the database but the names in journals, for which it enqueues a job.
    ///
    /// # Errors
    /// `NotFound` if the account is deleted already; `Conflict("obstacles")` if something has to end first.
    pub async fn delete_account(&mut self, id: AccountId, now: Millis) -> Result<Deleted, StoreError> {
        self.lock_account(id).await?;
        let before = accounts::read(&self.row(ROW, args![id]).await?.ok_or(StoreError::NotFound)?)?;
        self.lock_spaces_of(id).await?;
        let obstacles = [(SOLD, args![id, now]), (ON_AIR, args![id]), (PAYING, args![id])];
        for (obstacle, args) in obstacles {
            if self.row(obstacle, args).await?.is_some() {
                return Err(StoreError::Conflict("obstacles"));
            }
        }
        let spaces = self.close_spaces_of(id, now).await?;
        let keys = self.renew_keys_of(id).await?;
        let left = self.leave_teams(&before, now).await?;
        // Not deleted: an older link would be good again.
        self.renew_calendar(id).await?;
        for forget in
            [REMINDERS, PARTICIPANTS, FOLLOWS, PREFERENCES, UNWANTED, INVITED_BY, MAILS, ADDRESSES, REQUESTS]
        {
            self.run(forget, args![id]).await?;
        }
        let lists = self.rows(LISTS, args![id]).await?;
        let list = |row: &Row| Ok::<_, StoreError>((row.get("space_id")?, row.get("pass_id")?));
        let lists = lists.iter().map(list).collect::<Result<Vec<_>, _>>()?;
        for forget in
            [ANSWERS_OF_ORDERS, ANSWERS_OF_GRANTS, OFFERED_SEATS, WAITLIST_HISTORY, WAITLIST_ENTRIES]
        {
            self.run(forget, args![id]).await?;
        }
        self.run(CLIPS, args![id]).await?;
        self.run(INVITED, args![&before.email]).await?;
        self.forget_buyer(id).await?;
        self.forget_cards(id, now).await?;
        self.erase_customer(id, now).await?;
        let seats = self.forget_comps(&before.email, now).await?;
        self.run(LETTERS, args![id, &before.email]).await?;
        self.run(BANS, args![id, DELETED]).await?;
        self.release_picture(before.avatar, None, now).await?;
        self.forget_waiting_mail(id, &before.email, now).await?;
        self.forget_codes(&before.email).await?;
        self.forget_recovery_codes(id).await?;
        self.forget_former_addresses(id).await?;
        self.forget_passkeys(id).await?;
        let sessions = self.delete_sessions(id).await?;
        self.blank_account(id, now).await?;
        jobs::enqueue(self, &ForgetName { account: id }, Some(&format!("forget_name:{id}")), now).await?;
        Ok(Deleted { email: before.email, sessions, spaces, keys, left, seats, lists })
    }

    /// Takes everything about the person out of the account's own row.
    pub(crate) async fn blank_account(&mut self, id: AccountId, now: Millis) -> Result<(), StoreError> {
        // It is too long for a username that anybody could choose.
        let (email, username) = (no_address(id), format!("deleted-{id}"));
        let blank = self.row(BLANK, args![id, email, username, DELETED, now]).await?;
        name_keys::replace(self, &accounts::read(&blank.ok_or(StoreError::NotFound)?)?).await
    }

    /// Leaves all teams that have another owner, and enqueues the mails that tell the owners. Returns the teams' spaces.
    async fn leave_teams(&mut self, who: &Account, now: Millis) -> Result<Vec<SpaceId>, StoreError> {
        let (mut spaces, mut told) = (Vec::new(), None);
        for row in self.rows(LEFT, args![who.id]).await? {
            let team: TeamId = row.get("team_id")?;
            spaces.extend(row.get::<Option<SpaceId>>("space_id")?);
            if told.replace(team) == Some(team) {
                continue;
            }
            let role = row.code("role", TeamRole::from_code)?;
            if role == TeamRole::Owner {
                self.forget_seller_account(team).await?;
            }
            for owner in self.rows(OWNERS, args![team, who.id]).await? {
                let reader = owner.get("account_id")?;
                let mail = SendDeparture { team, name: who.name.clone(), role, reader };
                jobs::enqueue(self, &mail, None, now).await?;
            }
        }
        self.run(LEAVE_TEAMS, args![who.id]).await?;
        Ok(spaces)
    }

    /// Empties the spaces of which this person is the only owner, and frees their addresses.
    async fn close_spaces_of(&mut self, id: AccountId, now: Millis) -> Result<Vec<SpaceId>, StoreError> {
        let rows = self.rows(SPACES, args![id]).await?;
        let spaces = rows.iter().map(|row| row.get("id")).collect::<Result<Vec<SpaceId>, _>>()?;
        for space in &spaces {
            self.lock_space(*space).await?;
            self.run(FREE_SLUGS, args![*space]).await?;
            self.run(SALES_PAGE, args![*space]).await?;
            self.forget_destinations(*space).await?;
            self.unpublish_suspended(*space).await?;
            self.set_cover(*space, None, "", now).await?;
            self.set_logo(*space, None, now).await?;
            self.run(CLOSE, args![*space, format!("deleted-{space}"), "Deleted space"]).await?;
        }
        Ok(spaces)
    }

    /// Deletes the jobs that would mail the person.
    async fn forget_waiting_mail(
        &mut self,
        id: AccountId,
        email: &str,
        now: Millis,
    ) -> Result<(), StoreError> {
        self.run(WAITING, args![format!("%\"to\":\"{}\"%", escaped(email)), now]).await?;
        // In a payload, an id has hyphens.
        let [one, another, third] = READERS.map(|field| format!("%\"{field}\":\"{}\"%", id.0));
        let of_notices = args![one, another, third, now, Lane::Notices as i64];
        self.run(WAITING_FOR, of_notices).await.map(drop)
    }
}

/// For `LIKE`.
fn escaped(text: &str) -> String {
    let escape = |c: char| matches!(c, '\\' | '%' | '_').then_some('\\').into_iter().chain([c]);
    text.chars().flat_map(escape).collect()
}
