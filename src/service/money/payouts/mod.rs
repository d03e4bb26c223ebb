//! Payouts: the run of a week, and the way of each payout. Whatever is asked of the provider, its answer is fetched and applied; so a
//! payout may be interrupted anywhere, and is made once.

pub mod onboarding;

use crate::{ServiceError, ServiceResult, Services, sender};
use domain::{
    access::may::{Action, may},
    amount::Money,
    error::StoreError,
    id::{AccountId, PayoutId, SpaceId, TeamId},
    money::{
        payments::PaymentError,
        payouts::{
            FoundPayout, PayoutAct, PayoutProgress, decide, next_act,
            provider::{SellerPayments, TransferRequest},
            refused, schedule, waits,
        },
    },
    time::{Millis, Span},
};
use store::{Act, Payout, PayoutAfter, PayoutRun, SellerAccount};

/// Steps of a payout in one job, and tries to keep a state that another process keeps, too.
const STEPS: usize = 12;
/// Teams and currencies that are read at once in a run.
const BATCH: usize = 100;
/// Payouts, and accounts, that are asked about in one round.
const MOST_ASKED: usize = 100;
/// How often to ask about what is on its way, and about what banks have and may still send back.
const ASK_AGAIN: Span = Span::minutes(55);
const ASK_DAILY: Span = Span::hours(23);
const SENT_BACK_WITHIN: Span = Span::days(30);
/// How many past payouts a page shows.
const SHOWN: usize = 60;

fn provider(services: &Services) -> ServiceResult<&dyn SellerPayments> {
    let missing = || ServiceError::Unavailable("no payment provider is set up".into());
    services.sellers.as_deref().ok_or_else(missing)
}

/// What a team sees of its payouts.
pub struct PayoutDesk {
    pub account: Option<SellerAccount>,
    /// The newest first.
    pub past: Vec<Payout>,
    pub next: Millis,
    /// What is promised to buyers and stays in the balance until it has gone back, in each currency.
    pub promised: Vec<Money>,
    /// Operators have suspended a space or an owner of the team: until they restore it, nothing is paid.
    pub withheld: bool,
}

/// The caller must be allowed to see the money of the team.
pub async fn desk(services: &Services, team: TeamId) -> ServiceResult<PayoutDesk> {
    let account = services.store.seller_accounts().of_team(team).await?;
    let past = services.store.payouts().of_team(team, SHOWN).await?;
    let promised = services.store.payouts().promised(team).await?;
    let withheld = services.store.payouts().withheld(team).await?;
    Ok(PayoutDesk { account, past, next: schedule::next_run(services.now()), promised, withheld })
}

/// A payout of a team of the caller.
///
/// # Errors
/// `NotFound` for a payout of another team; `Role` if the caller's role does not see the money of the team.
pub async fn one(services: &Services, by: AccountId, id: PayoutId) -> ServiceResult<Payout> {
    let payout = services.store.payouts().by_id(id).await?;
    let role = sender::role(services.store.teams().membership(payout.team, by).await?)?;
    if may(role, Action::ManageMoney) { Ok(payout) } else { Err(ServiceError::Role) }
}

/// The run of a week: decides a payout for each team and currency of which enough can be used. Whatever is decided stays decided, so it
/// may be interrupted and may run twice, also at the same time. Returns how many were decided.
pub async fn run(services: &Services, week: i64) -> ServiceResult<usize> {
    if services.sellers.is_none() {
        return Ok(0);
    }
    // What can be used by now counts, however late the hourly round is.
    services.store.ledger().move_available(services.now()).await?;
    let (mut after, mut decided) = (PayoutAfter::default(), 0);
    loop {
        let payable = services.store.payouts().payable(week, &after, BATCH).await?;
        for (team, currency) in &payable {
            let minimum = services.payout_minimum.of(*currency);
            let now = services.now();
            let mut tx = services.store.begin().await?;
            let made = tx.decide_payout((*team, *currency), PayoutRun { week, minimum }, now).await?;
            if let Some((payout, amount)) = made {
                let detail = format!("decided: {} {} for team {team}", amount.minor, amount.currency.code());
                tx.commit_audited(line("payout.decide", payout, detail), &[], now).await?;
                decided += 1;
            }
        }
        match payable.last() {
            Some((team, currency)) if payable.len() == BATCH => {
                after = PayoutAfter { team: team.to_string(), currency: currency.code().to_owned() };
            }
            _ => return Ok(decided),
        }
    }
}

