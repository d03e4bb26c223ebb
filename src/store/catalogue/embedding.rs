//! Which sites may show the card of a space.

use crate::{
    catalogue::spaces::Spaces,
    db::{
        connections::Tx,
        sql::{args, statements},
    },
};
use domain::{catalogue::embed::Sites, error::StoreError, id::SpaceId};

statements! {
    SITES = "SELECT embed_sites FROM spaces WHERE id = $1";
    ALLOW = "UPDATE spaces SET embed_sites = $2 WHERE id = $1";
}

impl Spaces<'_> {
    pub async fn embed_sites(&self, id: SpaceId) -> Result<Sites, StoreError> {
        let row = self.0.row(SITES, args![id]).await?.ok_or(StoreError::NotFound)?;
        Ok(Sites::read(&row.get::<String>("embed_sites")?))
    }
}

impl Tx<'_> {
    pub async fn allow_embedding(&mut self, id: SpaceId, sites: &Sites) -> Result<(), StoreError> {
        match self.run(ALLOW, args![id, sites.text()]).await? {
            0 => Err(StoreError::NotFound),
            _ => Ok(()),
        }
    }
}
