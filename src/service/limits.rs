//! How often an account, and everybody in its network, may do what costs others something. Counted in memory: a restart
//! restores every allowance.
//!
//! Whatever a person can make us keep for good is bounded here or at one of the places below:
//!
//! | what grows | by which requests | its bound |
//! |---|---|---|
//! | the audit log | changes of profile, spaces, passes, experiences, streams and orders | [`Limits::change`], which [`crate::Services::act`] asks |
//! | the audit log, journals, jobs | removing and restoring lines, bans, mutes and modes, also by the host of an own space | [`Limits::moderate`] |
//! | journals | chat lines, in all rooms together | [`Limits::say`], beside the pace of each room |
//! | the audit log | signing in, signing out | a session needs a mailed code ([`domain::people::sign_in`]) or a ceremony ([`domain::people::ceremonies`]), and ends once |
//! | codes, jobs, mails | asking for a code, guessing | [`domain::people::sign_in`], by mailbox, network and browser |
//! | orders, payments, their mails | opening an order, beginning a payment | [`Limits::open_order`], [`Limits::begin_payment`] |
//! | accounts of visitors who pay first, their reminders | opening an order without signing in | an account for each order, [`Limits::change`] of the networks, and by mailbox ([`crate::money::limits`]); what came to nothing is forgotten after [`domain::money::buying::guests::FORGOTTEN_AFTER`] |
//! | gifts, their mails | paying for one | one waits for each address and pass, [`Limits::open_order`], [`Limits::begin_payment`], [`Limits::invite`] |
//! | saved cards | saving the card of a payment | [`Limits::begin_payment`] |
//! | subscriptions, customers and prices at the provider | beginning to pay, ending or changing one, changing the card | [`Limits::open_order`], [`Limits::begin_payment`] |
//! | seats of a stock and uses of a code that are kept from others | opening an order without paying it | [`domain::money::checkout::HELD_FOR`], [`Limits::keep_from_others`], and how many are open at once ([`crate::money::limits`]) |
//! | questions to the provider about an order | coming back from paying | by order and network ([`crate::money::limits`]); then the order's own pace and webhooks |
//! | a team's account at the provider, and addresses of its pages | beginning to get paid, coming back from there | one account for each owner, [`Limits::begin_payment`] |
//! | refunds by sellers, their jobs and mails | refunding an order | what is left of the order, [`domain::money::payments::MOST_REFUNDS`], and [`Limits::change`] |
//! | refunds that are asked for, their mails | asking, declining | [`domain::money::back::wishes::MOST_WISHES`] for each order, one at a time, and [`Limits::change`] |
//! | answers to banks | sending one | once for each order, and [`Limits::change`] |
//! | refunds of a show, their jobs and mails | calling a show off, trying failed ones again | once for each show and order, [`Limits::change`] |
//! | passes that are given away, their mails | giving one | [`domain::access::comp::MOST_COMPS`], [`Limits::invite`] |
//! | entries of waitlists, their mails | applying, standing in line, coming back | one for each account and pass, [`domain::waitlist::entry::MOST_OPEN`] and [`domain::waitlist::entry::MOST_ENTRIES`], and [`Limits::change`] |
//! | codes for cheaper passes, guesses | making them, trying others' | [`domain::money::promo::MOST_CODES`], [`Limits::change`]; [`Guesses`] |
//! | invitations into teams, their mails | inviting, sending again, handing over | [`Limits::invite`], [`domain::access::team`] |
//! | hands, invitations to a stage, the audit log | raising a hand, inviting, letting up, muting, removing | one for each account and stream, [`domain::live::participants::MOST_WAITING`], and [`Limits::change`]; they go with the end of the stream |
//! | recordings | having shows recorded | bytes of each space and in all ([`crate::live::recordings`]), and what a disk has left; they go after some weeks |
//! | clips | making them | [`domain::live::recording::clips::MOST`] of a stream, [`domain::live::recording::clips::MOST_OFTEN`] of an account, and [`Limits::change`]; they go with their recording |
//! | captions | sending them with the key of a stream | so many a second of a stream and of a space ([`crate::live::captions`]), [`domain::live::captions::MOST`] of a stream; they go with its recording |
//! | sums of reactions, in memory | reacting | so many a second for each person and room ([`domain::chat::reactions`]) |
//! | destinations of restreams, and for which streams they are on | adding and switching them | [`domain::live::restream::MOST_DESTINATIONS`] for each space, and [`Limits::change`]; so much is sent at a time for each account |
//! | follows, reminders | following, asking to be reminded | [`store::MOST_FOLLOWED`], [`store::MOST_REMINDERS`], and [`Limits::change`] |
//! | mails about shows and posts | planning, moving, cancelling, going live, posting | one for each person and period ([`domain::live::notices`]), [`Limits::change`] |
//! | messages to holders, their mails | sending one | [`domain::audience::letters::MOST_A_DAY`] for each space, `MOST_BY_ACCOUNT` for each account, one mail for each person, and [`Limits::change`] |
//! | receipts that are sent again | sending one | [`Limits::invite`] |
//! | looks at pages | looking at a space or a pass | one row for each person, page and day, [`domain::audience::visits::MOST_OF_A_SPACE`], [`domain::audience::visits::MOST_OF_A_NETWORK`] and [`domain::audience::visits::MOST_WAITING`]; they go after [`domain::audience::visits::KEPT_FOR`] |
//! | spaces' rows | adding to an offer, renaming | [`domain::catalogue::quota`], [`Limits::rename`] |
//! | posts | writing them | [`domain::catalogue::content::posts::MOST`], and [`Limits::change`] |
//! | the audit log, work | exports | [`Limits::export`] |
//! | permits | saying a passphrase, taking a link that invites, watching free minutes | one for each account and experience or show, [`Doors`] |
//! | the audit log | coming in: by those, with another device, by a gift | [`Doors`] |
//! | guesses, hashes of passphrases | saying one, setting a new one | [`Doors`] |
//! | links that invite | making them | [`domain::access::entry::MOST_INVITES`], and [`Limits::change`] |
//! | recovery codes, former addresses | making codes, changing the address | [`Limits::change`]; they go after a week ([`domain::people::recovery`]); guessing codes as sign-in codes |
//! | passkeys, their mails | adding, naming and removing them | [`domain::people::passkeys::MOST_PASSKEYS`], and [`Limits::change`] |
//! | files of pictures, and the time to decode them | covers, logos, avatars, pictures of posts | [`Limits::upload`], and a quota of each space, account and experience ([`crate::catalogue::pictures`]) |
//! | files that people download | sending one, piece by piece | [`Limits::send_file`], [`Limits::send_piece`], and bytes of each space, account and in all ([`domain::catalogue::content::files::Room`]) |
//! | reports, their mails | reporting, writing to the operators | [`Limits::report`], [`Limits::write_letter`]; decided ones go after their retention |
//! | webhooks | refused ones | one row for each reason and period ([`crate::money::webhooks`]) |
//! | the inbox, questions to the provider | nobody's: what the provider lists, and what is not settled | pages and questions of one sweep ([`domain::money::sweep`]) |

