//! The devices on which passes with a limit are used.

use crate::{
    access::entry::{part, parts},
    db::{
        connections::{Db, Tx},
        sql::{Row, args, statements},
    },
};
use domain::{
    access::device::{DeviceLimit, DeviceSeat, Taken},
    error::StoreError,
    id::*,
    time::Millis,
};

/// The passes of a space that limit devices, as one text for [`read_limits`].
macro_rules! limits {
    ($space:literal) => {
        concat!(
            "(SELECT string_agg(d.id || ':' || CAST(d.devices AS TEXT), '/') FROM passes d
                WHERE d.devices IS NOT NULL AND d.space_id = ",
            $space,
            ")"
        )
    };
}
pub(crate) use limits;

/// The sessions that have a seat by a grant, as one text for [`read_seats`].
macro_rules! seats {
    ($grant:literal) => {
        concat!("(SELECT string_agg(d.session_id, '/') FROM device_seats d WHERE d.grant_id = ", $grant, ")")
    };
}
pub(crate) use seats;

statements! {
    LIMITS = concat!("SELECT ", limits!("$1"), " AS limits");
    LIMIT = "UPDATE passes SET devices = $2 WHERE id = $1";
    CLEAR = "DELETE FROM device_seats WHERE grant_id IN (SELECT id FROM grants WHERE pass_id = $1)";
    TAKEN = "SELECT d.session_id, d.taken_at,
            CASE WHEN s.revoked_at IS NULL AND s.expires_at > $2 THEN s.browser END AS browser
        FROM device_seats d LEFT JOIN sessions s ON s.id = d.session_id WHERE d.grant_id = $1 ORDER BY d.taken_at, d.session_id";
    /// The devices of one grant come one after another.
    LOCK = "UPDATE grants SET pass_id = pass_id WHERE id = $1";
    FREE = "DELETE FROM device_seats WHERE grant_id = $1 AND session_id = $2";
    SIT = "INSERT INTO device_seats (grant_id, session_id, taken_at) SELECT g.id, $2, $3 FROM grants g
        WHERE g.id = $1 AND $4 > (SELECT COUNT(*) FROM device_seats d WHERE d.grant_id = $1) ON CONFLICT DO NOTHING";
    HAS = "SELECT COUNT(*) AS seats FROM device_seats WHERE grant_id = $1 AND session_id = $2";
}

/// Reads [`limits`], selected by that name.
pub(crate) fn read_limits(row: &Row) -> Result<Vec<DeviceLimit>, StoreError> {
    let text: Option<String> = row.get("limits")?;
    let mut limits = Vec::new();
    for [pass, devices] in parts::<2>(text.as_deref().unwrap_or_default())? {
        limits.push(DeviceLimit { pass: part(pass)?, devices: part(devices)? });
    }
    limits.sort_unstable_by_key(|limit: &DeviceLimit| limit.pass);
    Ok(limits)
}

/// Reads [`seats`].
pub(crate) fn read_seats(grant: GrantId, text: &str) -> Result<Vec<DeviceSeat>, StoreError> {
    let sessions = parts::<1>(text)?.into_iter();
    sessions.map(|[session]| Ok(DeviceSeat { grant, session: part(session)? })).collect()
}

pub struct Devices<'a>(pub(crate) &'a Db);

impl Devices<'_> {
    /// The passes of a space that limit devices.
    pub async fn limits(&self, space: SpaceId) -> Result<Vec<DeviceLimit>, StoreError> {
        read_limits(&self.0.row(LIMITS, args![space]).await?.ok_or(StoreError::NotFound)?)
    }

    /// The devices that have a seat by a grant, the oldest first.
    pub async fn taken(&self, grant: GrantId, now: Millis) -> Result<Vec<Taken>, StoreError> {
        let seat = |row: &Row| {
            Ok(Taken {
                session: row.get("session_id")?,
                taken_at: row.get("taken_at")?,
                browser: row.get("browser")?,
            })
        };
        self.0.rows(TAKEN, args![grant, now]).await?.iter().map(seat).collect()
    }
}

impl Tx<'_> {
    /// Limits the devices of a pass from now on; `None`: any number. All devices sit down anew.
    pub async fn limit_devices(&mut self, pass: PassId, devices: Option<i64>) -> Result<(), StoreError> {
        if self.run(LIMIT, args![pass, devices]).await? == 0 {
            return Err(StoreError::NotFound);
        }
        self.run(CLEAR, args![pass]).await.map(drop)
    }

    /// Gives a device a seat, if there is one beside those that are not `free`. Returns whose seats it took away; `None` if there
    /// is none, and then nothing of this may be committed.
    pub async fn sit_down(
        &mut self,
        (grant, session): (GrantId, SessionId),
        most: i64,
        free: &[SessionId],
        now: Millis,
    ) -> Result<Option<Vec<SessionId>>, StoreError> {
        self.run(LOCK, args![grant]).await?;
        let mut freed = Vec::new();
        for one in free.iter().filter(|one| **one != session) {
            if self.run(FREE, args![grant, *one]).await? == 1 {
                freed.push(*one);
            }
        }
        if self.run(SIT, args![grant, session, now, most]).await? == 1 {
            return Ok(Some(freed));
        }
        let row = self.row(HAS, args![grant, session]).await?.ok_or(StoreError::NotFound)?;
        Ok((row.get::<i64>("seats")? > 0).then_some(freed))
    }

    /// Gives a device a seat in place of those that have had theirs the longest. Returns whose seats those were.
    pub async fn move_here(
        &mut self,
        (grant, session): (GrantId, SessionId),
        most: i64,
        now: Millis,
    ) -> Result<Vec<SessionId>, StoreError> {
        self.run(LOCK, args![grant]).await?;
        let taken = self.rows(TAKEN, args![grant, now]).await?;
        let taken: Vec<SessionId> =
            taken.iter().map(|row| row.get("session_id")).collect::<Result<_, _>>()?;
        if taken.contains(&session) {
            return Ok(Vec::new());
        }
        let many = (taken.len() + 1).saturating_sub(usize::try_from(most).unwrap_or(0));
        let ended: Vec<SessionId> = taken.into_iter().take(many).collect();
        for one in &ended {
            self.run(FREE, args![grant, *one]).await?;
        }
        self.run(SIT, args![grant, session, now, most]).await?;
        Ok(ended)
    }
}
