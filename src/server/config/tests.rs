//! Which settings are refused at the start, and what is made of valid ones.

use super::{BadSettings, RelaySettings, Settings};
use crate::limits::LimitSettings;
use std::net::SocketAddr;

const LONG: &str = "0123456789abcdef";

fn text(value: &str) -> Option<String> {
    Some(value.to_string())
}

fn local() -> Settings {
    Settings::local(SocketAddr::from(([127, 0, 0, 1], 0)), None)
}

fn with_stripe(key: &str, webhook: &str) -> Settings {
    Settings { stripe_secret_key: text(key), stripe_webhook_secret: text(webhook), ..local() }
}

fn with_publishable(key: &str, publishable: &str) -> Settings {
    Settings { stripe_publishable_key: text(publishable), ..with_stripe(key, "whsec_0123456789") }
}

fn with_relay(urls: &str, secret: &str) -> Settings {
    Settings { relay: RelaySettings { urls: text(urls), secret: text(secret) }, ..local() }
}

fn with_mail(url: &str, from: &str) -> Settings {
    Settings { local: false, smtp_url: text(url), mail_from: text(from), ..local() }
}

#[test]
fn what_is_set_but_empty_is_unset() {
    for empty in ["", " ", "\n"] {
        let all = Settings {
            public_url: text(empty),
            secret: text(empty),
            database_url: text(empty),
            object_store_url: text(empty),
            stripe_publishable_key: text(empty),
            stripe_api_base: text(empty),
            smtp_url: text(empty),
            mail_from: text(empty),
            ops_token: text(empty),
            relay: RelaySettings { urls: text(empty), secret: text(empty) },
            ..with_stripe(empty, empty)
        };
        let checked = all.check().unwrap_or_else(|error| panic!("{empty:?}: {error:#}"));
        assert!(checked.public_url.is_none() && checked.secret.is_none() && checked.database_url.is_none());
        assert!(checked.objects.is_none() && checked.relay.is_none());
        assert!(checked.stripe.is_none() && checked.smtp.is_none() && checked.ops_token.is_none());
    }
}

#[test]
fn what_cannot_work_stops_the_start_with_one_line_that_names_it() {
    let secret = "sesame-open";
    let table = [
        (Settings { ops_token: text(secret), ..local() }, "BACKSTAGE_OPS_TOKEN"),
        (Settings { ops_token: text("two words in one token"), ..local() }, "BACKSTAGE_OPS_TOKEN"),
        (
            Settings {
                operators_passkeys: true,
                public_url: text("https://192.0.2.1"),
                ..with_mail("smtp://mail.example.org", "a@example.org")
            },
            "BACKSTAGE_OPERATORS_PASSKEYS",
        ),
        (Settings { secret: text(secret), ..local() }, "BACKSTAGE_SECRET"),
        (Settings { secret: text(&LONG[..].repeat(2)[1..]), ..local() }, "BACKSTAGE_SECRET"),
        (with_stripe(secret, "whsec_0123456789"), "STRIPE_SECRET_KEY"),
        (with_stripe("sk_test_0123456789", secret), "STRIPE_WEBHOOK_SECRET"),
        (with_stripe("sk_test_0123456789", ""), "STRIPE_WEBHOOK_SECRET"),
        (with_stripe("", "whsec_0123456789"), "STRIPE_SECRET_KEY"),
        (with_stripe("whsec_0123456789", "sk_test_0123456789"), "STRIPE_SECRET_KEY"),
        (with_stripe("pk_test_0123456789", "whsec_0123456789"), "STRIPE_SECRET_KEY"),
        (with_stripe("sk_test_0123456789", "sk_test_0123456789"), "STRIPE_WEBHOOK_SECRET"),
        (with_stripe("sk_live_0123456789", "whsec_0123456789"), "live"),
        (with_stripe("rk_live_0123456789", "whsec_0123456789"), "live"),
        (Settings { stripe_api_base: text("https://x"), ..local() }, "STRIPE_SECRET_KEY"),
        (Settings { stripe_publishable_key: text("pk_test_0123456789"), ..local() }, "STRIPE_SECRET_KEY"),
        (with_publishable("sk_test_0123456789", "sk_test_0123456789"), "STRIPE_PUBLISHABLE_KEY"),
        (with_publishable("sk_test_0123456789", "pk_test_\"><script>"), "STRIPE_PUBLISHABLE_KEY"),
        (with_publishable("sk_test_0123456789", "pk_live_0123456789"), "STRIPE_PUBLISHABLE_KEY"),
        (
            Settings { test_clock: true, ..with_mail("smtp://mail.example.org", "a@example.org") },
            "--test-clock",
        ),
        (
            Settings {
                stripe_api_base: text("api.stripe.com"),
                ..with_stripe("sk_test_0123456789", "whsec_0123456789")
            },
            "STRIPE_API_BASE",
        ),
        (with_relay("turn:relay.example:3478", ""), "BACKSTAGE_TURN_SECRET is not"),
        (with_relay("", &LONG.repeat(2)), "BACKSTAGE_TURN_URLS is not"),
        (with_relay("turn:relay.example:3478", secret), "BACKSTAGE_TURN_SECRET"),
        (with_relay("https://relay.example", &LONG.repeat(2)), "BACKSTAGE_TURN_URLS"),
        (with_relay(&["turn:relay.example:1"; 4].join(","), &LONG.repeat(2)), "BACKSTAGE_TURN_URLS"),
        (with_mail("", ""), "SMTP_URL"),
        (with_mail("smtp://mail.example", ""), "MAIL_FROM"),
        (with_mail("", "us@example.org"), "SMTP_URL"),
        (with_mail("mail.example", "us@example.org"), "SMTP_URL"),
        (with_mail("smtp://mail.example", "nobody"), "MAIL_FROM"),
        (Settings { public_url: text("example.org"), ..local() }, "BACKSTAGE_PUBLIC_URL"),
        (Settings { public_url: text("ftp://x"), ..local() }, "BACKSTAGE_PUBLIC_URL"),
        (Settings { public_url: text("https://x/live"), ..local() }, "BACKSTAGE_PUBLIC_URL"),
        (Settings { public_url: text("https://live.example.org"), ..local() }, "address for others"),
        (Settings { public_url: text("http://localhost.evil.example"), ..local() }, "address for others"),
        (Settings { database_url: text("backstage.db"), ..local() }, "DATABASE_URL"),
        (Settings { object_store_url: text("/var/lib/objects"), ..local() }, "OBJECT_STORE_URL"),
        (Settings { object_store_url: text("s3://key:sesame-open@media"), ..local() }, "OBJECT_STORE_URL"),
        (Settings { admit_limit: Some(0), ..local() }, "BACKSTAGE_ADMIT_LIMIT"),
        (Settings { stream_buffer: Some(0), ..local() }, "BACKSTAGE_STREAM_BUFFER"),
        (Settings { media_public_ip: "0.0.0.0".parse().ok(), ..local() }, "BACKSTAGE_MEDIA_PUBLIC_IP"),
        (Settings { media_public_ip: "203.0.113.5,::".parse().ok(), ..local() }, "BACKSTAGE_MEDIA_PUBLIC_IP"),
        (Settings { listen: SocketAddr::from(([0, 0, 0, 0], 0)), ..local() }, "loopback"),
    ];
    for (number, (settings, names)) in table.into_iter().enumerate() {
        let Err(BadSettings(lines)) = settings.check() else { panic!("{number}: {names} is accepted") };
        assert!(lines.iter().any(|line| line.contains(names)), "{number}: {names} is not named: {lines:?}");
        assert!(lines.iter().all(|line| !line.contains('\n') && line.len() < 200), "{number}: {lines:?}");
        assert!(!lines.concat().contains(secret), "{number} reveals the secret: {lines:?}");
    }
}