use crate::{
    Often, ServiceResult,
    bounds::{Limit, NetworkLimit, Shared},
    doors::Doors,
    guesses::{self, Guesses},
    live::captions::CaptionLimits,
    money::limits::MarketLimits,
};
use domain::{
    id::{AccountId, SpaceId},
    people::allowance::Allowance,
    time::{Millis, Span},
};

/// New addresses of one space per hour. Nobody renames a space more often, and each new address makes others wait for
/// an old one to be freed.
const RENAMES: Allowance = Allowance::per_hour(5);
/// New addresses of the passes and experiences of one space per hour.
const INNER_RENAMES: Allowance = Allowance::per_hour(30);
/// Chat lines of one account in all rooms: as fast as one room allows for long, and enough at once for a page that
/// sends again what was not answered.
const LINES: Allowance = Allowance { times: 300, span: Span::secs(150) };
/// Moderation by one account. A raid takes hundreds of removals within minutes, so this is far from what hands do.
const MODERATION: Allowance = Allowance::per_hour(3600);
/// That of one network: ten teams in the middle of a raid.
const MODERATION_OF_A_NETWORK: Allowance = Allowance::per_hour(36_000);

/// Exports of one account, and of one network: each reads everything that is stored about a person.
const EXPORTS: Allowance = Allowance { times: 3, span: Span::days(1) };
const EXPORTS_OF_A_NETWORK: Allowance = Allowance { times: 30, span: Span::days(1) };
/// Files with pictures that one account sends; each is decoded and cut to sizes, also one that is refused in the end.
const UPLOADS: Allowance = Allowance::per_hour(30);
/// The same of one network: an office in which ten people choose pictures.
const UPLOADS_OF_A_NETWORK: Allowance = Allowance::per_hour(300);
/// Files for others to download that one account begins to send.
const FILES: Allowance = Allowance::per_hour(60);
/// Those of one network: an office in which ten people send files.
const FILES_OF_A_NETWORK: Allowance = Allowance::per_hour(600);
/// Pieces of such files: 30 GB in the pieces that our page sends, or a small file byte by byte.
const PIECES: Allowance = Allowance::per_hour(6000);
/// Reports by one account.
const REPORTS: Allowance = Allowance::per_hour(20);
/// Those of one network: a class that watches together.
const REPORTS_OF_A_NETWORK: Allowance = Allowance::per_hour(100);
/// Of the orders that one account may open in an hour, so many may keep a seat or a use of a code from others: one in three. Each is kept
/// for five minutes without a payment.
const KEPT_OF_ORDERS: u32 = 3;
/// Those of one network: as many as so many accounts may open. More than a household buys, and a small part of a stock.
const KEPT_BY_A_NETWORK: u32 = 2;
/// Letters to the operators from one network. Nobody has to sign in to write one.
const LETTERS_OF_A_NETWORK: Allowance = Allowance::per_hour(5);
/// Letters from all networks together, by people who are not signed in, and by people who are: strangers with many networks fill
/// neither the queue of the operators nor the allowance of those who have an account.
const LETTERS_OF_STRANGERS: Allowance = Allowance::per_hour(60);
const LETTERS_OF_MEMBERS: Allowance = Allowance::per_hour(60);
/// Invitations into teams that one account may send, because each is a mail to an address that did not ask for it.
const INVITATIONS: Allowance = Allowance { times: 30, span: Span::days(1) };
/// Those of one network: an agency that builds many teams.
const INVITATIONS_OF_A_NETWORK: Allowance = Allowance { times: 120, span: Span::days(1) };
/// Invitations that one mailbox gets from everybody.
const INVITATIONS_TO_A_MAILBOX: Allowance = Allowance { times: 10, span: Span::days(1) };

