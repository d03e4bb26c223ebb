//! What lets people in beside passes: passphrases, links that invite, and what each person has by them.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, decode_error, row, statements},
};
use domain::{
    access::entry::{Invite, Lock, LockRule, MOST_INVITES, Permit, PermitKind},
    error::StoreError,
    id::*,
    time::Millis,
};
use std::str::FromStr;

/// The experiences of a space that ask for a passphrase, as one text for [`read_locks`].
macro_rules! locks {
    ($space:literal) => {
        concat!(
            "(SELECT string_agg(l.experience_id || ':' || l.rule || ':' || CAST(l.version AS TEXT), '/')
                FROM entry_rules l JOIN experiences le ON le.id = l.experience_id
                WHERE l.passphrase IS NOT NULL AND l.space_id = ",
            $space,
            ")"
        )
    };
}
pub(crate) use locks;

/// What a person has in a space beside passes, as one text for [`read_permits`].
macro_rules! permits {
    ($space:literal, $account:literal, $now:literal) => {
        concat!(
            "(SELECT string_agg(x.experience_id || ':' || x.kind || ':' || CAST(x.version AS TEXT) || ':' || x.stream_id
                || ':' || COALESCE(CAST(x.until AS TEXT), ''), '/')
                FROM permits x WHERE x.ended_at IS NULL AND x.space_id = ",
            $space,
            " AND x.account_id = ",
            $account,
            " AND (x.until IS NULL OR x.until > ",
            $now,
            "))"
        )
    };
}
pub(crate) use permits;

row! {
    fn read -> Invite {
        id: "id",
        space: "space_id",
        experience: "experience_id",
        note: "note",
        uses: "uses",
        most: "most",
        created_at: "created_at",
        expires_at: "expires_at",
        revoked_at: "revoked_at",
        closed_at: "closed_at",
    }
}

