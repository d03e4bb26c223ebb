//! Subscriptions: rows that mirror the provider's objects, each written only from a state that was fetched.

use crate::{
    access::{grants, stock},
    catalogue::prices::money,
    db::{
        connections::{Db, Tx},
        sql::{args, code, maybe_code, row, statements},
    },
    money::{
        checkouts, purchases,
        settlements::{check_ownership, mark_paid},
    },
    work::jobs,
};
use domain::{
    error::StoreError,
    id::*,
    money::{
        billing::{Interval, SubscriptionFacts, SubscriptionStatus},
        checkout::Checkout,
        jobs::{ApplyPayment, EndSubscription, TellSubscriber},
        payments::{ObjectKind, ProviderObject, ProviderSession},
        recurring::subscription::{
            News, Subscription, SubscriptionChange, access_until, decide, first_news, look_again,
        },
        settlement::{RefundReason, may_become_grant},
    },
    time::Millis,
};

row! {
    fn read -> Subscription {
        id: "id",
        provider: "provider_id",
        checkout: "checkout_id",
        account: "account_id",
        space: "space_id",
        pass: "pass_id",
        title: "title",
        price: "price_id",
        every: "charged_every" => code(Interval::from_code),
        each: "amount" | "currency" => money,
        status: "status" => code(SubscriptionStatus::from_code),
        period_start: "period_start",
        period_end: "period_end",
        ends_with_period: "ends_with_period",
        ended_at: "ended_at",
        collection_paused: "collection_paused",
        past_due_since: "past_due_since",
        grant: "grant_id",
        refused: "refused" => maybe_code(RefundReason::from_code),
        instalments: "instalments",
        paid: "paid_instalments",
        version: "version",
    }
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM subscriptions WHERE id = $1");
    BY_PROVIDER = concat!("SELECT ", columns!(), " FROM subscriptions WHERE provider_id = $1");
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM subscriptions WHERE account_id = $1 ORDER BY created_at DESC, id DESC");
    /// Those that are not over, of an account or a space.
    LIVING = concat!("SELECT ", columns!(), " FROM subscriptions WHERE look_at IS NOT NULL AND (account_id = $1 OR space_id = $2)
        ORDER BY id");
    DUE = "SELECT provider_id FROM subscriptions WHERE look_at <= $1 ORDER BY look_at, id LIMIT $2";
    PUT_OFF = "UPDATE subscriptions SET look_at = $2 WHERE provider_id = $1 AND look_at IS NOT NULL";
    INSERT = "INSERT INTO subscriptions (id, provider_id, checkout_id, account_id, space_id, pass_id, title, price_id, charged_every,
            amount, currency, status, period_start, period_end, ends_with_period, ended_at, collection_paused, refused, look_at,
            created_at, instalments)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21) ON CONFLICT DO NOTHING";
    /// Fails if another state was applied after the current one was fetched.
    MIRROR = "UPDATE subscriptions SET status = $3, period_start = $4, period_end = $5, ends_with_period = $6, ended_at = $7,
            collection_paused = $8, past_due_since = $9, look_at = $10, version = version + 1
        WHERE id = $1 AND version = $2";
    /// The price that is charged now: people switch between a month and a year.
    REPRICE = "UPDATE subscriptions SET price_id = o.price_id, charged_every = o.charged_every,
            amount = CASE WHEN o.charged_every = r.charged_every THEN r.amount ELSE r.yearly END
        FROM provider_prices o JOIN prices r ON r.id = o.price_id
        WHERE subscriptions.id = $1 AND subscriptions.version = $3 AND o.provider_price = $2
            AND (subscriptions.price_id IS NULL OR subscriptions.price_id <> o.price_id OR subscriptions.charged_every <> o.charged_every)";
    /// Whoever has read the row before must read it again, and not move the end of what stays.
    COUNT = "UPDATE subscriptions SET paid_instalments = $2, version = version + 1 WHERE id = $1 AND instalments IS NOT NULL
        AND paid_instalments < CAST($2 AS BIGINT) AND refused IS NULL RETURNING grant_id, instalments";
    /// What all instalments have given, if this purchase is the newest of them; with $2 whichever it is.
    KEPT = "SELECT b.grant_id FROM subscriptions b JOIN purchases p ON p.subscription_id = b.id
        WHERE p.id = $1 AND b.grant_id IS NOT NULL AND b.paid_instalments >= b.instalments AND p.refund_reason IS NULL
            AND (CAST($2 AS BIGINT) <> 0 OR NOT EXISTS (SELECT 1 FROM purchases q
                WHERE q.subscription_id = p.subscription_id AND (q.paid_at, q.id) > (p.paid_at, p.id))) ORDER BY b.id";
    CHARGE_ATTEMPT = "SELECT charge_attempt FROM subscriptions WHERE id = $1";
    NEXT_CHARGE = "UPDATE subscriptions SET charge_attempt = charge_attempt + 1 WHERE id = $1 AND charge_attempt = $2";
    GIVE = "UPDATE subscriptions SET grant_id = $2 WHERE id = $1";
    REFUSE = "UPDATE subscriptions SET refused = $2 WHERE id = $1";
    /// What it has charged since the grant that it has given was closed.
    FOR_NOTHING = "SELECT p.id FROM purchases p LEFT JOIN grants g ON g.id = CAST($2 AS TEXT)
        WHERE p.subscription_id = $1 AND p.refunded = 0 AND p.refund_reason IS NULL
            AND (g.closed_at IS NULL OR p.paid_at >= g.closed_at) ORDER BY p.id";
    /// Earlier ones of the same buyer and pass that are not over: the new one takes their place.
    BEFORE = "SELECT id FROM subscriptions WHERE account_id = $1 AND pass_id = $2 AND id <> $3 AND look_at IS NOT NULL ORDER BY id";
    /// The one of a purchase that is its newest paid invoice; with $2 whichever of its invoices it is.
    OF_PURCHASE = "SELECT b.id FROM subscriptions b JOIN purchases p ON p.subscription_id = b.id
        WHERE p.id = $1 AND b.look_at IS NOT NULL
            AND (CAST($2 AS BIGINT) <> 0 OR NOT EXISTS (SELECT 1 FROM purchases q
                WHERE q.subscription_id = p.subscription_id AND (q.paid_at, q.id) > (p.paid_at, p.id))) ORDER BY b.id";
}