/// The name of the limits on new addresses. Forms show their refusal at the address.
pub const RENAMED: &str = "renames";

/// What an operator may set.
#[derive(Clone, Copy, Debug)]
pub struct Rates {
    /// Orders that one account may open per hour, and payments that it may begin at the provider.
    pub account_orders: u32,
    /// Changes of profile, spaces, passes and streams per hour by one account, and by one network of the narrowest
    /// kind.
    pub account_changes: u32,
    pub address_changes: u32,
    /// Chat lines per minute in all rooms by one network of the narrowest kind.
    pub address_lines: u32,
}

pub struct Limits {
    changes: Shared,
    lines: Shared,
    moderation: Shared,
    exports: Shared,
    reports: Shared,
    letters: NetworkLimit,
    letters_of_strangers: Limit<()>,
    letters_of_members: Limit<()>,
    orders: Limit<AccountId>,
    payments: Limit<AccountId>,
    kept: Shared,
    pub(crate) promo_codes: Guesses<SpaceId>,
    uploads: Shared,
    files: Shared,
    pieces: Limit<AccountId>,
    renames: Limit<SpaceId>,
    inner_renames: Limit<SpaceId>,
    invitations: Shared,
    invited: Limit<String>,
    pub(crate) captions: CaptionLimits,
    /// At the doors of experiences.
    pub(crate) doors: Doors,
    /// What buyers keep from others.
    pub(crate) market: MarketLimits,
}

