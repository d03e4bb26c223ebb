//! The company to which an invoice is made out, if its buyer buys for one.

use crate::text::{TextError, line, paragraphs};

/// Characters of each part.
pub const LONGEST_COMPANY: usize = 120;
pub const LONGEST_ADDRESS: usize = 300;
pub const LONGEST_TAX_ID: usize = 40;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BilledCompany {
    pub name: String,
    /// In lines; empty if it was not given.
    pub address: String,
    /// As the company writes it: countries have their own forms.
    pub tax_id: String,
}

/// Parts of a company as somebody types them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BilledPart {
    Name,
    Address,
    TaxId,
}

impl BilledCompany {
    /// Reads what was typed; `None` if nothing was. An address or a tax id needs a name.
    ///
    /// # Errors
    /// Each part that is not taken.
    pub fn read(
        name: &str,
        address: &str,
        tax_id: &str,
    ) -> Result<Option<Self>, Vec<(BilledPart, TextError)>> {
        if [name, address, tax_id].iter().all(|part| part.trim().is_empty()) {
            return Ok(None);
        }
        let name = line(name, 1..=LONGEST_COMPANY);
        let address = paragraphs(address, 0..=LONGEST_ADDRESS);
        let tax_id = line(tax_id, 0..=LONGEST_TAX_ID);
        match (name, address, tax_id) {
            (Ok(name), Ok(address), Ok(tax_id)) => Ok(Some(Self { name, address, tax_id })),
            (name, address, tax_id) => {
                let wrong = [
                    (BilledPart::Name, name.err()),
                    (BilledPart::Address, address.err()),
                    (BilledPart::TaxId, tax_id.err()),
                ];
                Err(wrong.into_iter().filter_map(|(part, error)| Some((part, error?))).collect())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_company_has_a_name_and_may_have_the_rest() {
        let read = |name: &str, address: &str, tax_id: &str| BilledCompany::read(name, address, tax_id);
        assert_eq!(read(" ", "\n", ""), Ok(None));
        let company = |name: &str, address: &str, tax_id: &str| {
            Ok(Some(BilledCompany { name: name.into(), address: address.into(), tax_id: tax_id.into() }))
        };
        assert_eq!(read(" Moss & Sons ", "", ""), company("Moss & Sons", "", ""));
        assert_eq!(
            read("Moss", "Lane 1\r\n 1010 Wien ", "ATU 12345678"),
            company("Moss", "Lane 1\n1010 Wien", "ATU 12345678")
        );
        assert_eq!(read("", "Lane 1", ""), Err(vec![(BilledPart::Name, TextError::Empty)]));
        let long = "x".repeat(LONGEST_TAX_ID + 1);
        let too_long = TextError::Long { most: LONGEST_TAX_ID, count: LONGEST_TAX_ID + 1 };
        let wrong = vec![(BilledPart::Name, TextError::Empty), (BilledPart::TaxId, too_long)];
        assert_eq!(read("", "", &long), Err(wrong));
    }
}