/// What applying a subscription's state has written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Renewed {
    /// Whether anything was written.
    pub changed: bool,
    pub status: Option<SubscriptionStatus>,
    pub refused: Option<RefundReason>,
}

pub struct Subscriptions<'a>(pub(crate) &'a Db);

impl Subscriptions<'_> {
    pub async fn by_id(&self, id: SubscriptionId) -> Result<Subscription, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    pub async fn by_provider(&self, provider: &str) -> Result<Option<Subscription>, StoreError> {
        self.0.row(BY_PROVIDER, args![provider]).await?.as_ref().map(read).transpose()
    }

    /// A person's, the newest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<Subscription>, StoreError> {
        self.0.rows(OF_ACCOUNT, args![account]).await?.iter().map(read).collect()
    }

    /// The provider's ids of those to ask about now, the longest overdue first.
    pub async fn due(&self, now: Millis, limit: usize) -> Result<Vec<String>, StoreError> {
        let rows = self.0.rows(DUE, args![now, limit as i64]).await?;
        rows.iter().map(|row| row.get("provider_id")).collect()
    }

    /// The number of what is asked next that charges its card.
    pub async fn charge_attempt(&self, id: SubscriptionId) -> Result<i64, StoreError> {
        self.0.row(CHARGE_ATTEMPT, args![id]).await?.ok_or(StoreError::NotFound)?.get("charge_attempt")
    }

    /// The provider has answered this attempt: what is asked next is another one. Does nothing if that was noted already.
    pub async fn next_charge(&self, id: SubscriptionId, answered: i64) -> Result<(), StoreError> {
        self.0.run(NEXT_CHARGE, args![id, answered]).await.map(drop)
    }

    /// Asks about one not before `until`.
    pub async fn put_off(&self, provider: &str, until: Millis) -> Result<(), StoreError> {
        self.0.run(PUT_OFF, args![provider, until]).await.map(drop)
    }
}