fn line(action: &str, target: impl ToString, detail: String) -> Act {
    Act { actor: None, action: action.into(), target: target.to_string(), detail }
}

/// Brings a payout as far as it can go now: asks how it is, keeps that, and requests its next step, which is asked about again. What was
/// requested without an answer is found by our id before it is requested under the same key; only a failure that the provider repeats
/// for that key is followed by another one. What our account there cannot cover waits until it can. Nothing more is sent to a team that
/// operators have suspended, until they restore it.
///
/// # Errors
/// `Conflict` if what is found is not what was requested, or if it keeps changing.
pub async fn send(services: &Services, id: PayoutId) -> ServiceResult<()> {
    let sellers = provider(services)?;
    for _ in 0..STEPS {
        let payout = services.store.payouts().by_id(id).await?;
        let found = look(sellers, &payout).await?;
        check(&payout, &found)?;
        let next = decide(&payout.progress(), &found);
        if next != payout.progress() {
            keep(services, &payout, &next).await?;
            continue;
        }
        let Some(act) = next_act(payout.state) else { return Ok(()) };
        if act != PayoutAct::TakeBack && services.store.payouts().withheld(payout.team).await? {
            // Suspended since it was decided. It is asked about again, so it goes on once they are restored.
            return Ok(());
        }
        match request(sellers, &payout, act).await {
            Ok(()) => {}
            Err(PaymentError::Short(why)) if act == PayoutAct::Transfer => {
                return wait(services, &payout, &why).await;
            }
            // The transfer stays to be taken back, and the job is parked for operators.
            Err(PaymentError::Refused(why) | PaymentError::Short(why)) if act != PayoutAct::TakeBack => {
                keep(services, &payout, &refused(&payout.progress(), &why)).await?;
            }
            Err(failed @ PaymentError::Failed(_)) => {
                services.store.payouts().next_attempt(&payout).await?;
                return Err(failed.into());
            }
            Err(away) => return Err(away.into()),
        }
    }
    Err(ServiceError::Conflict("payout"))
}

/// Our account at the provider cannot cover it now. It is asked about again, under another key, so it goes out when there is enough.
async fn wait(services: &Services, payout: &Payout, why: &str) -> ServiceResult<()> {
    services.store.payouts().next_attempt(payout).await?;
    let next = waits(&payout.progress(), why);
    if next == payout.progress() { Ok(()) } else { keep(services, payout, &next).await }
}

async fn look(sellers: &dyn SellerPayments, payout: &Payout) -> Result<FoundPayout, PaymentError> {
    let transfer = match &payout.transfer {
        Some(id) => Some(sellers.transfer(id.clone()).await?),
        None => sellers.transfer_of(payout.id).await?,
    };
    let account = payout.account.clone();
    let bank = match (&payout.bank, &transfer) {
        (Some(id), _) => Some(sellers.bank_payout(account, id.clone()).await?),
        (None, Some(_)) => sellers.bank_payout_of(account, payout.id, payout.decided_at).await?,
        (None, None) => None,
    };
    Ok(FoundPayout { transfer, bank })
}

/// A hint is believed about nothing: amounts and account have to be ours.
fn check(payout: &Payout, found: &FoundPayout) -> ServiceResult<()> {
    let transfer = found.transfer.as_ref();
    let other = transfer.is_some_and(|one| one.amount != payout.amount || one.account != payout.account)
        || found.bank.as_ref().is_some_and(|one| one.amount != payout.amount);
    if other { Err(ServiceError::Conflict("not the payout that was requested")) } else { Ok(()) }
}

