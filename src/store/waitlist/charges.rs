//! Cards that pay as soon as a seat is offered to whoever has left them.

use crate::{
    access::stock::{self, Keeper},
    catalogue::prices::money,
    db::{
        connections::Tx,
        sql::{Row, args, statements},
    },
    waitlist::entries::{Waitlists, mail, tell},
};
use domain::{
    amount::Money,
    error::StoreError,
    id::*,
    text::language::Language,
    time::Millis,
    waitlist::{
        charge::AdmissionCharge,
        entry::{EntryState, WaitlistEntry, WaitlistStep},
        jobs::{Letter, SendWaitlist},
    },
};

statements! {
    OF_ENTRY = "SELECT pays_card, pays_session, pays_amount, pays_currency, pays_since, pays_language, pays_order
        FROM waitlist_entries WHERE id = $1 AND pays_since IS NOT NULL";
    /// Before anything is offered, and with nobody else's card.
    LEAVE_CARD = "UPDATE waitlist_entries SET pays_card = $3, pays_session = $4, pays_amount = $5, pays_currency = $6, pays_since = $7,
            pays_language = $8, pays_order = NULL, pays_refused = 0, pays_version = $9
        WHERE id = $1 AND account_id = $2 AND state IN ('waiting', 'line') AND (CAST($3 AS TEXT) IS NULL
            OR EXISTS (SELECT 1 FROM saved_cards s WHERE s.id = $3 AND s.account_id = waitlist_entries.account_id))";
    SAVED = "UPDATE waitlist_entries SET pays_card = $3, pays_session = NULL WHERE id = $1 AND pays_session = $2";
    TAKE_CARD = "UPDATE waitlist_entries SET pays_card = NULL, pays_session = NULL, pays_since = NULL
        WHERE id = $1 AND account_id = $2 AND state IN ('waiting', 'line') AND pays_since IS NOT NULL";
    BEGIN = "UPDATE waitlist_entries SET pays_order = $2 WHERE id = $1 AND pays_since IS NOT NULL AND pays_order IS NULL";
    /// The buyer has agreed when they left the card.
    AGREE = "UPDATE checkouts SET agreed_at = (SELECT w.pays_since FROM waitlist_entries w WHERE w.id = $2),
            refunds_version = (SELECT w.pays_version FROM waitlist_entries w WHERE w.id = $2),
            agreed_language = (SELECT w.pays_language FROM waitlist_entries w WHERE w.id = $2)
        WHERE id = $1 AND agreed_at IS NULL";
    NOT_CHARGED = "UPDATE waitlist_entries SET state = $3, pays_card = NULL, pays_session = NULL, pays_since = NULL, pays_order = NULL,
            pays_refused = 1
        WHERE id = $1 AND state = $2 AND pays_since IS NOT NULL";
}

fn charge(row: &Row) -> Result<AdmissionCharge, StoreError> {
    Ok(AdmissionCharge {
        card: row.get("pays_card")?,
        session: row.get("pays_session")?,
        price: money(row, "pays_amount", "pays_currency")?,
        agreed_at: row.get("pays_since")?,
        shown: Language::of(&row.get::<String>("pays_language")?).unwrap_or_default(),
        order: row.get("pays_order")?,
    })
}

/// The card that somebody leaves: a saved one, or one that the provider's page is about to save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftCard<'a> {
    Saved(&'a str),
    Page(&'a str),
}

impl Waitlists<'_> {
    /// What the owner of an entry has agreed to; `None` if no card pays for it.
    pub async fn charge(&self, entry: WaitlistEntryId) -> Result<Option<AdmissionCharge>, StoreError> {
        self.0.row(OF_ENTRY, args![entry]).await?.as_ref().map(charge).transpose()
    }
}

impl Tx<'_> {
    /// From now on a card pays this price when a seat is offered. `shown`: the language of the page that said so, `refunds`: the version
    /// of the text on refunds to which it led. Returns false if a seat was offered already, or the card is not theirs.
    pub async fn leave_card(
        &mut self,
        entry: &WaitlistEntry,
        left: LeftCard<'_>,
        (price, shown, refunds): (Money, Language, i64),
        now: Millis,
    ) -> Result<bool, StoreError> {
        let (card, session) = match left {
            LeftCard::Saved(card) => (Some(card), None),
            LeftCard::Page(session) => (None, Some(session)),
        };
        let Money { minor, currency } = price;
        let row =
            args![entry.id, entry.account, card, session, minor, currency.code(), now, shown.code(), refunds];
        Ok(self.run(LEAVE_CARD, row).await? == 1)
    }

    /// The provider's page has saved the card. False if another one was chosen since.
    pub async fn card_saved(
        &mut self,
        entry: WaitlistEntryId,
        session: &str,
        card: &str,
    ) -> Result<bool, StoreError> {
        Ok(self.run(SAVED, args![entry, session, card]).await? == 1)
    }

    /// Nothing is charged any more when a seat is offered. False if nothing was, or if one is offered already.
    pub async fn take_card(&mut self, entry: &WaitlistEntry) -> Result<bool, StoreError> {
        Ok(self.run(TAKE_CARD, args![entry.id, entry.account]).await? == 1)
    }

    /// Notes which order the card pays; its buyer has agreed to it before.
    pub async fn begin_charge(
        &mut self,
        entry: WaitlistEntryId,
        order: CheckoutId,
    ) -> Result<bool, StoreError> {
        if self.run(BEGIN, args![entry, order]).await? == 0 {
            return Ok(false);
        }
        self.run(AGREE, args![order, entry]).await?;
        Ok(true)
    }

    /// The card has not paid: the offer is its owner's until its end, who gets the mail that says so. If nothing is left of the offer's seat,
    /// they are the first in line again. Locks the space. False if it is over anyway.
    pub async fn not_charged(&mut self, entry: &WaitlistEntry, now: Millis) -> Result<bool, StoreError> {
        self.lock_space_of_pass(entry.pass).await?;
        let Some(until) = entry.offer_until.filter(|until| *until > now) else { return Ok(false) };
        let step = WaitlistStep::NotCharged;
        let Some(mut next) = entry.state.after(step) else { return Ok(false) };
        if entry.state == EntryState::Taken
            && !stock::hold(self, Keeper::Offer(entry.id, until), entry.pass, now).await?
        {
            next = EntryState::Line;
        }
        if self.run(NOT_CHARGED, args![entry.id, entry.state.code(), next.code()]).await? == 0 {
            // Another process has done it: with this transaction ends what it keeps.
            return Ok(false);
        }
        tell(self, entry.id, step, None, now).await?;
        if next == EntryState::Offered {
            let (account, entry, letter) = (entry.account, entry.id, Letter::NotCharged);
            mail(self, SendWaitlist { account, entry, letter, until: Some(until) }, now).await?;
        }
        Ok(true)
    }
}
