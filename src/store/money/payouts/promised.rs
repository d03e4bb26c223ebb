//! What of a team's money is promised to buyers: it stays in the balance until it has gone back.

use super::Payouts;
use crate::{
    catalogue::prices::money,
    db::{
        connections::Tx,
        sql::{Row, args, statements},
    },
    money::seller_refunds::refundable,
};
use domain::{amount::Money, error::StoreError, id::TeamId};

/// The payment of a purchase `p` can be used: before that nothing of it can be paid out.
macro_rules! cleared {
    () => {
        "EXISTS (SELECT 1 FROM ledger_sets l WHERE l.purchase_id = p.id AND l.kind = 'payment' AND l.cleared_at IS NOT NULL)"
    };
}

statements! {
    /// Whole amounts, as the buyers get them: refunds that are decided, also those of a show that the provider refused or that came back,
    /// and that are tried again; what goes back by itself; orders of a show that was called off whose refunds are not decided yet; and
    /// refunds that the provider has made and not taken from what can be used. However much a team has sold, only little of it is open:
    /// so the search begins there.
    OF_TEAM = concat!("SELECT x.currency, CAST(SUM(x.amount) AS BIGINT) AS amount FROM (
            SELECT p.currency, r.amount FROM seller_refunds r CROSS JOIN purchases p
                WHERE p.id = r.purchase_id AND p.team_id = $1 AND r.done_at IS NULL AND p.refunded + r.amount <= p.amount
                    AND (r.refused_at IS NULL OR r.show_refund_id IS NOT NULL) AND ", cleared!(), "
            UNION ALL SELECT p.currency, r.amount FROM purchases p JOIN seller_refunds r ON r.purchase_id = p.id
                WHERE COALESCE(p.team_id, '') = $1 AND p.refund_failed_at IS NOT NULL AND p.refunded + r.amount <= p.amount
                    AND r.done_at IS NOT NULL AND r.show_refund_id IS NOT NULL
            UNION ALL SELECT p.currency, p.amount FROM purchases p
                WHERE COALESCE(p.team_id, '') = $1 AND p.refund_reason IS NOT NULL AND p.refunded = 0 AND ", cleared!(), "
            UNION ALL SELECT p.currency, ", refundable!(left), " FROM show_refunds f JOIN show_refund_passes v ON v.show_refund_id = f.id
                JOIN purchases p ON p.pass_id = v.pass_id JOIN checkouts c ON c.id = p.checkout_id
                WHERE COALESCE(p.team_id, '') = $1 AND f.listed_at IS NULL AND c.created_at <= f.created_at AND ", refundable!(), "
                    AND NOT EXISTS (SELECT 1 FROM seller_refunds d WHERE d.show_refund_id = f.id AND d.purchase_id = p.id)
                    AND ", cleared!(), "
            UNION ALL SELECT s.currency, s.amount FROM ledger_sets s JOIN purchases p ON p.id = s.purchase_id
                WHERE s.team_id = $1 AND s.kind = 'refund' AND s.cleared_at IS NULL AND (s.note IS NULL OR s.note <> 'covered')
                    AND ", cleared!(), ") x
        GROUP BY x.currency ORDER BY x.currency");
}

fn read(row: &Row) -> Result<Money, StoreError> {
    money(row, "amount", "currency")
}

impl Payouts<'_> {
    /// What is promised to the buyers of a team, in each currency.
    pub async fn promised(&self, team: TeamId) -> Result<Vec<Money>, StoreError> {
        self.0.rows(OF_TEAM, args![team]).await?.iter().map(read).collect()
    }
}

impl Tx<'_> {
    /// As [`Payouts::promised`].
    pub(super) async fn promised(&mut self, team: TeamId) -> Result<Vec<Money>, StoreError> {
        self.rows(OF_TEAM, args![team]).await?.iter().map(read).collect()
    }
}
