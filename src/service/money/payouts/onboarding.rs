//! A team's account at the provider: its owner enters there what is needed, and we mirror how it is. Nobody's bank data comes to us.

use super::{STEPS, line, provider};
use crate::{ServiceError, ServiceResult, Services};
use domain::{
    access::may::{Action, may},
    catalogue::offer::Space,
    error::StoreError,
    id::{AccountId, SpaceId, TeamId},
    money::{
        payments::PaymentError,
        payouts::{
            account::SellerFacts,
            provider::{OnboardingRequest, SellerPayments},
        },
    },
};

/// Keys of the request for an account: the next one is used only if the provider repeats its failure for one. The failure may have come
/// after the account was made, whose answer is then found by the same key.
const KEYS: u8 = 3;

/// The address of the provider's page on which the owner enters what is needed. The first time it makes the account, once for each owner
/// of a team: whoever owns it no longer takes theirs along.
/// `back`: where the page leads in the end, and for a new link when its own is too old.
///
/// # Errors
/// `NotFound` for a space of another team; `Role` for whoever does not own the team.
pub async fn begin(
    services: &Services,
    by: AccountId,
    space: SpaceId,
    back: String,
) -> ServiceResult<String> {
    let team = services.authorise(by, space, Action::GetPaid).await?.team;
    let sellers = provider(services)?;
    services.limits.begin_payment(by, services.now())?;
    let account = match services.store.seller_accounts().of_team(team).await? {
        Some(known) => known.account,
        None => open(services, sellers, by, team).await?,
    };
    let request = OnboardingRequest { account, return_url: back.clone(), refresh_url: back };
    Ok(sellers.open_onboarding(request).await?)
}

/// Makes the account of a team. An owner who asks again after a crash gets the same, and the second of two owners that of the first.
async fn open(
    services: &Services,
    sellers: &dyn SellerPayments,
    by: AccountId,
    team: TeamId,
) -> ServiceResult<String> {
    let act = services.act(by, "payout.onboard", team, "account at the payment provider")?;
    let facts = create(sellers, team, by).await?;
    let now = services.now();
    let mut tx = services.store.begin().await?;
    tx.lock_team(team).await?;
    // Whoever owns the team no longer by now brings no account of theirs.
    let role = tx.team_role(team, by).await?;
    if !role.is_some_and(|role| may(role, Action::GetPaid)) {
        return Err(ServiceError::Role);
    }
    if tx.keep_seller_account(team, &facts, now).await? {
        tx.commit_audited(act, &[], now).await?;
        return Ok(facts.id);
    }
    drop(tx);
    let known = services.store.seller_accounts().of_team(team).await?;
    known.map(|known| known.account).ok_or(ServiceError::Conflict("account"))
}

async fn create(
    sellers: &dyn SellerPayments,
    team: TeamId,
    owner: AccountId,
) -> Result<SellerFacts, PaymentError> {
    let mut last = PaymentError::Away("not asked".into());
    for attempt in (1..=KEYS).flat_map(|key| [key; 2]) {
        match sellers.create_seller(team, format!("{team}:{owner}:account:{attempt}")).await {
            Err(failed @ PaymentError::Failed(_)) => last = failed,
            answered => return answered,
        }
    }
    Err(last)
}

/// The owner, or somebody else who may see the team's money, comes back from the provider's page: how the account is now is asked at once.
pub async fn come_back(services: &Services, by: AccountId, space: SpaceId) -> ServiceResult<Space> {
    let space = services.authorise(by, space, Action::ManageMoney).await?;
    if let Some(known) = services.store.seller_accounts().of_team(space.team).await? {
        services.limits.begin_payment(by, services.now())?;
        apply_account(services, &known.account).await?;
    }
    Ok(space)
}

/// Fetches the account of a seller and keeps how it is. Ignores one that is nobody's.
///
/// # Errors
/// `Conflict` if it was made for another team, or keeps changing while it is read.
pub async fn apply_account(services: &Services, account: &str) -> ServiceResult<()> {
    let sellers = provider(services)?;
    for _ in 0..STEPS {
        // Read our row first, so that a state fetched before another writer changed the row is not applied.
        let Some(known) = services.store.seller_accounts().by_account(account).await? else { return Ok(()) };
        let facts = sellers.seller(account.to_owned()).await?;
        if facts.reference.as_deref() != Some(known.team.to_string().as_str()) {
            return Err(ServiceError::Conflict("an account of another team"));
        }
        if facts.state() == known.state && facts.due.join(" ") == known.missing {
            return Ok(());
        }
        let now = services.now();
        let mut tx = services.store.begin().await?;
        match tx.apply_seller_account(&known, &facts).await {
            Ok(()) => {
                let detail = format!("{account}: {} {}", facts.state().code(), facts.due.join(" "));
                let detail = detail.trim_end().to_owned();
                tx.commit_audited(line("payout.account", known.team, detail), &[], now).await?;
                return Ok(());
            }
            Err(StoreError::Conflict("older")) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(ServiceError::Conflict("account"))
}