statements! {
    LOCK = "SELECT rule, version, passphrase FROM entry_rules WHERE experience_id = $1 AND passphrase IS NOT NULL";
    LOCKS = concat!("SELECT ", locks!("$1"), " AS locks");
    SET = "INSERT INTO entry_rules (experience_id, space_id, passphrase, rule, version) VALUES ($1, $2, $3, $4, 1)
        ON CONFLICT (experience_id) DO UPDATE SET passphrase = excluded.passphrase, rule = excluded.rule,
            version = entry_rules.version + 1";
    SET_RULE = "UPDATE entry_rules SET rule = $2 WHERE experience_id = $1 AND passphrase IS NOT NULL";
    CLEAR = "UPDATE entry_rules SET passphrase = NULL, version = version + 1 WHERE experience_id = $1 AND passphrase IS NOT NULL";
    HAD = "SELECT COUNT(*) AS had FROM permits WHERE account_id = $1 AND kind = 'preview' AND stream_id = $2";
    MINUTES = "SELECT minutes FROM preview_rules WHERE experience_id = $1";
    PREVIEW = "INSERT INTO preview_rules (experience_id, space_id, minutes) VALUES ($1, $2, $3)
        ON CONFLICT (experience_id) DO UPDATE SET minutes = excluded.minutes";
    NO_PREVIEW = "DELETE FROM preview_rules WHERE experience_id = $1";
    /// Once for each person and show, whatever became of the first time: it counts from here, by our clock.
    WATCH = "INSERT INTO permits (id, space_id, experience_id, account_id, kind, version, stream_id, created_at, until)
        SELECT $1, r.space_id, r.experience_id, $2, 'preview', 0, t.id, $4, CAST($4 AS BIGINT) + r.minutes * 60000
        FROM streams t JOIN preview_rules r ON r.experience_id = t.experience_id
        WHERE t.id = $3 AND t.state IN ('live', 'interrupted') ON CONFLICT DO NOTHING";
    /// Of the version that was compared: it may have been replaced meanwhile.
    SAY = "INSERT INTO permits (id, space_id, experience_id, account_id, kind, version, stream_id, created_at)
        SELECT $1, r.space_id, r.experience_id, $2, 'passphrase', r.version, '', $5 FROM entry_rules r
        WHERE r.experience_id = $3 AND r.version = $4 AND r.passphrase IS NOT NULL
        ON CONFLICT (account_id, experience_id, kind, stream_id) WHERE ended_at IS NULL
        DO UPDATE SET version = excluded.version, created_at = excluded.created_at";
    INVITE = concat!("SELECT ", columns!(), " FROM invites WHERE id = $1");
    INVITES = concat!("SELECT ", columns!(), " FROM invites WHERE experience_id = $1 ORDER BY created_at DESC, id DESC");
    ADD = "INSERT INTO invites (id, space_id, experience_id, note, uses, most, created_by, created_at, expires_at)
        SELECT $1, e.space_id, e.id, $3, 0, $4, $5, $6, $7 FROM experiences e
        WHERE e.id = $2 AND $8 > (SELECT COUNT(*) FROM invites i WHERE i.experience_id = $2)";
    LET_IN = "INSERT INTO permits (id, space_id, experience_id, account_id, kind, invite_id, version, stream_id, created_at)
        SELECT $1, i.space_id, i.experience_id, $2, 'invite', i.id, 0, '', $4 FROM invites i WHERE i.id = $3
        ON CONFLICT DO NOTHING";
    /// The one check of what a link is still good for, with the use.
    USE = "UPDATE invites SET uses = uses + 1 WHERE id = $1 AND revoked_at IS NULL AND closed_at IS NULL
        AND expires_at > $2 AND uses < most";
    REVOKE = "UPDATE invites SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    END = "UPDATE permits SET ended_at = $2 WHERE invite_id = $1 AND ended_at IS NULL";
    CLOSE = "UPDATE invites SET closed_at = $3 WHERE created_by = $1 AND revoked_at IS NULL AND closed_at IS NULL
        AND space_id IN (SELECT s.id FROM spaces s WHERE s.team_id = $2)";
    CLOSE_ALL = "UPDATE invites SET closed_at = $2 WHERE created_by = $1 AND revoked_at IS NULL AND closed_at IS NULL";
    DELETE_LOCK = "DELETE FROM entry_rules WHERE experience_id = $1";
    REVOKE_ALL = "UPDATE invites SET revoked_at = $2 WHERE experience_id = $1 AND revoked_at IS NULL";
    END_ALL = "UPDATE permits SET ended_at = $2 WHERE experience_id = $1 AND ended_at IS NULL";
}

/// A lock, and the slow hash of its passphrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedLock {
    pub lock: Lock,
    pub hash: String,
}

/// A link that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewInvite<'a> {
    pub experience: ExperienceId,
    pub note: &'a str,
    pub most: i64,
    pub by: AccountId,
    pub expires_at: Millis,
}

/// The result of taking an invite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InviteTaken {
    First,
    /// They had come by a link before. It costs no use.
    Before,
}

/// Reads [`locks`], selected by that name.
pub(crate) fn read_locks(row: &Row) -> Result<Vec<Lock>, StoreError> {
    let text: Option<String> = row.get("locks")?;
    let mut locks = Vec::new();
    for [experience, rule, version] in parts::<3>(text.as_deref().unwrap_or_default())? {
        let rule = LockRule::from_code(rule).ok_or_else(|| decode_error("locks", rule))?;
        locks.push(Lock { experience: part(experience)?, rule, version: part(version)? });
    }
    locks.sort_unstable_by_key(|lock: &Lock| lock.experience);
    Ok(locks)
}

