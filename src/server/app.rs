//! The shared state of all handlers and jobs: ports, engine, and caches.

use crate::{
    audit_log::AuditLog,
    clock::ServiceClock,
    config::{Checked, Origin},
    limits::{Feeds, FileLimits, Openings, PictureLimits, Uploads},
    secret::{self, Secret},
    stills::Stills,
    web::{
        access::teams::TeamPages,
        assets,
        catalogue::content::posts::PostPages,
        catalogue::on_air,
        catalogue::open_pages::SpacePages,
        catalogue::pictures::PictureCache,
        live::{feed::RoomLogs, polls::Polls, whip_sessions::MediaSessions},
        money::holdings,
        ops::board::Boards,
        people::{passkeys::Passkeys, sign_in::SignInLimits, sign_in_links::SignInLinks},
        pump::Pumps,
    },
};
use actors::Engine;
use domain::{
    id::AccountId,
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

/// The axum state. Clones share it.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub public_url: Origin,
    /// The content security policy of all responses.
    pub policy: axum::http::HeaderValue,
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
    pub media: Arc<dyn MediaPlane>,
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
    pub room_logs: RoomLogs,
    pub polls: Arc<Polls<actors::AttendanceGuard>>,
    pub boards: Boards,
    pub team_pages: TeamPages,
    pub post_pages: PostPages,
    pub space_pages: SpacePages,
    pub followed: Followed,
}

/// The pumps of followed pages that are not of operators.
#[derive(Default)]
pub struct Followed {
    pub on_air: Pumps<on_air::Subject>,
    pub holdings: Pumps<holdings::Subject>,
}

impl Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    pub fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub fn https(&self) -> bool {
        self.public_url.https()
    }

    /// Browsers drop `__Host-` cookies on plain http.
    pub fn cookie_name(&self) -> &'static str {
        cookie_name(self.https())
    }

    /// The absolute URL of a path, for use outside our pages.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
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
