//! The shared state of all handlers and jobs: ports, engine, and caches.

use crate::{
    audit_log::AuditLog,
    clock::ServiceClock,
    config::{Checked, Origin},
    limits::{Feeds, FileLimits, Openings, PictureLimits, Uploads},
    secret::{self, Secret},
    stills::Stills,
    telemetry::machine::ProcessMeter,
    web::{
        access::teams::TeamPages,
        assets,
        catalogue::content::posts::PostPages,
        catalogue::on_air,
        catalogue::open_pages::SpacePages,
        catalogue::pictures::PictureCache,
        live::{
            feed::RoomLogs, passes::Planes, polls::Polls, reach::ConnectionAttempts,
            whip_sessions::MediaSessions,
        },
        money::{back::show_refunds::RefundPages, buying::own_page::PaymentForm, holdings::HoldingsPages},
        ops::board::Boards,
        people::{passkeys::Passkeys, sign_in::SignInLimits, sign_in_links::SignInLinks},
        pump::Pumps,
        request,
        waitlist::place::WaitlistPages,
    },
};
use actors::Engine;
use domain::{
    id::{AccountId, CheckoutId, SpaceId},
    live::media::MediaPlane,
    mail::{MailKind, Mailer},
    people::account::Account,
};
use fanout::Fanout;
use gateways::LocalMailer;
use service::{Services, ops::health::Health};
use std::{ops::Deref, sync::Arc};
use store::Store;
use views::layout::{Me, Shell};

/// Characters of the signature in the path of a visitor's order.
const GUEST_SIGNED: usize = 40;

/// The axum state. Clones share it.
#[derive(Clone)]
pub struct App(Arc<AppState>);

pub struct AppState {
    pub public_url: Origin,
    /// The content security policy of all responses.
    pub policy: axum::http::HeaderValue,
    /// With it buyers can pay on our own page.
    pub payment_form: Option<PaymentForm>,
    pub settings: Checked,
    pub feeds: Arc<Feeds>,
    pub openings: Openings,
    pub uploads: Arc<Uploads>,
    pub pictures: Arc<PictureLimits>,
    pub file_limits: FileLimits,
    pub picture_cache: PictureCache,
    /// Generated covers for link previews, apart: whoever asks for all of them empties no other cache.
    pub preview_cache: PictureCache,
    pub stills: Stills,
    pub clock: ServiceClock,
    pub secret: Secret,
    pub store: Store,
    pub audit_log: AuditLog,
    pub health: Health,
    pub engine: Engine,
    pub machine: ProcessMeter,
    pub media: Arc<dyn MediaPlane>,
    pub planes: Planes,
    pub mailer: Arc<dyn Mailer>,
    /// The mail kept for the mailbox page, if mail stays on this machine.
    pub mailbox: Option<Arc<LocalMailer>>,
    pub fanout: Fanout,
    /// One-time links of the demo server; empty elsewhere.
    pub sign_in_links: SignInLinks,
    pub sign_in_limits: SignInLimits,
    pub passkeys: Passkeys,
    pub figures: metrics_exporter_prometheus::PrometheusHandle,
    /// The use cases.
    pub services: Services,
    pub media_sessions: Arc<MediaSessions>,
    pub attempts: ConnectionAttempts,
    pub room_logs: RoomLogs,
    pub polls: Arc<Polls<actors::AttendanceGuard>>,
    pub boards: Boards,
    pub team_pages: TeamPages,
    pub post_pages: PostPages,
    pub space_pages: SpacePages,
    pub waitlist_pages: WaitlistPages,
    pub refund_pages: RefundPages,
    pub holdings_pages: HoldingsPages,
    pub followed: FollowedPages,
}

/// The pumps of followed pages that are not of operators.
#[derive(Default)]
pub struct FollowedPages {
    pub on_air: Pumps<on_air::OnAirPage>,
}

impl Deref for App {
    type Target = AppState;
    fn deref(&self) -> &AppState {
        &self.0
    }
}

impl App {
    pub fn new(inner: AppState) -> Self {
        Self(Arc::new(inner))
    }

    pub fn https(&self) -> bool {
        self.public_url.https()
    }

