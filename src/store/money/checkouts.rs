//! The rows of checkouts; `buying` has more ways to open them and the steps of their actor, `settlements.rs` applies the provider's
//! state to them.

use crate::{
    access::{grants, stock},
    catalogue::{prices::money, spaces},
    db::{
        connections::{Db, Tx},
        sql::{Row, args, maybe_code, row, statements},
    },
    money::{answers, promos},
    work::jobs,
};
use domain::{
    access::grant::Grant,
    catalogue::offer::NotOffered,
    change::Change,
    error::StoreError,
    id::*,
    money::{
        billing::Interval,
        buying::{
            cards::{CardOrder, CardRefusal},
            consent::TillConsent,
        },
        checkout::{Checkout, OPEN_FOR, OrderEnd, PassTerms, Payment},
        jobs::SendPaymentFailure,
        promo::Discount,
        recurring::order::PlanOrder,
        selling::{Availability, Lasting, Selling, Window},
    },
    text::language::Language,
    time::Millis,
};

row! {
    fn read -> Checkout {
        id: "id",
        purchase: "purchase_id",
        account: "account_id",
        email: "email",
        space: "space_id",
        pass: "pass_id",
        price: "price_id",
        title: "title",
        amount: "amount" | "currency" => money,
        state: "state" | "processing_since" => payment,
        attempt: "attempt",
        request: "request",
        provider_session: "provider_session",
        pay_url: "pay_url",
        client_secret: "client_secret",
        next_request: "next_request",
        created_at: "created_at",
        expires_at: "expires_at",
        version: "version",
        ended: "ended_by" => maybe_code(OrderEnd::from_code),
        agreed: "terms_version",
        consent: "refunds_version" | "agreed_language" | "agreed_at" => consent,
        lasting: "access_for" | "access_until" => lasting,
        discount: "promo_id" | "promo_code" | "discount" => discount,
        answers: "answers" => answers::read,
        plan: "plan_every" | "plan_each" | "plan_trial_days" | "plan_setup_fee" | "plan_instalments" => plan,
        card: "card" | "card_absent" | "keeps_card" | "card_refused" => card,
        gift: "gift_to",
        guest: "guest",
        terms: => terms,
    }
}

/// Selects orders with the terms on which their passes are sold now.
macro_rules! orders {
    ($rest:literal) => {
        concat!(
            "SELECT ",
            columns!("c."),
            ", r.amount AS price_amount, r.currency AS price_currency, r.kind AS price_kind, p.withdrawn_at, s.published_at,
            s.name AS space_name, p.sales_open_at, p.sales_close_at, p.access_until AS pass_until,
            CAST(CASE WHEN c.questions <> p.questions THEN 1 ELSE 0 END AS BIGINT) AS asks_else,
            CAST(CASE WHEN p.stock IS NOT NULL OR EXISTS (
                SELECT 1 FROM promo_codes o WHERE o.id = c.promo_id AND o.most_uses IS NOT NULL) THEN 1 ELSE 0 END AS BIGINT) AS scarce,
            CAST(CASE WHEN p.stock IS NOT NULL AND c.state IN ('held', 'paying') AND p.stock
                    < (SELECT COUNT(*) FROM grants g WHERE g.pass_id = p.id AND g.closed_at IS NULL
                        AND (g.expires_at IS NULL OR g.expires_at > c.created_at))
                    + (SELECT COUNT(*) FROM stock_holds h WHERE h.pass_id = p.id
                        AND (h.until IS NULL OR h.until > c.created_at) AND (h.created_at < c.created_at
                        OR (h.created_at = c.created_at AND h.id <= c.id)))
                THEN 1 ELSE 0 END AS BIGINT) AS oversold, ",
            spaces::kept_out_until!("c.account_id"),
            " AS banned_until,
            (SELECT k.customer FROM provider_customers k WHERE k.account_id = c.account_id) AS plan_customer,
            (SELECT o.provider_price FROM provider_prices o WHERE o.price_id = c.price_id AND o.charged_every = c.plan_every)
                AS plan_price
            FROM checkouts c JOIN passes p ON p.id = c.pass_id JOIN spaces s ON s.id = c.space_id
            LEFT JOIN prices r ON r.id = c.price_id AND r.withdrawn_at IS NULL ",
            $rest
        )
    };
}

