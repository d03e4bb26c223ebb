//! Maps database errors to actor failures. The engine itself knows nothing of databases.

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
