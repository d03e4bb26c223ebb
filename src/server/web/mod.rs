//! The sitemap: every route, grouped by caller; those of the operators' pages are in `ops`. A handler's signature shows what it
//! requires of its caller.

pub mod access;
pub mod assets;
pub mod audience;
pub mod catalogue;
mod chat;
mod compression;
mod csv;
mod error;
pub mod extract;
pub mod flash;
mod follow;
mod htmx;
pub mod live;
pub mod money;
mod opening;
pub mod ops;
mod paths;
pub mod people;
pub mod pump;
pub mod request;
mod snapshots;
mod text;
pub mod upload;
pub mod waitlist;

pub use htmx::policy;
pub use request::take_notice;

use crate::app::App;
use access::{closing, devices, entry, guests, invitations, requirement, sales, teams, why};
use audience::{figures, letters, members};
use axum::{
    Router, middleware,
    routing::{delete, get, post},
};
use catalogue::{
    calendar,
    content::{self, downloads, files, posts, uploads, videos, writing},
    embed, experiences, explore, follows, look, manage, on_air, open_pages, passes, pictures, planned,
    search_engines, spaces,
};
use live::{
    captions, participants, passes as media_passes, people as room_people, queue, reach, recordings,
    reminders, restreams, sse, still, streams, whip, whip_origin,
};
use money::{
    asking,
    back::{evidence, show_refunds, wishes},
    buying, checkouts, comps, desk, holdings, invoice, orders, payouts, promos, subscriptions, webhooks,
};
use ops::report_forms;
use people::{
    account, address, confirmation, deletion, export, mails, naming, passkeys, recovery, sign_in,
    sign_in_links,
};
use request::fields::{begins_after, form_pairs};
use text::{contact, documents, former, language};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use waitlist::{cards as left_cards, desk as waitlists, joining, place};

pub fn router(app: App) -> Router {
    // One stack, outermost layer first. Each `layer` of its own would add a box around every route.
    let around = |compresses| {
        let state = htmx::HeadersState { app: app.clone(), compresses };
        let headers = middleware::from_fn_with_state(state, htmx::headers);
        ServiceBuilder::new().layer(headers).layer(CatchPanicLayer::new())
    };
    let pages = Router::new()
        .merge(public())
        .merge(own())
        .merge(creator())
        .merge(audience_of_spaces())
        .merge(entrance())
        .merge(selling())
        .merge(realtime())
        .merge(standing())
        .merge(ops::pages())
        .merge(local());
    let csrf = htmx::csrf(&app);
    let media = ServiceBuilder::new()
        .layer(around(false))
        .layer(middleware::from_fn_with_state(csrf.clone(), whip_origin::guard));
    let media = self::media().layer(media);
    let pages = pages.layer(around(true).layer(csrf));
    pages
        .merge(media)
        .merge(machines().layer(around(true)))
        .merge(feeds().layer(around(false)))
        .with_state(app)
}

