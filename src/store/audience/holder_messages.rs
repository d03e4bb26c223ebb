//! Messages of teams to holders of passes, and who wants none of a space.

use crate::{
    Store,
    audience::members::{in_force, kept_out},
    db::{
        connections::{Db, Tx},
        sql::{MOST_ROWS, Row, SelectIn, Value, args, row, statements},
    },
    work::jobs::{BATCH, enqueue, enqueue_for_each},
};
use domain::{
    audience::letters::{
        A_DAY, HolderMessage, MOST_A_DAY, MOST_BY_ACCOUNT, NewHolderMessage, SendHolderMessage,
        SpreadHolderMessage,
    },
    error::StoreError,
    id::*,
    time::Millis,
};

row! {
    fn read -> HolderMessage {
        id: "id",
        space: "space_id",
        by: "by_id",
        subject: "subject",
        body: "body",
        people: "people",
        created_at: "created_at",
    }
}

/// The account `a` gets messages of a space at a moment: it exists, has not said no, and is not kept out.
macro_rules! reached {
    ($space:literal $now:literal) => {
        concat!(
            "a.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM unwanted_messages u WHERE u.account_id = a.id AND u.space_id = ",
            $space,
            ") AND NOT ",
            kept_out!($space "a.id" $now)
        )
    };
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM holder_messages WHERE id = $1");
    OF_SPACE = concat!("SELECT ", columns!(), " FROM holder_messages WHERE space_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2");
    /// Messages by one account are sent one after the other, and so are those of one space.
    LOCK_AUTHOR = "UPDATE accounts SET created_at = created_at WHERE id = $1";
    BY_AUTHOR = "SELECT COUNT(*) AS sent FROM holder_messages WHERE by_id = $1 AND created_at > $2";
    LOCK = "UPDATE spaces SET created_at = created_at WHERE id = $1";
    ADD = "INSERT INTO holder_messages (id, space_id, by_id, subject, body, people, created_at)
        SELECT $1, CAST($2 AS TEXT), $3, $4, $5, CAST($6 AS BIGINT), CAST($7 AS BIGINT)
        WHERE (SELECT COUNT(*) FROM holder_messages m WHERE m.space_id = $2 AND m.created_at > $8) < $9";
    /// Only passes of the space.
    ADD_PASS = "INSERT INTO holder_message_passes (message_id, pass_id) SELECT $1, p.id FROM passes p
        WHERE p.id = $2 AND p.space_id = $3 ON CONFLICT DO NOTHING";
    /// Who holds one of its passes, and wants it; after the account $3.
    CONCERNED = concat!("SELECT DISTINCT a.id AS account_id FROM holder_messages m JOIN holder_message_passes c ON c.message_id = m.id
            JOIN grants g ON g.pass_id = c.pass_id JOIN accounts a ON a.id = g.account_id
        WHERE m.id = $1 AND ", in_force!("$2"), " AND ", reached!("m.space_id" "$2"), " AND a.id > $3 ORDER BY a.id LIMIT $4");
    /// The address of somebody who is still concerned, if the space is still there for them.
    STILL = concat!("SELECT a.email AS email FROM holder_messages m JOIN spaces s ON s.id = m.space_id JOIN accounts a ON a.id = $2
        WHERE m.id = $1 AND s.closed_at IS NULL
            AND NOT EXISTS (SELECT 1 FROM suspensions z WHERE z.subject_id = s.id AND z.lifted_at IS NULL)
            AND EXISTS (SELECT 1 FROM grants g JOIN holder_message_passes c ON c.pass_id = g.pass_id
                WHERE c.message_id = m.id AND g.account_id = a.id AND ", in_force!("$3"), ") AND ", reached!("m.space_id" "$3"));
    TURN_OFF = "INSERT INTO unwanted_messages (account_id, space_id, off_at) SELECT $1, s.id, CAST($3 AS BIGINT) FROM spaces s
        WHERE s.id = $2 ON CONFLICT DO NOTHING";
    TURN_ON = "DELETE FROM unwanted_messages WHERE account_id = $1 AND space_id = $2";
    OFF = "SELECT u.space_id, s.name, u.off_at FROM unwanted_messages u JOIN spaces s ON s.id = u.space_id
        WHERE u.account_id = $1 ORDER BY u.off_at DESC, u.space_id LIMIT 500";
}

/// How many people hold one of these passes of the space $1 at the time $2, and would get a message.
pub(crate) static RECIPIENTS: SelectIn = SelectIn::new(
    concat!(
        "SELECT COUNT(DISTINCT g.account_id) AS people FROM grants g JOIN accounts a ON a.id = g.account_id
            WHERE g.space_id = $1 AND ",
        in_force!("$2"),
        " AND ",
        reached!("$1" "$2"),
        " AND g.pass_id IN"
    ),
    2,
    "",
);

/// A space whose messages somebody does not want.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptedOut {
    pub space: SpaceId,
    pub name: String,
    pub at: Millis,
}

pub struct HolderMessages<'a>(pub(crate) &'a Db);