statements! {
    BY_ID = orders!("WHERE c.id = $1");
    BY_PROVIDER_SESSION = orders!("WHERE c.provider_session = $1");
    OF_ACCOUNT = orders!("WHERE c.account_id = $1 ORDER BY c.created_at DESC, c.id DESC");
    UNSETTLED = orders!("WHERE c.state IN ('held', 'paying') ORDER BY c.expires_at, c.id");
    OPEN_ONE = orders!("WHERE c.account_id = $1 AND c.pass_id = $2 AND c.state IN ('held', 'paying')");
    ON_OFFER = "SELECT r.id FROM passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE p.id = $1 AND r.kind <> 'free' AND p.withdrawn_at IS NULL";
    OFFERED_TO = "SELECT
        (SELECT COUNT(*) FROM team_members m WHERE m.team_id = s.team_id AND m.account_id = $2) AS team,
        (SELECT COUNT(*) FROM bans b WHERE b.space_id = s.id AND b.account_id = $2 AND b.kind = 'ban' AND b.lifted_at IS NULL
            AND (b.until IS NULL OR b.until > $3)) AS banned,
        CASE WHEN p.withdrawn_at IS NULL AND s.published_at IS NOT NULL
            THEN (SELECT COUNT(*) FROM pass_includes i WHERE i.pass_id = p.id) ELSE 0 END AS offered,
        p.sales_open_at, p.sales_close_at, p.access_until AS pass_until
        FROM passes p JOIN spaces s ON s.id = p.space_id WHERE p.id = $1";
    /// The amount is that of the pass's current price, never the caller's; a discount was made of that price.
    OPEN = "INSERT INTO checkouts (id, purchase_id, account_id, email, space_id, pass_id, price_id, title, amount, currency, state,
            attempt, created_at, expires_at, terms_version, access_for, access_until, discount, promo_id,
            promo_code, questions)
        SELECT $1, $2, a.id, a.email, p.space_id, p.id, r.id, p.title, r.amount - CAST($7 AS BIGINT), r.currency, 'held', 1, $5, $6,
            a.terms_version, p.access_for, p.access_until, CAST($7 AS BIGINT), $9, $10, p.questions
        FROM accounts a CROSS JOIN passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
        WHERE a.id = $3 AND p.id = $4 AND r.kind = 'once' AND p.withdrawn_at IS NULL
            AND (CAST($8 AS TEXT) IS NULL OR r.id = $8) ON CONFLICT DO NOTHING";
    /// One that begins a subscription. Its amount is what is charged at once. Nobody has a second trial of a pass.
    SUBSCRIBE = "INSERT INTO checkouts (id, purchase_id, account_id, email, space_id, pass_id, price_id, title, amount, currency,
            state, attempt, created_at, expires_at, terms_version, discount, questions, plan_every, plan_each, plan_trial_days,
            plan_setup_fee, plan_instalments)
        SELECT $1, $2, x.account_id, x.email, x.space_id, x.pass_id, x.price_id, x.title,
            CASE WHEN x.trial_days IS NULL THEN x.each_time ELSE 0 END + COALESCE(x.setup_fee, 0), x.currency, 'held', 1, $5, $6,
            x.terms_version, 0, x.questions, $7, x.each_time, x.trial_days, x.setup_fee, x.instalments
        FROM (SELECT a.id AS account_id, a.email, a.terms_version, p.space_id, p.id AS pass_id, p.title, p.questions,
                r.id AS price_id, r.currency, r.setup_fee, r.instalments,
                CASE WHEN r.charged_every = CAST($7 AS TEXT) THEN r.amount ELSE r.yearly END AS each_time,
                CASE WHEN EXISTS (SELECT 1 FROM subscriptions b WHERE b.account_id = a.id AND b.pass_id = p.id)
                    THEN NULL ELSE r.trial_days END AS trial_days
            FROM accounts a CROSS JOIN passes p JOIN prices r ON r.pass_id = p.id AND r.withdrawn_at IS NULL
            WHERE a.id = $3 AND p.id = $4 AND r.kind = 'recurring' AND p.withdrawn_at IS NULL) x
        WHERE x.each_time IS NOT NULL ON CONFLICT DO NOTHING";
    /// The buyer cancels, once. A payment that has been made is not affected.
    CANCEL = "UPDATE checkouts SET ended_by = 'cancelled'
        WHERE id = $1 AND state IN ('held', 'paying') AND processing_since IS NULL AND ended_by IS NULL";
    /// The given end replaces a stored one: an order that was cancelled may end because nobody told its outcome.
    CLOSE = "UPDATE checkouts SET state = $2, ended_by = COALESCE($3, ended_by), settled_at = $4, client_secret = NULL,
            next_request = NULL
        WHERE id = $1 AND state IN ('held', 'paying') RETURNING space_id, pass_id";
}