/// Stores how far it has come. What another process has stored meanwhile is read again.
async fn keep(services: &Services, payout: &Payout, next: &PayoutProgress) -> ServiceResult<()> {
    let now = services.now();
    let mut tx = services.store.begin().await?;
    match tx.save_payout(payout, next, now).await {
        Ok(()) => {}
        Err(StoreError::Conflict("older")) => return Ok(()),
        Err(error) => return Err(error.into()),
    }
    let mut detail = next.state.code().to_owned();
    if next.returned > payout.returned {
        let back = next.returned - payout.returned;
        detail.push_str(&format!(", {back} of {} given back", payout.amount.minor));
    }
    if let Some(why) = next.failure.as_ref().filter(|_| next.failure != payout.failure) {
        detail.push_str(": ");
        detail.push_str(why);
    }
    tx.commit_audited(line("payout.apply", payout.id, detail), &[], now).await?;
    Ok(())
}

async fn request(sellers: &dyn SellerPayments, payout: &Payout, act: PayoutAct) -> Result<(), PaymentError> {
    let idempotency_key = format!("{}:{}:{}", payout.id, act.code(), payout.attempt);
    let request = || TransferRequest {
        payout: payout.id,
        account: payout.account.clone(),
        amount: payout.amount,
        idempotency_key: idempotency_key.clone(),
    };
    match act {
        PayoutAct::Transfer => sellers.send_transfer(request()).await.map(drop),
        PayoutAct::PayOut => sellers.pay_out(request()).await.map(drop),
        PayoutAct::TakeBack => match payout.transfer.clone() {
            Some(transfer) => sellers.take_back(transfer, payout.id, idempotency_key.clone()).await,
            None => Ok(()),
        },
    }
}

/// Applies what became of a transfer, if it is one of ours.
pub async fn apply_transfer(services: &Services, transfer: String) -> ServiceResult<()> {
    if let Some(payout) = services.store.payouts().by_transfer(&transfer).await? {
        return send(services, payout.id).await;
    }
    let found = provider(services)?.transfer(transfer).await?;
    let Some(id) = found.reference.and_then(|reference| reference.parse().ok()) else { return Ok(()) };
    match services.store.payouts().by_id(id).await {
        Ok(payout) => send(services, payout.id).await,
        Err(StoreError::NotFound) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Applies what a bank made of a payout. One that is not known yet is found by its own job.
pub async fn apply_bank_payout(services: &Services, bank: &str) -> ServiceResult<()> {
    match services.store.payouts().by_bank(bank).await? {
        Some(payout) => send(services, payout.id).await,
        None => Ok(()),
    }
}

/// Asks again about accounts and about payouts of which nothing was heard.
pub async fn keep_up(services: &Services) -> ServiceResult<()> {
    if services.sellers.is_none() {
        return Ok(());
    }
    let now = services.now();
    let ago = |span: Span| Millis(now.0 - span.0);
    let (asked, since) = ([ago(ASK_AGAIN), ago(ASK_DAILY)], ago(SENT_BACK_WITHIN));
    services.store.payouts().ask_again(asked, since, MOST_ASKED, now).await?;
    services.store.seller_accounts().ask_again(ago(ASK_DAILY), MOST_ASKED, now).await?;
    Ok(())
}

/// Whom the mail about a failed payout goes to.
pub struct FailedPayout {
    pub payout: Payout,
    pub email: String,
    /// Where the money of the team is shown: one of its spaces.
    pub space: Option<SpaceId>,
}

/// `None` if the reader owns the team no longer.
pub async fn failed(
    services: &Services,
    id: PayoutId,
    reader: AccountId,
) -> ServiceResult<Option<FailedPayout>> {
    let payout = services.store.payouts().by_id(id).await?;
    let role = services.store.teams().role(payout.team, reader).await?;
    if !role.is_some_and(|role| may(role, Action::GetPaid)) {
        return Ok(None);
    }
    let email = services.store.accounts().by_id(reader).await?.email;
    let space = services.store.spaces().of_team(payout.team).await?.first().map(|space| space.id);
    Ok(Some(FailedPayout { payout, email, space }))
}
