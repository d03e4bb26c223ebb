//! Sets that are about no purchase: what is decided, sent and given back of payouts. They can be used at once.

use super::{CLEAR, refused, sums, write};
use crate::db::{connections::Tx, sql::args};
use domain::{
    amount::Currency,
    error::StoreError,
    id::TeamId,
    money::ledger::{EntryError, LedgerAccount, Posting},
    time::Millis,
};

/// Writes the sets, each once.
pub(crate) async fn book(
    tx: &mut Tx<'_>,
    team: TeamId,
    currency: Currency,
    sets: Result<Vec<Posting>, EntryError>,
    now: Millis,
) -> Result<(), StoreError> {
    let mut sums = sums::SumChanges::default();
    for set in sets.map_err(refused)? {
        if !write(tx, (Some(team), None), currency, &set, &mut sums, now).await? {
            continue;
        }
        tx.run(CLEAR, args![set.kind.code(), &set.object, now]).await?;
        let of_seller = set.entries.entries().iter().filter(|one| one.account == LedgerAccount::Seller(team));
        let own: i64 = of_seller.map(|one| one.amount.minor).sum();
        sums.clear(Some(team), currency, own);
    }
    sums.save(tx).await
}