impl Limits {
    pub fn new(rates: Rates) -> Self {
        let orders = Allowance::per_hour(rates.account_orders);
        let changes = Allowance::per_hour(rates.account_changes);
        Self {
            changes: Shared::new(
                (changes, "account_changes", Often::Changes),
                (Allowance::per_hour(rates.address_changes), "address_changes", Often::ChangesNearby),
            ),
            lines: Shared::new(
                (LINES, "account_lines", Often::Lines),
                (
                    Allowance { times: rates.address_lines, span: Span::minutes(1) },
                    "address_lines",
                    Often::LinesNearby,
                ),
            ),
            moderation: Shared::new(
                (MODERATION, "account_moderation", Often::Moderation),
                (MODERATION_OF_A_NETWORK, "address_moderation", Often::ModerationNearby),
            ),
            exports: Shared::new(
                (EXPORTS, "account_exports", Often::Exports),
                (EXPORTS_OF_A_NETWORK, "address_exports", Often::ExportsNearby),
            ),
            reports: Shared::new(
                (REPORTS, "account_reports", Often::Reports),
                (REPORTS_OF_A_NETWORK, "address_reports", Often::ReportsNearby),
            ),
            letters: NetworkLimit::new(LETTERS_OF_A_NETWORK, "address_letters", Often::LettersNearby),
            letters_of_strangers: Limit::new(LETTERS_OF_STRANGERS, "all_letters", Often::LettersOfStrangers),
            letters_of_members: Limit::new(LETTERS_OF_MEMBERS, "all_letters", Often::LettersOfMembers),
            orders: Limit::new(orders, "account_orders", Often::Orders),
            payments: Limit::new(orders, "account_payments", Often::Payments),
            kept: kept(rates.account_orders),
            promo_codes: guesses::of_promo_codes(),
            uploads: Shared::new(
                (UPLOADS, "account_uploads", Often::Pictures),
                (UPLOADS_OF_A_NETWORK, "address_pictures", Often::PicturesNearby),
            ),
            files: Shared::new(
                (FILES, "account_files", Often::Files),
                (FILES_OF_A_NETWORK, "address_files", Often::FilesNearby),
            ),
            pieces: Limit::new(PIECES, "account_pieces", Often::Files),
            renames: Limit::new(RENAMES, RENAMED, Often::Renames),
            inner_renames: Limit::new(INNER_RENAMES, RENAMED, Often::InnerRenames),
            invitations: Shared::new(
                (INVITATIONS, "account_invitations", Often::Invitations),
                (INVITATIONS_OF_A_NETWORK, "address_invitations", Often::InvitationsNearby),
            ),
            invited: Limit::new(INVITATIONS_TO_A_MAILBOX, "mailbox_invitations", Often::Invited),
            captions: CaptionLimits::new(),
            doors: Doors::new(),
            market: MarketLimits::new(rates.account_orders),
        }
    }

    /// A change that leaves a line in the audit log.
    pub(crate) fn change(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.changes.take(by, now)
    }

    /// A chat line.
    pub(crate) fn say(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.lines.take(by, now)
    }

    /// An entry in the journal of a room that is no chat line.
    pub(crate) fn moderate(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.moderation.take(by, now)
    }

    pub(crate) fn export(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.exports.take(by, now)
    }

    pub(crate) fn report(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.reports.take(by, now)
    }

    /// A letter to the operators; `member`: of somebody who is signed in.
    pub(crate) fn write_letter(&self, member: bool, now: Millis) -> ServiceResult<()> {
        let all = if member { &self.letters_of_members } else { &self.letters_of_strangers };
        all.check(&(), now)?;
        self.letters.take(now)?;
        all.take((), now)
    }

    pub(crate) fn open_order(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.orders.take(by, now)
    }