#[test]
fn a_publishable_key_fits_its_secret_key() {
    for (key, publishable) in
        [("sk_test_0123456789", "pk_test_0123456789"), ("rk_test_0123456789", " pk_test_0123456789\n")]
    {
        let checked = with_publishable(key, publishable).check().unwrap_or_else(|error| panic!("{error:#}"));
        assert_eq!(checked.publishable_key.as_deref(), Some("pk_test_0123456789"));
    }
    assert!(
        with_stripe("sk_test_0123456789", "whsec_0123456789")
            .check()
            .is_ok_and(|checked| { checked.publishable_key.is_none() && checked.stripe.is_some() })
    );
}

#[test]
fn every_setting_that_cannot_work_is_named_at_once() {
    let secret = "sesame-open";
    let limits = LimitSettings { address_asks: 0, account_openings: 0, ..LimitSettings::default() };
    let settings = Settings {
        public_url: text("example.org"),
        secret: text(secret),
        database_url: text("backstage.db"),
        stripe_api_base: text("api.stripe.com"),
        ops_token: text("two words in one token"),
        admit_limit: Some(0),
        stream_buffer: Some(1),
        media_public_ip: "0.0.0.0".parse().ok(),
        stripe_secret_key: text(secret),
        stripe_webhook_secret: text("sk_test_0123456789"),
        limits,
        test_clock: true,
        ..with_mail("mail.example", "nobody")
    };
    let Err(BadSettings(faults)) = settings.check() else { panic!("accepted") };
    for name in [
        "BACKSTAGE_PUBLIC_URL",
        "BACKSTAGE_SECRET",
        "DATABASE_URL",
        "STRIPE_API_BASE",
        "STRIPE_SECRET_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "BACKSTAGE_OPS_TOKEN",
        "BACKSTAGE_ADMIT_LIMIT",
        "BACKSTAGE_LIMIT_ADDRESS_ASKS",
        "BACKSTAGE_LIMIT_ACCOUNT_OPENINGS",
        "BACKSTAGE_STREAM_BUFFER",
        "BACKSTAGE_MEDIA_PUBLIC_IP",
        "--test-clock",
        "SMTP_URL",
        "MAIL_FROM",
    ] {
        assert_eq!(faults.iter().filter(|line| line.starts_with(name)).count(), 1, "{name}: {faults:#?}");
    }
    assert_eq!(faults.len(), 15, "nothing is told twice: {faults:#?}");
    assert!(!faults.concat().contains(secret), "{faults:#?}");
}

#[test]
fn what_can_work_is_taken_in_its_normal_form() {
    let stripe = with_stripe("sk_test_0123456789\n", " whsec_0123456789");
    let settings = Settings {
        public_url: text("HTTPS://Live.Example.org:443/"),
        secret: text(&LONG.repeat(2)),
        ops_token: text(LONG),
        stripe_api_base: text("http://127.0.0.1:9/"),
        smtp_url: text("smtps://u:p@mail.example.org"),
        mail_from: text("Backstage Pass <pass@example.org>"),
        local: false,
        ..stripe
    };
    let checked = settings.check().expect("usable settings");
    assert_eq!(checked.public_url.map(|url| url.to_string()).as_deref(), Some("https://live.example.org"));
    assert_eq!(checked.ops_token.as_ref().map(|token| token.expose()), Some(LONG));
    let stripe = checked.stripe.expect("stripe");
    assert_eq!(stripe.webhook_secret.expose(), "whsec_0123456789");
    assert_eq!(stripe.secret_key.expose(), "sk_test_0123456789");
    assert_eq!(stripe.api_base.as_deref(), Some("http://127.0.0.1:9"));
    assert!(checked.smtp.is_some());
}
