//! Codes that make the passes of a space, or of all spaces of its team, cheaper.

use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::Action,
    id::{AccountId, PassId, PromoId, SpaceId},
    money::{
        promo::{Off, PromoCode},
        selling::Window,
    },
};

/// What a new code is, validated by the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPromo {
    /// In capitals.
    pub code: String,
    pub off: Off,
    /// In all spaces of the team.
    pub everywhere: bool,
    /// Those that it holds for; none: all.
    pub passes: Vec<PassId>,
    pub most_uses: Option<i64>,
    pub window: Window,
}

/// # Errors
/// `Conflict("code")` if the team has this code, `Conflict("passes")` if it would hold for a pass of another space,
/// `Conflict("quota")` if the team has as many codes as a team can have.
pub async fn add(services: &Services, by: AccountId, space: SpaceId, new: NewPromo) -> ServiceResult<()> {
    let space = services.authorise(by, space, Action::EditOffer).await?;
    if !new.passes.is_empty() {
        let passes = services.store.passes().list(space.id).await?;
        if new.passes.iter().any(|id| passes.iter().all(|pass| pass.id != *id)) {
            return Err(ServiceError::Conflict("passes"));
        }
    }
    let NewPromo { code, off, everywhere, passes, most_uses, window } = new;
    // A pass is of one space.
    let of_space = (!everywhere || !passes.is_empty()).then_some(space.id);
    let promo = PromoCode {
        id: PromoId::new(),
        team: space.team,
        space: of_space,
        code,
        off,
        passes,
        most_uses,
        window,
        ended_at: None,
    };
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.add_promo(&promo, now).await?;
    Ok(tx.commit_audited(services.act(by, "promo.add", promo.id, promo.code)?, &[], now).await?)
}

/// Nobody can use it from now on; orders that it made cheaper keep that. Ending it twice changes nothing.
pub async fn end(services: &Services, by: AccountId, space: SpaceId, promo: PromoId) -> ServiceResult<()> {
    services.authorise(by, space, Action::EditOffer).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    if tx.end_promo(promo, space, now).await? {
        tx.commit_audited(services.act(by, "promo.end", promo, format!("of space {space}"))?, &[], now)
            .await?;
    }
    Ok(())
}