/// The result of opening a checkout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Opened {
    New(Checkout),
    /// This person already has an open checkout for this pass.
    Existing(Checkout),
    /// They already hold the pass.
    Holds(Grant),
    /// None is left of the pass.
    SoldOut,
}

/// What became of an open order that makes room for one with a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Replaced {
    Nothing,
    /// It has the code.
    Same(CheckoutId),
    Ended(CheckoutId),
    /// It stays: the provider was asked for a pay page.
    Paying,
}

pub struct Checkouts<'a>(pub(crate) &'a Db);

/// The state of an order. A payment that is under way has a state of its own, which the column does not know.
fn payment(row: &Row, state: &str, processing_since: &str) -> Result<Payment, StoreError> {
    let processing = row.get::<Option<Millis>>(processing_since)?.is_some();
    Ok(match row.code(state, Payment::from_code)? {
        Payment::Paying if processing => Payment::Processing,
        state => state,
    })
}

fn terms(row: &Row) -> Result<PassTerms, StoreError> {
    let sold = row.get::<Option<i64>>("price_amount")?.is_some();
    // A price is never changed: while it is the current one, what it asks at once is what the order asks, and what a buyer chose is
    // within its bounds.
    let subscribes = row.get::<Option<String>>("plan_every")?.is_some();
    let chosen = row.get::<Option<String>>("price_kind")?.as_deref() == Some("chosen");
    let columns =
        if subscribes || chosen { ("amount", "currency") } else { ("price_amount", "price_currency") };
    let price = sold.then(|| money(row, columns.0, columns.1)).transpose()?;
    Ok(PassTerms {
        price,
        withdrawn: row.get::<Option<Millis>>("withdrawn_at")?.is_some(),
        published: row.get::<Option<Millis>>("published_at")?.is_some(),
        banned_until: row.get("banned_until")?,
        oversold: row.get("oversold")?,
        window: window(row)?,
        asks_else: row.get("asks_else")?,
        scarce: row.get("scarce")?,
    })
}

/// When the pass is sold, from its own columns.
fn window(row: &Row) -> Result<Window, StoreError> {
    let window = Window { opens_at: row.get("sales_open_at")?, closes_at: row.get("sales_close_at")? };
    let lasting = Lasting::from_columns(None, row.get("pass_until")?);
    Ok(Selling { window, lasting, ..Selling::default() }.window())
}

/// The plan of an order that begins a subscription, with the provider's ids if it knows both.
fn plan(
    row: &Row,
    every: &str,
    each: &str,
    trial_days: &str,
    setup_fee: &str,
    instalments: &str,
) -> Result<Option<PlanOrder>, StoreError> {
    let Some(every) = row.maybe_code(every, Interval::from_code)? else { return Ok(None) };
    let customer: Option<String> = row.get("plan_customer")?;
    Ok(Some(PlanOrder {
        every,
        each: money(row, each, "currency")?,
        trial_days: row.get(trial_days)?,
        setup_fee: row.get(setup_fee)?,
        instalments: row.get(instalments)?,
        provider: customer.zip(row.get("plan_price")?),
    }))
}

fn card(row: &Row, card: &str, absent: &str, keeps: &str, refused: &str) -> Result<CardOrder, StoreError> {
    Ok(CardOrder {
        customer: row.get("plan_customer")?,
        card: row.get(card)?,
        absent: row.get(absent)?,
        keeps: row.get(keeps)?,
        refused: row.maybe_code(refused, CardRefusal::from_code)?,
    })
}

fn consent(row: &Row, version: &str, language: &str, at: &str) -> Result<Option<TillConsent>, StoreError> {
    let shown = row.get::<Option<String>>(language)?.as_deref().and_then(Language::of);
    let version: Option<i64> = row.get(version)?;
    Ok(version.zip(row.get(at)?).map(|(version, at)| TillConsent { version, shown, at }))
}

