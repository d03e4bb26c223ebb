//! What a failure of the database means for the actor that met it. The engine itself knows no database.

use crate::engine::behavior::Failure;
use domain::error::StoreError;

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::Unknown,
            StoreError::Unavailable(_) => Self::Away(error.to_string()),
            StoreError::Conflict(_) => Self::Broken(error.to_string()),
        }
    }
}