/// Routes for everybody.
fn public() -> Router<App> {
    Router::new()
        .route("/", get(spaces::front))
        .route("/explore", get(explore::page))
        .route("/live", get(on_air::page))
        .route("/live/fragment", get(on_air::fragment))
        .route("/sign-in", get(sign_in::ask_page).post(sign_in::ask))
        .route("/sign-in/code", get(sign_in::code_page).post(sign_in::enter))
        .route("/sign-in/passkey", post(passkeys::sign_in::enter))
        .route("/sign-in/passkey/ceremony", post(passkeys::sign_in::begin))
        .route("/sign-in/recovery", get(recovery::enter_page).post(recovery::enter))
        .route("/sign-in/former/{token}", get(address::former_page).post(address::take_back_account))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/language", post(language::choose))
        .route("/status", get(ops::status::page))
        .route("/status.json", get(ops::status::json))
        .route("/help", get(documents::page))
        .route("/help/connection", get(reach::page).post(reach::attempt))
        .route("/contact", get(contact::page).post(contact::write))
        .route("/terms", get(documents::page))
        .route("/privacy", get(documents::page))
        .route("/legal/refunds", get(documents::page))
        .route("/legal/content", get(documents::page))
        .route("/sitemap.xml", get(search_engines::sitemap))
        .route("/robots.txt", get(search_engines::robots))
        .route("/oembed", get(embed::oembed))
        .route("/oembed/{space}", get(embed::of_space))
        .route("/oembed/{space}/{slug}", get(embed::of_show))
        .route("/static/{name}", get(assets::serve))
        .route("/static/pictures/{name}", get(pictures::file))
        .route("/static/accents/{name}", get(pictures::accent))
        .route("/spaces/{id}/fragment", get(open_pages::fragment))
        .route("/spaces/{id}/offers/fragment", get(open_pages::sales::fragment))
        .route("/{space}", get(spaces::first_segment))
        .route("/{space}/calendar.ics", get(calendar::of_space))
        .route("/{space}/{slug}", get(spaces::second_segment))
        .route("/{space}/{slug}/calendar.ics", get(calendar::of_experience))
        .route("/{space}/{slug}/purchase", post(checkouts::purchase))
        .route("/{space}/{slug}/guest-order", post(buying::guests::start))
        .route("/checkouts/guest/{token}", get(buying::guests::page))
        .route("/checkouts/guest/{token}/payment", post(buying::guests::pay))
        .route("/checkouts/guest/{token}/cancellation", post(buying::guests::cancel))
        .route("/checkouts/guest/{token}/claim", post(buying::guests::claim))
        .route("/{space}/{slug}/gift", get(buying::gifts::page).post(buying::gifts::buy))
        .route("/{space}/{slug}/waitlist", get(joining::page).post(joining::join))
}

/// Routes of signed-in people for their own things.
fn own() -> Router<App> {
    Router::new()
        .route("/account", get(account::home).post(account::update))
        .route("/account/avatar", post(account::show_avatar))
        .route("/account/avatar/removal", post(account::remove_avatar))
        .route("/account/listing", post(room_people::list_me_everywhere))
        .route("/account/purchases", get(holdings::page))
        .route("/account/purchases/fragment", get(holdings::fragment))
        .route("/account/purchases/{id}/invoice", get(invoice::page).post(invoice::bill))
        .route("/account/cards/removal", post(buying::cards::remove))
        .route("/account/subscriptions", get(subscriptions::page))
        .route("/account/subscriptions/{id}/plan", get(subscriptions::plan).post(subscriptions::ask))
        .route("/account/subscriptions/{id}/plan/confirmation", post(subscriptions::change))
        .route("/account/subscriptions/portal", post(subscriptions::portal))
        .route("/account/subscriptions/{id}/payment", post(subscriptions::pay))
        .route("/account/subscriptions/{id}/cancellation", post(subscriptions::cancel))
        .route("/account/subscriptions/{id}/continuation", post(subscriptions::undo_cancellation))
        .route("/account/subscriptions/{id}/pause", post(subscriptions::pause))
        .route("/account/subscriptions/{id}/resumption", post(subscriptions::resume))
        .route("/account/following", get(follows::list))
        .route("/account/calendar/renewal", post(follows::renew_calendar))
        .route("/account/mails", get(mails::page).post(mails::choose))
        .route("/account/mails/spaces", post(letters::wish))
        .route("/spaces/{id}/follow", get(follows::page).post(follows::wish))
        .route("/account/sessions", get(account::sessions))
        .route("/account/sessions/revocation", post(account::revoke_other_sessions))
        .route("/account/sessions/{id}/revocation", post(account::revoke_session))
        .route("/account/sessions/notice", post(account::read_notice))
        .route("/account/name", get(naming::page).post(naming::answer))
        .route("/account/confirmation", get(confirmation::page).post(confirmation::send))
        .route("/account/confirmation/code", get(confirmation::code_page).post(confirmation::enter))
        .route("/account/confirmation/passkey", post(passkeys::sign_in::confirm))
        .route("/account/passkeys", get(passkeys::account::page).post(passkeys::account::add))
        .route("/account/passkeys/ceremony", post(passkeys::account::begin))
        .route("/account/passkeys/requirement", get(passkeys::requirement::page))
        .route("/account/passkeys/{id}", post(passkeys::account::rename))
        .route("/account/passkeys/{id}/removal", post(passkeys::account::remove))
        .route("/account/email", get(address::page).post(address::ask))
        .route("/account/email/code", get(address::code_page).post(address::enter))
        .route("/account/recovery", get(recovery::page).post(recovery::make))
        .route("/account/export", get(export::page).post(export::download))
        .route("/account/deletion", get(deletion::page).post(deletion::delete))
        .route("/account/terms", post(documents::accept))
        .route("/account/purchased_spaces", get(former::purchased_spaces))
        .route("/account/streams/{id}", get(streams::find))
        .route("/account/teams/{team}/spaces", get(former::spaces))
        .route("/account/teams/{team}/spaces/{*rest}", get(former::of_space))
        .route("/account/reports/{kind}/{id}", get(report_forms::form).post(report_forms::send))
        .route("/checkouts/{id}", get(checkouts::page))
        .route("/checkouts/{id}/payment", post(checkouts::pay))
        .route("/checkouts/{id}/payment_form", post(buying::own_page::begin))
        .route("/checkouts/{id}/cancellation", post(checkouts::cancel))
        .route("/checkouts/{id}/fragment", get(checkouts::fragment))
        .route("/account/invitations/{id}", get(invitations::page))
        .route("/account/invitations/{id}/acceptance", post(invitations::accept))
        .route("/account/invitations/{id}/refusal", post(invitations::decline))
}