fn discount(row: &Row, promo: &str, code: &str, minor: &str) -> Result<Option<Discount>, StoreError> {
    let Some(promo) = row.get(promo)? else { return Ok(None) };
    Ok(Some(Discount { promo, code: row.get(code)?, minor: row.get(minor)? }))
}

fn lasting(row: &Row, millis: &str, until: &str) -> Result<Lasting, StoreError> {
    Ok(Lasting::from_columns(row.get(millis)?, row.get(until)?))
}

pub(crate) async fn by_id(tx: &mut Tx<'_>, id: CheckoutId) -> Result<Checkout, StoreError> {
    read(&tx.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
}

/// Ends an order that was not paid, and frees its seat. Returns what has changed: nothing if it is settled already. Whoever paid
/// by a slow method was promised a mail, and gets it if the payment fails or is never confirmed.
pub(crate) async fn end(
    tx: &mut Tx<'_>,
    id: CheckoutId,
    payment: Payment,
    ended_by: Option<OrderEnd>,
    now: Millis,
) -> Result<Option<Change>, StoreError> {
    let row = args![id, payment.code(), ended_by.map(OrderEnd::code), now];
    let Some(closed) = tx.row(CLOSE, row).await? else { return Ok(None) };
    stock::free(tx, id).await?;
    promos::free(tx, id).await?;
    if payment == Payment::Failed && matches!(ended_by, None | Some(OrderEnd::Unconfirmed)) {
        let key = format!("payment-failure:{id}");
        jobs::enqueue(tx, &SendPaymentFailure { checkout: id }, Some(&key), now).await?;
    }
    Ok(Some(Change::Stock { space: closed.get("space_id")?, pass: closed.get("pass_id")? }))
}

impl Checkouts<'_> {
    pub async fn by_id(&self, id: CheckoutId) -> Result<Checkout, StoreError> {
        read(&self.0.row(BY_ID, args![id]).await?.ok_or(StoreError::NotFound)?)
    }

    pub async fn by_provider_session(&self, session: &str) -> Result<Option<Checkout>, StoreError> {
        self.0.row(BY_PROVIDER_SESSION, args![session]).await?.as_ref().map(read).transpose()
    }

    /// A person's, each with the name of its space, the newest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<(Checkout, String)>, StoreError> {
        let rows = self.0.rows(OF_ACCOUNT, args![account]).await?;
        rows.iter().map(|row| Ok((read(row)?, row.get("space_name")?))).collect()
    }

    /// The checkouts that are held or paying, the soonest to expire first, for comparison with the provider.
    pub async fn unsettled(&self) -> Result<Vec<Checkout>, StoreError> {
        self.0.rows(UNSETTLED, args![]).await?.iter().map(read).collect()
    }

    /// Returns `Conflict("checkout")` if the row was in another state than the change requires.
    pub(crate) async fn changed(&self, id: CheckoutId, rows: u64) -> Result<(), StoreError> {
        if rows == 1 { Ok(()) } else { self.by_id(id).await.and(Err(StoreError::Conflict("checkout"))) }
    }
}

