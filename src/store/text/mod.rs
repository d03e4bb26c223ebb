//! The service's own texts, and who accepted them.

pub(crate) mod documents;

pub use documents::{Accepted, DocumentVersion, Documents};

use crate::db::sql::Sql;

pub(crate) fn statements() -> Vec<Sql> {
    documents::STATEMENTS.to_vec()
}