/// Routes for the owners of a space.
fn creator() -> Router<App> {
    Router::new()
        .route("/account/spaces", post(manage::create_space))
        .route("/account/spaces/{id}", get(manage::space).post(manage::update_space))
        .route("/account/spaces/{id}/look", get(look::page))
        .route("/account/spaces/{id}/cover", post(look::cover))
        .route("/account/spaces/{id}/cover/removal", post(look::remove_cover))
        .route("/account/spaces/{id}/logo", post(look::logo))
        .route("/account/spaces/{id}/logo/removal", post(look::remove_logo))
        .route("/account/spaces/{id}/accent", post(look::accent))
        .route("/account/spaces/{id}/publication", post(manage::publish))
        .route("/account/spaces/{id}/unpublication", post(manage::unpublish))
        .route("/account/spaces/{id}/sales", get(sales::page).post(sales::update))
        .route("/account/spaces/{id}/questions", post(sales::add))
        .route("/account/spaces/{id}/questions/{question}", get(sales::question).post(sales::change))
        .route("/account/spaces/{id}/questions/{question}/earlier", post(sales::earlier))
        .route("/account/spaces/{id}/questions/{question}/later", post(sales::later))
        .route("/account/spaces/{id}/questions/{question}/deletion", post(sales::delete))
        .route("/account/spaces/{id}/preview", post(sales::open_preview))
        .route("/account/spaces/{id}/preview/withdrawal", post(sales::withdraw_preview))
        .route("/account/spaces/{id}/money", get(desk::page))
        .route("/account/spaces/{id}/orders", get(orders::list))
        .route("/account/orders/{id}", get(orders::one))
        .route("/account/orders/{id}/refunds", post(orders::refund))
        .route("/account/spaces/{id}/closing", get(closing::page).post(closing::close))
        .route("/account/spaces/{id}/reopening", post(closing::reopen))
        .route("/account/spaces/{id}/embedding", get(embed::settings).post(embed::allow))
        .route("/account/spaces/{id}/experiences", get(experiences::list).post(experiences::create))
        .route("/account/spaces/{id}/experiences/new", get(experiences::new))
        .route("/account/experiences/{id}", get(experiences::show).post(experiences::update))
        .route("/account/experiences/{id}/deletion", post(experiences::delete))
        .route("/account/experiences/{id}/files", get(files::manage).post(files::upload))
        .route("/account/experiences/{id}/uploads", post(uploads::create).options(uploads::options))
        .route("/account/uploads/{id}", get(uploads::offset).patch(uploads::append).delete(uploads::end))
        .route("/account/files/{id}", get(files::edit).post(files::update))
        .route("/account/files/{id}/deletion", post(files::delete))
        .route("/account/files/{id}/poster", post(videos::set_poster))
        .route("/account/experiences/{id}/streams", post(planned::schedule))
        .route("/account/experiences/{id}/posts", post(writing::create))
        .route("/account/experiences/{id}/posts/new", get(writing::new))
        .route("/account/posts/{id}", get(writing::edit).post(writing::update))
        .route("/account/posts/{id}/deletion", post(writing::delete))
        .route("/account/posts/{id}/pictures/{picture}/removal", post(writing::remove_picture))
        .route("/account/streams/{id}/schedule", get(planned::show).post(planned::reschedule))
        .route("/account/streams/{id}/cancellation", post(planned::cancel))
        .route("/account/streams/{id}/deletion", post(planned::delete))
        .route("/account/streams/{id}/copies", get(planned::copy).post(planned::duplicate))
        .route("/account/streams/{id}/series/cancellation", post(planned::cancel_series))
        .route("/account/spaces/{id}/access_passes", get(passes::list).post(passes::create))
        .route("/account/spaces/{id}/access_passes/new", get(passes::new))
        .route("/account/access_passes/{id}", get(passes::edit).post(passes::update))
        .route("/account/access_passes/{id}/earlier", post(passes::earlier))
        .route("/account/access_passes/{id}/later", post(passes::later))
        .route("/account/access_passes/{id}/withdrawal", post(passes::withdraw))
        .route("/account/streams/{id}/studio", get(streams::studio_page))
        .route("/account/spaces/{id}/recordings", get(recordings::desk::list))
        .route("/account/recordings/{id}", post(recordings::desk::rename))
        .route("/account/recordings/{id}/visibility", post(recordings::desk::hide))
        .route("/account/recordings/{id}/deletion", post(recordings::desk::delete))
        .route("/account/recordings/{id}/captions", get(captions::desk).post(captions::replace))
        .route("/account/teams/{id}", get(teams::page))
        .route("/account/teams/{id}/fragment", get(teams::fragment))
        .route("/account/teams/{id}/members/{member}", post(teams::change_role))
        .route("/account/teams/{id}/members/{member}/removal", post(teams::remove))
        .route("/account/teams/{id}/invitations", post(invitations::invite))
        .route("/account/teams/{id}/passkeys", post(requirement::set))
        .route("/account/teams/{id}/handover", post(invitations::hand_over))
        .route("/account/invitations/{id}/resending", post(invitations::resend))
        .route("/account/invitations/{id}/withdrawal", post(invitations::withdraw))
}