/// Reads [`permits`].
pub(crate) fn read_permits(text: &str) -> Result<Box<[Permit]>, StoreError> {
    let mut permits = Vec::new();
    for [experience, kind, version, stream, until] in parts::<5>(text)? {
        permits.push(Permit {
            experience: part(experience)?,
            kind: PermitKind::from_code(kind).ok_or_else(|| decode_error("permits", kind))?,
            version: part(version)?,
            stream: maybe(stream)?,
            until: maybe(until)?.map(Millis),
        });
    }
    permits.sort_unstable_by_key(|one: &Permit| (one.experience, one.kind.code(), one.stream));
    Ok(permits.into())
}

/// The parts of such a text, and the fields of each.
pub(super) fn parts<const N: usize>(text: &str) -> Result<Vec<[&str; N]>, StoreError> {
    text.split('/').filter(|one| !one.is_empty()).map(fields).collect()
}

fn fields<const N: usize>(one: &str) -> Result<[&str; N], StoreError> {
    let fields: Vec<&str> = one.split(':').collect();
    fields.try_into().map_err(|_| decode_error("facts", one))
}

pub(super) fn part<T: FromStr>(text: &str) -> Result<T, StoreError> {
    text.parse().map_err(|_| decode_error("facts", text))
}

fn maybe<T: FromStr>(text: &str) -> Result<Option<T>, StoreError> {
    Some(text).filter(|text| !text.is_empty()).map(part).transpose()
}

pub struct Entries<'a>(pub(crate) &'a Db);