impl Tx<'_> {
    /// Settles the order of a subscription whose session is complete: the subscription, and the grant that it gives. `order` was
    /// read before the state was fetched. `None`: it was settled before.
    ///
    /// # Errors
    /// `Conflict("session")`, `Conflict("reference")` or `Conflict("amount")` if the session or the subscription does not belong
    /// to this order. `Conflict("older")` if another state was applied meanwhile: read and fetch again.
    pub async fn begin_subscription(
        &mut self,
        order: &Checkout,
        found: &ProviderSession,
        facts: &SubscriptionFacts,
        now: Millis,
    ) -> Result<Option<Renewed>, StoreError> {
        check_ownership(order, found)?;
        if facts.reference.as_deref() != Some(order.id.to_string().as_str()) {
            return Err(StoreError::Conflict("reference"));
        }
        self.lock_space_of_pass(order.pass).await?;
        if !mark_paid(self, order, now).await? {
            return Ok(None);
        }
        // The terms may have changed since the order was read.
        let order = checkouts::by_id(self, order.id).await?;
        let seat = stock::free(self, order.id).await?;
        let (id, access) = (SubscriptionId::new(), access_until(facts));
        let given = match (may_become_grant(&order, now), access) {
            (Ok(()), Some(until)) => grants::subscribe(self, &order, until, seat, now).await?,
            (Ok(()), None) => Ok(None),
            (Err(reason), _) => Err(reason),
        };
        insert(self, id, &order, facts, given.err(), now).await?;
        if let Ok(Some(grant)) = given {
            self.run(GIVE, args![id, grant]).await?;
        }
        let object = ProviderObject { kind: ObjectKind::Subscription, id: facts.id.clone() };
        let key = format!("subscribed:{}", facts.id);
        jobs::enqueue(self, &ApplyPayment { object }, Some(&key), now).await?;
        match given.err() {
            Some(_) => end_later(self, id, now).await?,
            None => {
                let every = order.plan.as_ref().map_or(Interval::Month, |plan| plan.every);
                tell(self, id, &first_news(every, facts, now)).await?;
                for row in self.rows(BEFORE, args![order.account, order.pass, id]).await? {
                    end_later(self, row.get("id")?, now).await?;
                }
            }
        }
        Ok(Some(Renewed { changed: true, status: Some(facts.status), refused: given.err() }))
    }

    /// Applies the provider's state of a subscription that was read before the state was fetched. If its seat is gone by now, it is
    /// ended, and what it charges goes back.
    ///
    /// # Errors
    /// `Conflict("older")` if another state was applied meanwhile: read and fetch again.
    pub async fn apply_subscription(
        &mut self,
        known: &Subscription,
        facts: &SubscriptionFacts,
        now: Millis,
    ) -> Result<Renewed, StoreError> {
        let repriced = self.run(REPRICE, args![known.id, &facts.price, known.version]).await? == 1;
        let other = if repriced { Some(by_id(self, known.id).await?) } else { None };
        let known = other.as_ref().unwrap_or(known);
        let Some(change) = decide(known, facts, now) else {
            return Ok(Renewed { changed: repriced, ..Renewed::default() });
        };
        let row = args![
            known.id,
            known.version,
            facts.status.code(),
            facts.period_start,
            facts.period_end,
            facts.ends_with_period,
            facts.ended_at,
            facts.collection_paused,
            change.past_due_since,
            look_again(facts, now),
        ];
        if self.run(MIRROR, row).await? == 0 {
            return Err(StoreError::Conflict("older"));
        }
        let refused = follow(self, known, &change, now).await?;
        Ok(Renewed { changed: true, status: Some(facts.status), refused })
    }

    /// Counts what was paid of a subscription with instalments. With the last one the pass stays for good, and the subscription is ended
    /// before it charges another. Returns whether there is more than before.
    pub async fn count_instalments(
        &mut self,
        known: &Subscription,
        paid: i64,
        now: Millis,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.row(COUNT, args![known.id, paid]).await? else { return Ok(false) };
        if paid >= row.get::<i64>("instalments")? {
            if let Some(grant) = row.get::<Option<GrantId>>("grant_id")? {
                grants::keep_for_good(self, grant).await?;
            }
            let (job, key) = (
                EndSubscription { subscription: known.id, with_period: true },
                format!("instalments:{}", known.id),
            );
            jobs::enqueue(self, &job, Some(&key), now).await?;
        }
        Ok(true)
    }

    /// Lets the subscriptions of somebody who is kept out for good end with their period: those in one space, or all. Whoever
    /// is let in again can let them go on.
    pub(crate) async fn end_subscriptions_with_period(
        &mut self,
        account: AccountId,
        space: Option<SpaceId>,
        now: Millis,
    ) -> Result<(), StoreError> {
        for row in self.rows(OF_ACCOUNT, args![account]).await? {
            let one = read(&row)?;
            let there = space.is_none_or(|space| space == one.space);
            if there && !one.status.is_over() && !one.ends_with_period {
                let job = EndSubscription { subscription: one.id, with_period: true };
                jobs::enqueue(self, &job, None, now).await?;
            }
        }
        Ok(())
    }

    /// Ends subscriptions that are not over, at the provider, by a job for each: those of an account, or those of a space.
    pub async fn end_subscriptions(
        &mut self,
        account: Option<AccountId>,
        space: Option<SpaceId>,
        now: Millis,
    ) -> Result<usize, StoreError> {
        let rows = self.rows(LIVING, args![account, space]).await?;
        for row in &rows {
            end_later(self, row.get("id")?, now).await?;
        }
        Ok(rows.len())
    }
}