/// The people of a space: who they are, what is written to them, and what is counted of them.
fn audience_of_spaces() -> Router<App> {
    Router::new()
        .route("/account/spaces/{id}/people", get(members::list))
        .route("/account/spaces/{id}/people.csv", get(members::csv))
        .route("/account/spaces/{id}/people/{account}/story", get(members::story))
        .route("/account/spaces/{id}/messages", get(letters::page).post(letters::write))
        .route("/account/spaces/{id}/figures", get(figures::page))
        .route("/account/spaces/{id}/figures.csv", get(figures::csv))
        .route("/account/streams/{id}/figures", get(figures::show))
        .route("/account/orders/{id}/receipt", post(letters::receipt))
}

/// Who gets in beside a pass, and why: for the team, and for whoever stands before an experience.
fn entrance() -> Router<App> {
    Router::new()
        .route("/account/spaces/{id}/people/{account}", get(why::page))
        .route("/account/access_passes/{id}/devices", get(devices::page).post(devices::limit))
        .route("/account/experiences/{id}/entry", get(entry::page).post(entry::lock))
        .route("/account/experiences/{id}/entry/removal", post(entry::unlock))
        .route("/account/experiences/{id}/preview", post(entry::preview))
        .route("/account/experiences/{id}/invites", post(entry::invite))
        .route("/account/experiences/{id}/invites/{invite}/revocation", post(entry::revoke))
        .route("/experiences/{id}/device", post(devices::move_here))
        .route("/experiences/{id}/preview", post(guests::preview))
        .route("/experiences/{id}/passphrase", get(guests::passphrase_page).post(guests::say))
        .route("/experiences/{id}/invites/{token}", get(guests::invitation).post(guests::take))
        .route("/streams/{id}/access/{account}", get(why::find))
        .route("/experiences/{id}/access/{account}", get(why::find))
}

