//! Passes that teams give to e-mail addresses. A seat of a stock is kept until the pass is taken or revoked.

use crate::{
    access::{
        grants,
        stock::{self, Keeper},
    },
    db::{
        connections::{Db, Tx, named},
        sql::{args, row, statements},
    },
    work::jobs::enqueue,
};
use domain::{
    access::{
        comp::{Comp, MOST_COMPS, WAITS_FOR},
        jobs::SendComp,
    },
    error::StoreError,
    id::*,
    time::Millis,
};

row! {
    fn read -> Comp {
        id: "id",
        pass: "pass_id",
        space: "space_id",
        email: "email",
        by: "by_id",
        created_at: "created_at",
        claimed_at: "claimed_at",
        grant: "grant_id",
        revoked_at: "revoked_at",
        purchase: "purchase_id",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM comps WHERE id = $1");
    OF_PASS = concat!("SELECT ", columns!(), " FROM comps WHERE pass_id = $1 AND purchase_id IS NULL ORDER BY created_at DESC, id DESC");
    COUNT = "SELECT COUNT(*) AS comps FROM comps WHERE pass_id = $1 AND revoked_at IS NULL AND purchase_id IS NULL";
    ADD = "INSERT INTO comps (id, pass_id, space_id, email, by_id, created_at)
        SELECT $1, p.id, p.space_id, $3, $4, $5 FROM passes p WHERE p.id = $2";
    /// What was bought is not taken while a bank decides about its payment.
    CLAIM = "UPDATE comps SET claimed_at = $2, grant_id = $3 WHERE id = $1 AND claimed_at IS NULL AND revoked_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM purchases p WHERE p.id = comps.purchase_id AND p.dispute = 'open')";
    REVOKE = "UPDATE comps SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    /// Also those that were revoked: their addresses are kept no longer. What was bought waits for as long as it takes.
    LATE = "SELECT id, space_id, pass_id FROM comps WHERE claimed_at IS NULL AND email <> '' AND created_at <= $1
            AND (purchase_id IS NULL OR revoked_at IS NOT NULL)
        ORDER BY created_at, id LIMIT $2";
    LAPSE = "UPDATE comps SET email = '', revoked_at = COALESCE(revoked_at, $2) WHERE id = $1 AND claimed_at IS NULL";
    WAITING = "SELECT space_id, pass_id FROM comps WHERE email = $1 AND claimed_at IS NULL AND revoked_at IS NULL ORDER BY id";
    FREE_WAITING = "DELETE FROM stock_holds WHERE id IN (
        SELECT c.id FROM comps c WHERE c.email = $1 AND c.claimed_at IS NULL AND c.revoked_at IS NULL)";
    /// What waits is over: nobody can take it any more, and nothing else may stand in the way of it.
    FORGET = "UPDATE comps SET email = '', revoked_at = CASE WHEN claimed_at IS NULL THEN COALESCE(revoked_at, $2) ELSE revoked_at END
        WHERE email = $1";
}

/// Those that end in one transaction.
const BATCH: i64 = 200;

pub struct Comps<'a>(pub(crate) &'a Db);

impl Comps<'_> {
    pub async fn by_id(&self, id: CompId) -> Result<Comp, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    /// Those that the team gave, the newest first, also those that were revoked.
    pub async fn of_pass(&self, pass: PassId) -> Result<Vec<Comp>, StoreError> {
        self.0.rows(OF_PASS, args![pass]).await?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// Gives a pass to an address, with the mail. Locks the space. Returns `Conflict("comps")` if so many were given,
    /// `Conflict("given")` if one waits for the address, and [`grants::SOLD_OUT`] if none is left.
    pub async fn add_comp(
        &mut self,
        pass: PassId,
        email: &str,
        by: AccountId,
        now: Millis,
    ) -> Result<CompId, StoreError> {
        self.lock_space_of_pass(pass).await?;
        let row = self.row(COUNT, args![pass]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("comps")? >= MOST_COMPS {
            return Err(StoreError::Conflict("comps"));
        }
        let id = CompId::new();
        self.run(ADD, args![id, pass, email, by, now]).await.map_err(|error| named(error, "given"))?;
        if !stock::hold(self, Keeper::Comp(id), pass, now).await? {
            return Err(StoreError::Conflict(grants::SOLD_OUT));
        }
        enqueue(self, &SendComp { comp: id }, Some(&format!("comp:{id}")), now).await?;
        Ok(id)
    }

    /// The pass becomes this person's. Locks the space. Returns `Conflict("gone")` if it was taken or revoked meanwhile, and
    /// `Conflict("held")` if they have the pass already.
    pub async fn claim_comp(
        &mut self,
        comp: &Comp,
        account: AccountId,
        now: Millis,
    ) -> Result<GrantId, StoreError> {
        self.lock_space_of_pass(comp.pass).await?;
        stock::free(self, comp.id).await?;
        let grant = grants::comp(self, comp, account, now).await?.ok_or(StoreError::Conflict("held"))?;
        match self.run(CLAIM, args![comp.id, now, grant]).await? {
            1 => Ok(grant),
            _ => Err(StoreError::Conflict("gone")),
        }
    }

    /// Takes a pass back that was given, and what it became. Returns the grant that ended; `None` for one that nobody has taken.
    /// False if it was revoked before. Locks the space.
    pub async fn revoke_comp(
        &mut self,
        pass: PassId,
        comp: CompId,
        now: Millis,
    ) -> Result<(bool, Option<GrantId>), StoreError> {
        self.lock_space_of_pass(pass).await?;
        // Seat and row in the order of whoever takes it.
        stock::free(self, comp).await?;
        if self.run(REVOKE, args![comp, now]).await? == 0 {
            return Ok((false, None));
        }
        // Read after the update, which waited for whoever took it.
        let comp = read(&self.row(BY_ID, args![comp]).await?.ok_or(StoreError::NotFound)?)?;
        let ended = match comp.grant {
            Some(grant) => grants::end(self, grant, "comp revoked", now).await?,
            None => None,
        };
        Ok((true, ended))
    }

    /// Ends some of those that nobody took in time, and forgets their addresses. Returns the passes, with their spaces; of one that is
    /// taken meanwhile, too.
    pub async fn end_late_comps(&mut self, now: Millis) -> Result<Vec<(SpaceId, PassId)>, StoreError> {
        let since = Millis(now.0 - WAITS_FOR.0);
        let late = self.rows(LATE, args![since, BATCH]).await?;
        for row in &late {
            let id: CompId = row.get("id")?;
            stock::free(self, id).await?;
            self.run(LAPSE, args![id, now]).await?;
        }
        late.iter().map(|row| Ok((row.get("space_id")?, row.get("pass_id")?))).collect()
    }

    /// Takes an address out of what was given to it. What was not taken yet ends, and its seat is free: returns the passes, with
    /// their spaces.
    pub(crate) async fn forget_comps(
        &mut self,
        email: &str,
        now: Millis,
    ) -> Result<Vec<(SpaceId, PassId)>, StoreError> {
        let waiting = self.rows(WAITING, args![email]).await?;
        self.forget_receiver(email, now).await?;
        self.run(FREE_WAITING, args![email]).await?;
        self.run(FORGET, args![email, now]).await?;
        waiting.iter().map(|row| Ok((row.get("space_id")?, row.get("pass_id")?))).collect()
    }
}
