//! The companies to which invoices are made out.

use crate::db::{
    connections::Tx,
    sql::{Row, args, statements},
};
use domain::{error::StoreError, id::*, money::buying::billed::BilledCompany};

statements! {
    BILL_COMPANY = "UPDATE purchases SET billed_company = $3, billed_address = $4, billed_tax_id = $5
        WHERE id = $1 AND account_id = $2";
}

/// Of a row with the columns of a purchase's company.
pub(crate) fn read(row: &Row) -> Result<Option<BilledCompany>, StoreError> {
    let Some(name) = row.get("billed_company")? else { return Ok(None) };
    let text = |column| Ok::<String, StoreError>(row.get::<Option<String>>(column)?.unwrap_or_default());
    Ok(Some(BilledCompany { name, address: text("billed_address")?, tax_id: text("billed_tax_id")? }))
}

impl Tx<'_> {
    /// Makes an invoice out to a company, or to its buyer alone. False if the purchase is not the account's.
    pub async fn bill_company(
        &mut self,
        purchase: PurchaseId,
        account: AccountId,
        company: Option<&BilledCompany>,
    ) -> Result<bool, StoreError> {
        let name = company.map(|company| &company.name);
        let (address, tax_id) =
            (company.map(|company| &company.address), company.map(|company| &company.tax_id));
        Ok(self.run(BILL_COMPANY, args![purchase, account, name, address, tax_id]).await? == 1)
    }
}