/// How passes are sold beside their price, given away, and paid to their sellers.
fn selling() -> Router<App> {
    Router::new()
        .route("/account/spaces/{id}/payouts", get(payouts::come_back).post(payouts::begin))
        .route("/account/payouts/{id}", get(payouts::one))
        .route("/account/payouts/{id}/lines.csv", get(payouts::csv))
        .route("/account/spaces/{id}/promo_codes", get(promos::page).post(promos::add))
        .route("/account/spaces/{id}/promo_codes/endings", post(promos::end))
        .route("/account/purchases/{id}/refund", get(wishes::page).post(wishes::ask))
        .route("/account/orders/{id}/refusals", post(wishes::decline))
        .route("/account/orders/{id}/evidence", get(evidence::page).post(evidence::submit))
        .route("/account/streams/{id}/refunds", get(show_refunds::page).post(show_refunds::decide))
        .route("/account/streams/{id}/refunds/fragment", get(show_refunds::fragment))
        .route("/account/streams/{id}/refunds/retry", post(show_refunds::try_again))
        .route("/account/access_passes/{id}/comps", get(comps::list).post(comps::give))
        .route("/account/access_passes/{id}/comps/revocations", post(comps::revoke))
        .route("/account/comps/{id}", get(comps::page))
        .route("/account/comps/{id}/acceptance", post(comps::claim))
        .route("/account/access_passes/{id}/waitlist", get(waitlists::list))
        .route("/account/access_passes/{id}/waitlist.csv", get(waitlists::csv))
        .route("/account/access_passes/{id}/waitlist/decisions", post(waitlists::decide))
        .route("/account/waitlist/{id}", get(place::page))
        .route("/account/waitlist/{id}/fragment", get(place::fragment))
        .route("/account/waitlist/{id}/withdrawal", post(place::leave))
        .route("/account/waitlist/{id}/card", get(left_cards::came_back).post(left_cards::leave))
        .route("/account/waitlist/{id}/card/removal", post(left_cards::take_back))
        .route("/account/access_passes/{id}/questions", get(asking::page).post(asking::add))
        .route("/account/access_passes/{id}/questions/removals", post(asking::remove))
}