impl HolderMessages<'_> {
    pub async fn by_id(&self, id: HolderMessageId) -> Result<HolderMessage, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The newest first.
    pub async fn of_space(&self, space: SpaceId, limit: usize) -> Result<Vec<HolderMessage>, StoreError> {
        self.0.rows(OF_SPACE, args![space, limit as i64]).await?.iter().map(read).collect()
    }

    /// How many people a message to the holders of these passes would reach now.
    pub async fn recipients(
        &self,
        space: SpaceId,
        passes: &[PassId],
        now: Millis,
    ) -> Result<i64, StoreError> {
        if passes.is_empty() {
            return Ok(0);
        }
        let passes = &passes[..passes.len().min(MOST_ROWS)];
        let (sql, args) = RECIPIENTS.of(args![space, now], passes.iter().map(|id| Value::from(*id)));
        self.0.row(sql, args).await?.ok_or(StoreError::NotFound)?.get("people")
    }

    /// Enqueues the mails to everybody whom it concerns. A second time it enqueues those that are missing.
    pub async fn spread(&self, job: &SpreadHolderMessage, now: Millis) -> Result<(), StoreError> {
        let SpreadHolderMessage { message, sent_at } = *job;
        let page = |last: &str| (CONCERNED, args![message, now, last, BATCH]);
        let mail = |account| SendHolderMessage { message, account, sent_at };
        enqueue_for_each(self.0, page, mail, SendHolderMessage::key, now).await
    }

    /// The address to which it goes; `None` if it does not concern them any more, or they do not want it.
    pub async fn address(
        &self,
        message: HolderMessageId,
        account: AccountId,
        now: Millis,
    ) -> Result<Option<String>, StoreError> {
        let row = self.0.row(STILL, args![message, account, now]).await?;
        row.map(|row| row.get("email")).transpose()
    }

    /// The spaces whose messages a person does not want.
    pub async fn unwanted(&self, account: AccountId) -> Result<Vec<OptedOut>, StoreError> {
        let rows = self.0.rows(OFF, args![account]).await?;
        let off = |row: &Row| {
            Ok(OptedOut { space: row.get("space_id")?, name: row.get("name")?, at: row.get("off_at")? })
        };
        rows.iter().map(off).collect()
    }
}

impl Tx<'_> {
    /// Keeps a message and enqueues its mails. False if it was sent before.
    ///
    /// # Errors
    /// `Conflict("messages")` if the space has sent as many as it may in a day, `Conflict("author")` if the account has.
    pub async fn send_holder_message(
        &mut self,
        new: &NewHolderMessage,
        by: AccountId,
        people: i64,
        now: Millis,
    ) -> Result<bool, StoreError> {
        self.run(LOCK_AUTHOR, args![by]).await?;
        self.run(LOCK, args![new.space]).await?;
        if self.row(BY_ID, args![new.id]).await?.is_some() {
            return Ok(false);
        }
        let day = Millis(now.0 - A_DAY.0);
        let sent: i64 =
            self.row(BY_AUTHOR, args![by, day]).await?.ok_or(StoreError::NotFound)?.get("sent")?;
        if sent >= MOST_BY_ACCOUNT {
            return Err(StoreError::Conflict("author"));
        }
        let row = args![new.id, new.space, by, &new.subject, &new.body, people, now, day, MOST_A_DAY];
        if self.run(ADD, row).await? == 0 {
            return Err(StoreError::Conflict("messages"));
        }
        for pass in &new.passes {
            self.run(ADD_PASS, args![new.id, *pass, new.space]).await?;
        }
        let spread = SpreadHolderMessage { message: new.id, sent_at: now };
        enqueue(self, &spread, Some(&format!("holder_message:{}", new.id)), now).await?;
        Ok(true)
    }

    /// Switches the messages of a space on or off for a person. False if that was so before.
    pub async fn want_messages(
        &mut self,
        account: AccountId,
        space: SpaceId,
        on: bool,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let changed = match on {
            true => self.run(TURN_ON, args![account, space]).await?,
            false => self.run(TURN_OFF, args![account, space, now]).await?,
        };
        Ok(changed == 1)
    }
}

impl Store {
    pub fn holder_messages(&self) -> HolderMessages<'_> {
        HolderMessages(self.db())
    }
}