impl Tx<'_> {
    /// Opens a checkout, and keeps a seat for it. Nobody has two open checkouts for one pass, or one for a pass they hold.
    /// Only after [`Opened::New`] there is something to commit. Returns `NotFound` if
    /// the pass is not sold, and `None` if the open checkout was settled between two statements: a new transaction then
    /// finds the grant. Locks the space, because an experience is deleted only while nobody pays for it.
    pub async fn open_checkout(
        &mut self,
        account: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        self.open_discounted(account, pass, None, now).await
    }

    /// The same with a discount of this price. Returns `None` also if the price is another one by now.
    pub async fn open_discounted(
        &mut self,
        account: AccountId,
        pass: PassId,
        off: Option<(PriceId, &Discount)>,
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        self.lock_space_of_pass(pass).await?;
        let id = CheckoutId::new();
        let row = args![
            id,
            PurchaseId::new(),
            account,
            pass,
            now,
            now + OPEN_FOR,
            off.map_or(0, |(_, discount)| discount.minor),
            off.map(|(price, _)| price),
            off.map(|(_, discount)| discount.promo),
            off.map(|(_, discount)| discount.code.as_str()),
        ];
        let new = self.run(OPEN, row).await? == 1;
        self.opened(new, id, (account, pass), now).await
    }

    /// The same for one that begins a subscription, charged by the month or by the year.
    pub async fn open_subscription(
        &mut self,
        account: AccountId,
        pass: PassId,
        every: Interval,
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        self.lock_space_of_pass(pass).await?;
        let id = CheckoutId::new();
        let row = args![id, PurchaseId::new(), account, pass, now, now + OPEN_FOR, every.code()];
        let new = self.run(SUBSCRIBE, row).await? == 1;
        self.opened(new, id, (account, pass), now).await
    }

    /// What became of an order that may have been inserted.
    pub(crate) async fn opened(
        &mut self,
        new: bool,
        id: CheckoutId,
        (account, pass): (AccountId, PassId),
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        // Checked after the insert, which waited for a concurrent settlement. If there is a grant, the insert is rolled
        // back.
        if let Some(grant) = grants::held(self, account, pass, now).await? {
            return Ok(Some(Opened::Holds(grant)));
        }
        self.opened_for_anybody(new, id, (account, pass), now).await
    }

    /// The same whether or not its buyer holds the pass.
    pub(crate) async fn opened_for_anybody(
        &mut self,
        new: bool,
        id: CheckoutId,
        (account, pass): (AccountId, PassId),
        now: Millis,
    ) -> Result<Option<Opened>, StoreError> {
        if new {
            let held = stock::hold(self, stock::Keeper::Order(id), pass, now).await?;
            return Ok(Some(if held { Opened::New(by_id(self, id).await?) } else { Opened::SoldOut }));
        }
        if let Some(row) = self.row(OPEN_ONE, args![account, pass]).await? {
            return Ok(Some(Opened::Existing(read(&row)?)));
        }
        self.row(ON_OFFER, args![pass]).await?.ok_or(StoreError::NotFound)?;
        Ok(None)
    }

    /// Ends the order that a person has open for a pass, so that they can open one with this code, unless somebody may be paying
    /// it. Locks the space.
    pub async fn replace_order(
        &mut self,
        account: AccountId,
        pass: PassId,
        promo: PromoId,
        now: Millis,
    ) -> Result<Replaced, StoreError> {
        self.lock_space_of_pass(pass).await?;
        let Some(row) = self.row(OPEN_ONE, args![account, pass]).await? else { return Ok(Replaced::Nothing) };
        let order = read(&row)?;
        if order.discount.as_ref().is_some_and(|discount| discount.promo == promo) {
            return Ok(Replaced::Same(order.id));
        }
        if order.state != Payment::Held || order.request.is_some() {
            return Ok(Replaced::Paying);
        }
        end(self, order.id, Payment::Expired, Some(OrderEnd::Cancelled), now).await?;
        Ok(Replaced::Ended(order.id))
    }

    /// Ends an order that nobody can be paying, because no pay page was asked for. Returns false for any other.
    pub async fn drop_order(&mut self, order: &Checkout, now: Millis) -> Result<bool, StoreError> {
        if order.state != Payment::Held || order.request.is_some() {
            return Ok(false);
        }
        let ended = end(self, order.id, Payment::Expired, Some(OrderEnd::Cancelled), now).await?;
        Ok(ended.is_some())
    }

    /// The buyer cancels an order. Returns false if it is settled, has ended, or its payment is being processed.
    pub async fn cancel_checkout(&mut self, id: CheckoutId) -> Result<bool, StoreError> {
        Ok(self.run(CANCEL, args![id]).await? == 1)
    }

    /// Why this person cannot have this pass now, if they cannot. Call this after writing the row of the grant or the
    /// order, so that a later change finds that row.
    pub async fn check_offer(
        &mut self,
        account: AccountId,
        pass: PassId,
        now: Millis,
    ) -> Result<Result<(), NotOffered>, StoreError> {
        let row = self.row(OFFERED_TO, args![pass, account, now]).await?.ok_or(StoreError::NotFound)?;
        let count = |column| Ok::<bool, StoreError>(row.get::<i64>(column)? > 0);
        Ok(if count("team")? {
            Err(NotOffered::Team)
        } else if !count("offered")? {
            Err(NotOffered::Withdrawn)
        } else if count("banned")? {
            Err(NotOffered::Banned)
        } else {
            match (Selling { window: window(&row)?, ..Selling::default() }).sale(None, now) {
                Availability::OpensAt(at) => Err(NotOffered::NotYet(at)),
                Availability::Closed => Err(NotOffered::Closed),
                Availability::Open { .. } | Availability::SoldOut => Ok(()),
            }
        })
    }
}