    /// An order that keeps a seat of a stock, or a use of a code that has few, from others.
    pub(crate) fn keep_from_others(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.kept.take(by, now)
    }

    pub(crate) fn begin_payment(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.payments.take(by, now)
    }

    /// A file with a picture.
    pub(crate) fn upload(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.uploads.take(by, now)
    }

    /// A file that people will download.
    pub(crate) fn send_file(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.files.take(by, now)
    }

    /// Some bytes of such a file.
    pub(crate) fn send_piece(&self, by: AccountId, now: Millis) -> ServiceResult<()> {
        self.pieces.take(by, now)
    }

    pub(crate) fn rename(&self, space: SpaceId, now: Millis) -> ServiceResult<()> {
        self.renames.take(space, now)
    }

    /// Counts a new address of a pass or an experience of the space.
    pub(crate) fn rename_inside(&self, space: SpaceId, now: Millis) -> ServiceResult<()> {
        self.inner_renames.take(space, now)
    }

    /// The mail of an invitation to a mailbox.
    pub(crate) fn invite(&self, by: AccountId, mailbox: String, now: Millis) -> ServiceResult<()> {
        self.invited.check(&mailbox, now)?;
        self.invitations.take(by, now)?;
        self.invited.take(mailbox, now)
    }
}

fn kept(orders: u32) -> Shared {
    let (account, network) = ((orders / KEPT_OF_ORDERS).max(1), orders.saturating_mul(KEPT_BY_A_NETWORK));
    Shared::new(
        (Allowance::per_hour(account), "account_kept", Often::Orders),
        (Allowance::per_hour(network), "address_kept", Often::OrdersNearby),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sender, ServiceError, as_sender};
    use domain::people::networks::Networks;
    use std::net::IpAddr;

    const RATES: Rates =
        Rates { account_orders: 3, account_changes: 4, address_changes: 10, address_lines: 1_000 };
    const NOW: Millis = Millis(1_000);

    /// How many of `times` changes of a new account in this network succeed.
    async fn changed(limits: &Limits, subnet: u8, times: usize) -> usize {
        let home = |last| IpAddr::from([10, subnet, last, 1]);
        let networks = Networks([Some(home(1)), Some(home(0)), None]);
        let account = AccountId::new();
        as_sender(Sender::from(networks), async {
            (0..times).filter(|_| limits.change(account, NOW).is_ok()).count()
        })
        .await
    }

    #[tokio::test]
    async fn a_network_has_a_bound_however_many_accounts_it_makes() {
        let limits = Limits::new(RATES);
        assert_eq!(changed(&limits, 1, 99).await, 4, "one account");
        assert_eq!(changed(&limits, 1, 99).await, 4, "another one in the same network");
        assert_eq!(changed(&limits, 1, 99).await, 2, "what the network has left");
        assert_eq!(changed(&limits, 1, 99).await, 0);
        assert_eq!(changed(&limits, 2, 99).await, 4, "another network");
    }

    #[tokio::test]
    async fn a_network_keeps_few_seats_however_many_accounts_it_makes() {
        let limits = Limits::new(Rates { account_orders: 6, ..RATES });
        let kept = async |network: u8| {
            let networks = Networks([Some(IpAddr::from([10, 3, network, 1])), None, None]);
            let tries = async {
                (0..99_u32).filter(|_| limits.keep_from_others(AccountId::new(), NOW).is_ok()).count()
            };
            as_sender(Sender::from(networks), tries).await
        };
        assert_eq!((kept(1).await, kept(1).await, kept(2).await), (12, 0, 12));
        let me = AccountId::new();
        assert_eq!((0..9).filter(|_| limits.keep_from_others(me, NOW).is_ok()).count(), 2);
        assert!(limits.open_order(me, NOW).is_ok(), "what is not scarce can be ordered");
    }

    #[test]
    fn lines_in_many_rooms_and_moderation_are_bounded_together() {
        let (limits, me) = (Limits::new(RATES), AccountId::new());
        assert_eq!((0..9_999).filter(|_| limits.say(me, NOW).is_ok()).count(), LINES.times as usize);
        assert_eq!(
            (0..9_999).filter(|_| limits.moderate(me, NOW).is_ok()).count(),
            MODERATION.times as usize
        );
        assert!(limits.say(me, NOW + Span::secs(1)).is_ok(), "two lines a second");
        assert!(limits.say(AccountId::new(), NOW).is_ok() && limits.change(me, NOW).is_ok());
    }

    #[tokio::test]
    async fn reports_are_bounded_by_account_and_letters_by_network() {
        let (limits, me) = (Limits::new(RATES), AccountId::new());
        let made = (0..99).filter(|_| limits.report(me, NOW).is_ok()).count();
        assert_eq!(made, REPORTS.times as usize);
        assert!(limits.report(AccountId::new(), NOW).is_ok());
        let home = IpAddr::from([10, 1, 1, 1]);
        let written = as_sender(Sender::from(Networks([Some(home), None, None])), async {
            (0..99).filter(|_| limits.write_letter(false, NOW).is_ok()).count()
        });
        assert_eq!(written.await, LETTERS_OF_A_NETWORK.times as usize);
        let written = async |member: bool| {
            let mut count = 0;
            for n in 0..200_u8 {
                let networks = Networks([Some(IpAddr::from([10, 2, n, 1])), None, None]);
                let one =
                    as_sender(Sender::from(networks), async { limits.write_letter(member, NOW).is_ok() });
                count += usize::from(one.await);
            }
            count
        };
        let strangers = LETTERS_OF_STRANGERS.times as usize - LETTERS_OF_A_NETWORK.times as usize;
        assert_eq!(written(false).await, strangers, "whatever the network");
        assert_eq!(written(true).await, LETTERS_OF_MEMBERS.times as usize, "others are not affected");
        assert_eq!(written(true).await, 0);
    }

    #[test]
    fn invitations_are_bounded_by_sender_and_by_mailbox() {
        let (limits, me) = (Limits::new(RATES), AccountId::new());
        let sent = |by, to: &dyn Fn(usize) -> String| {
            (0..99).filter(|n| limits.invite(by, to(*n), NOW).is_ok()).count()
        };
        assert_eq!(sent(me, &|n| format!("{n}@example.org")), INVITATIONS.times as usize);
        let one = |_: usize| "ann@example.org".to_owned();
        assert_eq!(sent(AccountId::new(), &one), INVITATIONS_TO_A_MAILBOX.times as usize);
        assert_eq!(sent(AccountId::new(), &one), 0, "another sender to the same mailbox");
        assert_eq!(sent(AccountId::new(), &|n| format!("{n}@example.net")), INVITATIONS.times as usize);
    }

    #[test]
    fn each_account_and_space_has_its_own_allowance() {
        let (limits, now) = (Limits::new(RATES), NOW);
        let (ann, ben, space) = (AccountId::new(), AccountId::new(), SpaceId::new());
        for _ in 0..3 {
            assert!(limits.open_order(ann, now).is_ok() && limits.begin_payment(ann, now).is_ok());
        }
        for refused in [limits.open_order(ann, now), limits.begin_payment(ann, now)] {
            let Err(ServiceError::TooMany { wait, .. }) = refused else { panic!("{refused:?}") };
            assert_eq!(wait, Span::minutes(20));
        }
        assert!(limits.open_order(ben, now).is_ok() && limits.begin_payment(ben, now).is_ok());
        assert!(limits.open_order(ann, now + Span::minutes(20)).is_ok());
        assert_eq!((0..20).filter(|_| limits.rename(space, now).is_ok()).count(), RENAMES.times as usize);
        assert!(limits.rename(SpaceId::new(), now).is_ok());
        let inside = (0..99).filter(|_| limits.rename_inside(space, now).is_ok()).count();
        assert_eq!(inside, INNER_RENAMES.times as usize);
        assert!(limits.rename_inside(SpaceId::new(), now).is_ok());
    }
}