/// Feeds and fragments that pages follow, and files. They take no forms and need no compression, so crowds bypass those layers.
fn feeds() -> Router<App> {
    Router::new()
        .route("/streams/{id}/events", get(sse::stream_events))
        .route("/experiences/{id}/events", get(content::events))
        .route("/checkouts/{id}/events", get(checkouts::events))
        .route("/account/teams/{id}/events", get(teams::events))
        .route("/account/waitlist/{id}/events", get(place::events))
        .route("/account/streams/{id}/refunds/events", get(show_refunds::events))
        .route("/live/events", get(on_air::events))
        .route("/media/files/{id}", get(downloads::save))
        .route("/media/recordings/{id}", get(recordings::bytes::play))
        .route("/media/rewinds/{id}", get(recordings::rewind::play))
        .route("/media/clips/{id}/{clip}", get(recordings::clips::play))
        .route("/media/videos/{id}", get(videos::play))
        .route("/spaces/{id}/events", get(open_pages::events))
        .route("/spaces/{id}/offers/events", get(open_pages::sales::events))
        .route("/account/purchases/events", get(holdings::events))
        .route("/ops/events", get(ops::tree::events))
        .route("/ops/actors/{id}/events", get(ops::actor::events))
        .route("/ops/reports/events", get(ops::reports::events))
}

/// The doors of a stream, and where it is sent, too.
fn realtime() -> Router<App> {
    Router::new()
        .route("/streams/{id}", get(streams::find))
        .route("/streams/{id}/fragment", get(streams::fragment))
        .route("/streams/{id}/still", get(still::show))
        .route("/streams/{id}/people", get(room_people::people).post(room_people::list_me))
        .route("/streams/{id}/reminder", get(reminders::page).post(reminders::wish))
        .route("/streams/{id}/count", post(streams::hide_count))
        .route("/streams/{id}/replay", get(recordings::replay))
        .route("/streams/{id}/replay/lines", get(recordings::chat::lines))
        .route("/streams/{id}/replay/chat", get(recordings::chat::page))
        .route("/streams/{id}/replay/captions.vtt", get(captions::file))
        .route("/streams/{id}/recording", post(recordings::switch))
        .route("/streams/{id}/clips", get(recordings::clips::list).post(recordings::clips::make))
        .route("/streams/{id}/clips/{clip}", get(recordings::clips::one))
        .route("/streams/{id}/clips/{clip}/removal", post(recordings::clips::remove))
        .route("/streams/{id}/clip_makers", post(recordings::clips::restrict))
        .route("/account/spaces/{id}/restreams", get(restreams::list).post(restreams::add))
        .route("/account/restreams/{id}/deletion", post(restreams::remove))
        .route("/streams/{id}/restreams/{destination}", post(restreams::switch))
        .route("/streams/{id}/queue", get(queue::place))
        .route("/streams/{id}/state", post(streams::change_state))
        .route("/streams/{id}/messages", get(report_forms::lines).post(chat::messages::post))
        .route("/streams/{id}/messages/{seq}", get(chat::messages::line))
        .route("/streams/{id}/messages/{seq}/report", get(report_forms::line).post(report_forms::send_line))
        .route("/streams/{id}/messages/{seq}/removal", post(chat::messages::remove))
        .route("/streams/{id}/messages/{seq}/restoration", post(chat::messages::restore))
        .route("/streams/{id}/bans", post(chat::messages::ban_someone))
        .route("/streams/{id}/bans/{ban}", delete(chat::messages::lift))
        .route("/streams/{id}/bans/{ban}/lift", post(chat::messages::lift))
        .route("/streams/{id}/slow_mode", post(chat::messages::slow_mode))
        .route("/streams/{id}/key", post(whip::rotate_key))
        .route("/streams/{id}/caption_key", post(captions::rotate_key))
        .route("/streams/{id}/reactions", post(participants::react))
        .route("/streams/{id}/hand", post(participants::raise))
        .route("/streams/{id}/stage", post(participants::come))
        .route("/streams/{id}/participants", post(participants::invite))
        .route("/streams/{id}/participants/{participant}/acceptance", post(participants::accept))
        .route("/streams/{id}/participants/{participant}/mute", post(participants::mute))
        .route("/streams/{id}/participants/{participant}/removal", post(participants::remove))
        .route("/streams/{id}/participants/{participant}/pass/host", post(participants::media::host_pass))
        .route("/streams/{id}/participants/{participant}/pass/watch", post(participants::media::watch_pass))
        .route("/streams/{id}/plane", post(media_passes::choose))
        .route("/streams/{id}/ingest", post(media_passes::encoder::open))
        .route("/streams/{id}/pass/watch", post(media_passes::watch))
        .route("/streams/{id}/pass/host", post(media_passes::host))
        .route("/streams/{id}/pass/{session}/{secret}", delete(whip::leave))
}