async fn by_id(tx: &mut Tx<'_>, id: SubscriptionId) -> Result<Subscription, StoreError> {
    read(&tx.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
}

/// Enqueues what somebody who subscribes is told, each once.
async fn tell(tx: &mut Tx<'_>, id: SubscriptionId, news: &[(News, Millis)]) -> Result<(), StoreError> {
    for (place, &(told, at)) in news.iter().enumerate() {
        // What is told several times, such as a renewal that is not paid, has a key for each time.
        let times = news[..place].iter().filter(|(before, _)| *before == told).count();
        let key = format!("subscription:{id}:{}:{times}", serde_json::json!(told));
        jobs::enqueue(tx, &TellSubscriber { subscription: id, news: told }, Some(&key), at).await?;
    }
    Ok(())
}

/// Moves the end of what a subscription gives, and enqueues what its holder is told. A grant whose end has come is closed as all
/// others are. Returns why it gives nothing any more, if that is so.
async fn follow(
    tx: &mut Tx<'_>,
    known: &Subscription,
    change: &SubscriptionChange,
    now: Millis,
) -> Result<Option<RefundReason>, StoreError> {
    if known.refused.is_some() || known.is_complete() {
        return Ok(None);
    }
    if change.access.is_some_and(|until| until > now) {
        // It may take a seat.
        tx.lock_space_of_pass(known.pass).await?;
    }
    let refused = match (known.grant, change.access) {
        (Some(grant), Some(until)) => grants::move_end(tx, grant, until, now).await?,
        (None, Some(until)) if until > now => give(tx, known, until, now).await?,
        _ => None,
    };
    match refused {
        Some(reason) => {
            tx.run(REFUSE, args![known.id, reason.code()]).await?;
            give_back(tx, known, reason, now).await?;
            end_later(tx, known.id, now).await?;
        }
        None => tell(tx, known.id, &change.news).await?,
    }
    Ok(refused)
}

/// Owes refunds of what a subscription has charged while it let nobody in.
async fn give_back(
    tx: &mut Tx<'_>,
    known: &Subscription,
    reason: RefundReason,
    now: Millis,
) -> Result<(), StoreError> {
    for row in tx.rows(FOR_NOTHING, args![known.id, known.grant]).await? {
        let purchase: PurchaseId = row.get("id")?;
        purchases::owe_refund(tx, purchase, reason, now).await?;
    }
    Ok(())
}

/// The grant of a subscription that gave nothing when it began; or why it gives none now, either.
async fn give(
    tx: &mut Tx<'_>,
    known: &Subscription,
    until: Millis,
    now: Millis,
) -> Result<Option<RefundReason>, StoreError> {
    let order = checkouts::by_id(tx, known.checkout).await?;
    if let Err(reason) = may_become_grant(&order, now) {
        return Ok(Some(reason));
    }
    match grants::subscribe(tx, &order, until, false, now).await? {
        Ok(Some(grant)) => tx.run(GIVE, args![known.id, grant]).await.map(|_| None),
        Ok(None) => Ok(None),
        Err(reason) => Ok(Some(reason)),
    }
}

/// Ends the subscription whose newest invoice went back: what is not paid for gives nothing. `lost`: a bank has taken it back; then
/// also for an older one, because what the subscription gives stays suspended. What all instalments have given ends at once; returns
/// that grant.
pub(crate) async fn end_unpaid(
    tx: &mut Tx<'_>,
    purchase: PurchaseId,
    lost: bool,
    now: Millis,
) -> Result<Option<GrantId>, StoreError> {
    for row in tx.rows(OF_PURCHASE, args![purchase, lost]).await? {
        end_later(tx, row.get("id")?, now).await?;
    }
    let mut ended = None;
    for row in tx.rows(KEPT, args![purchase, lost]).await? {
        let reason = if lost { "dispute lost" } else { "refunded" };
        ended = grants::end(tx, row.get("grant_id")?, reason, now).await?.or(ended);
    }
    Ok(ended)
}

/// One end per subscription, however often it is requested.
async fn end_later(tx: &mut Tx<'_>, id: SubscriptionId, now: Millis) -> Result<(), StoreError> {
    let key = format!("end-subscription:{id}");
    jobs::enqueue(tx, &EndSubscription { subscription: id, with_period: false }, Some(&key), now)
        .await
        .map(drop)
}

async fn insert(
    tx: &mut Tx<'_>,
    id: SubscriptionId,
    order: &Checkout,
    facts: &SubscriptionFacts,
    refused: Option<RefundReason>,
    now: Millis,
) -> Result<(), StoreError> {
    let plan = order.plan.as_ref().ok_or(StoreError::Conflict("plan"))?;
    let row = args![
        id,
        &facts.id,
        order.id,
        order.account,
        order.space,
        order.pass,
        &order.title,
        order.price,
        plan.every.code(),
        plan.each.minor,
        plan.each.currency.code(),
        facts.status.code(),
        facts.period_start,
        facts.period_end,
        facts.ends_with_period,
        facts.ended_at,
        facts.collection_paused,
        refused.map(RefundReason::code),
        look_again(facts, now),
        now,
        plan.instalments,
    ];
    match tx.run(INSERT, row).await? {
        1 => Ok(()),
        _ => Err(StoreError::Conflict("subscription")),
    }
}