impl Entries<'_> {
    /// The lock of an experience, if it asks for a passphrase.
    pub async fn lock(&self, experience: ExperienceId) -> Result<Option<HashedLock>, StoreError> {
        let Some(row) = self.0.row(LOCK, args![experience]).await? else { return Ok(None) };
        let rule = row.code("rule", LockRule::from_code)?;
        let lock = Lock { experience, rule, version: row.get("version")? };
        Ok(Some(HashedLock { lock, hash: row.get("passphrase")? }))
    }

    /// The experiences of a space that ask for a passphrase.
    pub async fn locks(&self, space: SpaceId) -> Result<Vec<Lock>, StoreError> {
        read_locks(&self.0.row(LOCKS, args![space]).await?.ok_or(StoreError::NotFound)?)
    }

    /// How many minutes of each show somebody without a pass watches for free.
    pub async fn preview(&self, experience: ExperienceId) -> Result<Option<i64>, StoreError> {
        self.0.row(MINUTES, args![experience]).await?.map(|row| row.get("minutes")).transpose()
    }

    /// Whether this person has begun the free minutes of a show.
    pub async fn had_preview(&self, account: AccountId, stream: StreamId) -> Result<bool, StoreError> {
        let row = self.0.row(HAD, args![account, stream]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("had")? > 0)
    }

    pub async fn invite(&self, id: InviteId) -> Result<Invite, StoreError> {
        read(&self.0.row(INVITE, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The links of an experience, those that are over included; the newest first.
    pub async fn invites(&self, experience: ExperienceId) -> Result<Vec<Invite>, StoreError> {
        self.0.rows(INVITES, args![experience]).await?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// Asks for a passphrase from now on. Whoever said another one is asked again.
    pub async fn lock_experience(
        &mut self,
        (space, experience): (SpaceId, ExperienceId),
        rule: LockRule,
        hash: &str,
    ) -> Result<(), StoreError> {
        self.run(SET, args![experience, space, hash, rule.code()]).await.map(drop)
    }

    /// Keeps the passphrase and changes only what it is for. False if there is none.
    pub async fn set_lock_rule(
        &mut self,
        experience: ExperienceId,
        rule: LockRule,
    ) -> Result<bool, StoreError> {
        Ok(self.run(SET_RULE, args![experience, rule.code()]).await? == 1)
    }

    /// False if no passphrase was asked for.
    pub async fn unlock_experience(&mut self, experience: ExperienceId) -> Result<bool, StoreError> {
        Ok(self.run(CLEAR, args![experience]).await? == 1)
    }

    /// Notes that a person said the passphrase of this version. `Conflict("lock")` if it was replaced meanwhile.
    pub async fn say_passphrase(
        &mut self,
        account: AccountId,
        lock: &Lock,
        now: Millis,
    ) -> Result<(), StoreError> {
        let said = args![PermitId::new(), account, lock.experience, lock.version, now];
        if self.run(SAY, said).await? == 1 { Ok(()) } else { Err(StoreError::Conflict("lock")) }
    }

    /// How many minutes of each show somebody without a pass watches; `None`: none.
    pub async fn set_preview(
        &mut self,
        (space, experience): (SpaceId, ExperienceId),
        minutes: Option<i64>,
    ) -> Result<(), StoreError> {
        match minutes {
            Some(minutes) => self.run(PREVIEW, args![experience, space, minutes]).await.map(drop),
            None => self.run(NO_PREVIEW, args![experience]).await.map(drop),
        }
    }

    /// Begins the free minutes of a show. `Conflict("preview")` if it is not on air, shows none, or the person has had theirs.
    pub async fn begin_preview(
        &mut self,
        account: AccountId,
        stream: StreamId,
        now: Millis,
    ) -> Result<(), StoreError> {
        let begun = self.run(WATCH, args![PermitId::new(), account, stream, now]).await?;
        if begun == 1 { Ok(()) } else { Err(StoreError::Conflict("preview")) }
    }

    /// Makes a link. `Conflict("invites")` if the experience has too many.
    pub async fn make_invite(&mut self, new: &NewInvite<'_>, now: Millis) -> Result<InviteId, StoreError> {
        let id = InviteId::new();
        let NewInvite { experience, note, most, by, expires_at } = *new;
        let row = args![id, experience, note, most, by, now, expires_at, MOST_INVITES];
        if self.run(ADD, row).await? == 1 { Ok(id) } else { Err(StoreError::Conflict("invites")) }
    }

    /// Lets a person in by a link, once. `Conflict("invite")` if it is used up, expired, closed or revoked.
    pub async fn take_invite(
        &mut self,
        account: AccountId,
        invite: InviteId,
        now: Millis,
    ) -> Result<InviteTaken, StoreError> {
        if self.run(LET_IN, args![PermitId::new(), account, invite, now]).await? == 0 {
            return Ok(InviteTaken::Before);
        }
        match self.run(USE, args![invite, now]).await? {
            1 => Ok(InviteTaken::First),
            _ => Err(StoreError::Conflict("invite")),
        }
    }

    /// Nobody takes the link any more, and whoever came by it has to leave. False if it was revoked before, and nobody is left.
    pub async fn revoke_invite(&mut self, invite: InviteId, now: Millis) -> Result<bool, StoreError> {
        // First the link: that waits for whoever is taking it, whose permit is then found. Later takers find it revoked.
        let revoked = self.run(REVOKE, args![invite, now]).await?;
        let ended = self.run(END, args![invite, now]).await?;
        Ok(revoked + ended > 0)
    }

    /// Nobody takes the links any more that this person made for a team; `None`: for any. Whoever came by one stays.
    pub async fn close_invites_by(
        &mut self,
        maker: AccountId,
        team: Option<TeamId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        match team {
            Some(team) => self.run(CLOSE, args![maker, team, now]).await.map(drop),
            None => self.run(CLOSE_ALL, args![maker, now]).await.map(drop),
        }
    }

    /// What asks, or lets in, at an experience that is deleted: all of it would be read with the space for ever.
    pub async fn delete_entry_of(&mut self, experience: ExperienceId, now: Millis) -> Result<(), StoreError> {
        for sql in [DELETE_LOCK, NO_PREVIEW] {
            self.run(sql, args![experience]).await?;
        }
        for sql in [REVOKE_ALL, END_ALL] {
            self.run(sql, args![experience, now]).await?;
        }
        Ok(())
    }
}