/// The doors of experiences without streams.
fn standing() -> Router<App> {
    Router::new()
        .route("/experiences/{id}", get(content::find))
        .route("/experiences/{id}/fragment", get(content::fragment))
        .route("/experiences/{id}/posts/{post}", get(posts::one))
        .route("/experiences/{id}/posts/{post}/pictures/{name}", get(posts::picture))
        .route("/experiences/{id}/videos/{video}", get(videos::one))
        .route("/experiences/{id}/videos/{video}/posters/{name}", get(videos::poster))
        .route("/experiences/{id}/people", get(room_people::people).post(room_people::list_me))
        .route("/experiences/{id}/members", get(chat::community::members))
        .route("/experiences/{id}/queue", get(queue::place))
        .route("/experiences/{id}/messages", get(report_forms::lines).post(chat::messages::post))
        .route("/experiences/{id}/messages/{seq}", get(chat::messages::line))
        .route("/experiences/{id}/messages/{seq}/report", get(report_forms::line))
        .route("/experiences/{id}/messages/{seq}/report", post(report_forms::send_line))
        .route("/experiences/{id}/messages/{seq}/removal", post(chat::messages::remove))
        .route("/experiences/{id}/messages/{seq}/restoration", post(chat::messages::restore))
        .route("/experiences/{id}/bans", post(chat::messages::ban_someone))
        .route("/experiences/{id}/bans/{ban}", delete(chat::messages::lift))
        .route("/experiences/{id}/bans/{ban}/lift", post(chat::messages::lift))
        .route("/experiences/{id}/slow_mode", post(chat::messages::slow_mode))
}

/// Media, for browsers and encoders. The credential decides which origins are allowed.
fn media() -> Router<App> {
    Router::new()
        .route("/streams/{id}/whip", post(whip::publish))
        .route("/streams/{id}/whep", post(whip::play))
        .route("/streams/{id}/participants/{participant}/whip", post(participants::media::publish))
        .route("/streams/{id}/participants/{participant}/whep", post(participants::media::play))
        .route("/streams/{id}/whip/{session}/{secret}", delete(whip::leave).patch(whip::trickle))
        .route("/streams/{id}/whep/{session}/{secret}", delete(whip::leave).patch(whip::trickle))
        .route("/streams/{id}/whep/{session}/{secret}/layer", post(whip::choose_layer))
}

/// Routes for other systems, without CSRF protection: each requires its own proof or reveals nothing.
fn machines() -> Router<App> {
    Router::new()
        .route("/unsubscribe/{token}", get(mails::stop_page).post(mails::stop))
        .route("/account/calendar/{token}", get(calendar::of_person))
        .route("/streams/{id}/captions/{secret}", post(captions::say))
        .route("/webhooks/stripe", post(webhooks::stripe))
        .route("/webhooks/livekit", post(webhooks::livekit))
        .route("/ops/tree.json", get(ops::machines::tree))
        .route("/ops/money.json", get(money::operators::machine))
        .route("/metrics", get(ops::machines::metrics))
        .route("/healthz", get(ops::machines::healthz))
        .route("/readyz", get(ops::machines::readyz))
}

/// Routes that only a local server has.
fn local() -> Router<App> {
    Router::new()
        .route("/dev/mailbox", get(ops::machines::mailbox))
        .route("/dev/enter/{token}", get(sign_in_links::page).post(sign_in_links::enter))
        .route("/dev/clock", post(ops::machines::advance))
}

/// Encodes a path or value for a query string.
pub fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            use std::fmt::Write;
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}