    /// Browsers drop `__Host-` cookies on plain http.
    pub fn cookie_name(&self) -> &'static str {
        cookie_name(self.https())
    }

    /// The absolute URL of a path, for use outside our pages. A local server has several names, all of this machine, and a session
    /// belongs to the one by which somebody has come: payments and mails lead them back there.
    pub fn url(&self, path: &str) -> String {
        let host = if self.settings.local { request::host() } else { String::new() };
        match host.is_empty() {
            true => format!("{}{path}", self.public_url),
            false => format!("{}://{host}{path}", if self.https() { "https" } else { "http" }),
        }
    }

    /// The link in each mail that can be stopped. Whoever has it may stop mail of this kind to this person, and nothing else.
    pub fn stop_link(&self, account: AccountId, kind: MailKind) -> String {
        let (account, kind) = (account.to_string(), kind.code());
        let signature = self.secret.sign("unsubscribe", &[&account, kind]);
        self.url(&format!("/unsubscribe/{account}-{kind}-{signature}"))
    }

    /// Whose mail of which kind the last part of such a link stops. The links of an earlier release, which name no kind, stop
    /// reminders.
    pub fn stopped_by(&self, token: &str) -> Option<(AccountId, MailKind)> {
        let (account, rest) = token.split_once('-')?;
        let (kind, signature, ours) = match rest.split_once('-') {
            Some((kind, signature)) => {
                let ours = self.secret.sign("unsubscribe", &[account, kind]);
                (MailKind::from_code(kind)?, signature, ours)
            }
            None => (MailKind::Reminders, rest, self.secret.sign("unsubscribe", &[account])),
        };
        if secret::same(signature, &ours) { Some((account.parse().ok()?, kind)) } else { None }
    }

    /// The link in each message that the team of a space writes. Whoever has it may stop such messages to this person, and nothing
    /// else.
    pub fn stop_space_link(&self, account: AccountId, space: SpaceId) -> String {
        let (account, space) = (account.to_string(), space.to_string());
        let signature = self.secret.sign("unsubscribe space", &[&account, &space]);
        self.url(&format!("/unsubscribe/space-{account}-{space}-{signature}"))
    }

    /// Whose messages of which space the last part of such a link stops.
    pub fn space_stopped_by(&self, token: &str) -> Option<(AccountId, SpaceId)> {
        let (account, rest) = token.strip_prefix("space-")?.split_once('-')?;
        let (space, signature) = rest.split_once('-')?;
        let ours = secret::same(signature, &self.secret.sign("unsubscribe space", &[account, space]));
        if ours { Some((account.parse().ok()?, space.parse().ok()?)) } else { None }
    }

    /// The page of a visitor's order, which nobody else knows. It opens nothing.
    pub fn guest_order_path(&self, order: CheckoutId) -> String {
        format!("/checkouts/guest/{}", self.guest_order_token(order))
    }

    fn guest_order_token(&self, order: CheckoutId) -> String {
        let order = order.to_string();
        let signature = self.secret.sign("guest order", &[&order]);
        format!("{order}-{}", &signature[..GUEST_SIGNED])
    }

    /// The order that the last part of such a path names.
    pub fn guest_order_of(&self, token: &str) -> Option<CheckoutId> {
        let order = token.split_once('-')?.0.parse().ok()?;
        secret::same(token, &self.guest_order_token(order)).then_some(order)
    }

    /// The secret address of a person's calendar, which was renewed `version` times.
    pub fn calendar_link(&self, account: AccountId, version: i64) -> String {
        let (account, version) = (account.to_string(), version.to_string());
        let signature = self.secret.sign("calendar", &[&account, &version]);
        self.url(&format!("/account/calendar/{account}-{version}-{signature}.ics"))
    }

    /// Whose calendar the last part of such an address names, and for which version it was made.
    pub fn calendar_of(&self, token: &str) -> Option<(AccountId, i64)> {
        let (account, rest) = token.strip_suffix(".ics")?.split_once('-')?;
        let (version, signature) = rest.split_once('-')?;
        let ours = secret::same(signature, &self.secret.sign("calendar", &[account, version]));
        if ours { Some((account.parse().ok()?, version.parse().ok()?)) } else { None }
    }

    /// The frame of every page: the viewer and the path.
    pub fn shell(&self, me: Option<&Account>, path: &str) -> Shell {
        Shell {
            asset: assets::url,
            public_url: self.public_url.to_string(),
            path: path.to_string(),
            me: me.map(Me::from),
            local: self.mailbox.is_some(),
            passkeys: self.passkeys.place_here(),
            terms: me.and_then(|me| self.services.caches.terms.to_accept(me.terms)),
            notice: crate::web::take_notice(),
        }
    }
}

pub const fn cookie_name(https: bool) -> &'static str {
    if https { "__Host-backstage" } else { "backstage" }
}
