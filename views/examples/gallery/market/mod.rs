//! Pages for finding, buying and selling passes.

pub mod audience;
pub mod back;
pub mod buying;
pub mod desk;
pub mod payouts;
pub mod selling;
pub mod subscriptions;
pub mod waiting;

use crate::{sample::*, shows::coming};
use domain::{
    access::{ban::KeptOut, relation::Relation},
    catalogue::{
        colour::Rgb,
        embed::Sites,
        explore::Query,
        look::Accent,
        offer::{Pass, PriceKind, Space},
        zone::Zone,
    },
    live::stream::{Stream, StreamState},
    money::{
        checkout::{OrderEnd, Payment},
        payments::Dispute,
        sales::{PreviewLink, Question, SalesPage},
        settlement::{PaidMoney, RefundReason},
    },
    people::account::TeamRole,
    picture::PictureId,
    time::Span,
};
use maud::Markup;
use views::{
    catalogue::{
        experiences::{self, ExperienceDraft, ExperienceForm},
        explore::{self, Explore},
        look::{self, Look, LookDraft},
        manage::{self, Checklist, FailedRefund, ManageSpace, NextShow, SpaceDraft},
        pass::{self, Door, PassPage, WishDraft},
        passes::{self, PassDraft, PassForm},
        planned::{self, CopyForm, StreamDraft, StreamForm},
        space::{self, Offer, SpacePage, Upcoming},
        spaces::{self, LiveCard, SpaceCard},
    },
    form::{Errors, FieldError},
    live::embedding::{self, SitesDraft},
    money::checkout::{self, Order},
    people::profile::{self, Profile},
};

const LIVE: LiveCard<'static> = LiveCard {
    space_slug: "maya",
    space_name: "Maya Lin",
    experience_slug: "friday-session",
    title: "Friday session: new songs, first takes",
    cover: None,
    logo: None,
    still: None,
    people: Some(1284),
    lowest_price: Some(PriceKind::Free),
};

pub fn pages() -> Vec<(&'static str, Markup)> {
    let mut pages = found();
    pages.extend(sold());
    pages.extend(ordered());
    pages.extend(managed());
    pages
}

fn found() -> Vec<(&'static str, Markup)> {
    let (maya, space) = (maya(), space());
    let kiln = Space {
        id: id(12),
        slug: "kiln".into(),
        name: "Kiln and clay".into(),
        tagline: "Pots, glazes and what goes wrong".into(),
        ..space.clone()
    };
    let plain = Space {
        id: id(13),
        slug: "quiet".into(),
        name: "A very long name of a space that does not want to end".into(),
        tagline: String::new(),
        ..space.clone()
    };
    let card = |space, lowest_price, live| {
        let owner = "Maya Lin";
        SpaceCard { space, owner, lowest_price, live, kept_out: false }
    };
    let cards = [
        card(&space, Some(PriceKind::Free), true),
        card(&kiln, Some(PriceKind::Once(euros(500))), false),
        card(&plain, None, false),
        SpaceCard { kept_out: true, ..card(&kiln, None, true) },
    ];
    let out = |path| shell(path, None);
    let mut found = explored(&cards);
    found.extend([
        ("front", spaces::front(&out("/"), &[LIVE], &[coming()], &cards)),
        ("front-empty", spaces::front(&out("/"), &[], &[], &[])),
        (
            "profile",
            profile::page(&out("/@maya"), &Profile { account: &maya, spaces: &cards[..1], live: Some(LIVE) }),
        ),
        (
            "profile-empty",
            profile::page(&out("/@new"), &Profile { account: &account(3, "New"), spaces: &[], live: None }),
        ),
        ("space", space_page(false, None)),
        ("space-empty", space_page(true, None)),
        ("space-banned", space_page(false, BANNED)),
    ]);
    found
}

/// The directory: all spaces, what a search with filters finds, nothing, an empty house, and a refused filter.
fn explored(cards: &[SpaceCard<'_>]) -> Vec<(&'static str, Markup)> {
    let read = |address: &str| {
        let pair = |part: &str| part.split_once('=').map(|(name, value)| (name.into(), value.into()));
        Query::read(&address.split('&').filter_map(pair).collect::<Vec<_>>())
    };
    let page = |address, cards, total, next| {
        let (query, wrong) = read(address);
        let page = Explore { query: &query, wrong: &wrong, cards, total, further: false, next };
        explore::page(&shell("/explore", None), &page)
    };
    vec![
        ("explore", page("", cards, 1284, Some("4.0a"))),
        (
            "explore-found",
            page("q=clay&category=craft&tag=glaze&live=1&week=1&max=15&sort=name", &cards[1..2], 1, None),
        ),
        ("explore-nothing", page("q=<b>lute&price=free", &[], 0, None)),
        ("explore-empty", page("", &[], 0, None)),
        ("explore-refused", page("max=cheap&category=astrology&q=clay", cards, 3, None)),
    ]
}

fn offered(pass: &Pass, held: bool, payable: bool) -> Offer<'_> {
    Offer {
        pass,
        relation: if held { Relation::Holder } else { Relation::Buyer },
        payable,
        sale: pass.sale(NOW),
    }
}

const BANNED: Option<KeptOut> = Some(KeptOut { until: Some(NOW) });

pub fn sales_page() -> SalesPage {
    let one = |n, question: &str, answer: &str| Question {
        id: id(n),
        question: question.into(),
        answer: answer.into(),
    };
    SalesPage {
        headline: "Hear the record before it is one".into(),
        features: vec!["A session every Friday".into(), "The chords, if you ask".into()],
        questions: vec![
            one(60, "Can I watch later?", "Not yet. **Come on Friday.**"),
            one(61, "Do I need a camera?", "No. You may write, and nobody sees you."),
        ],
        preview: PreviewLink { number: 1, until: Some(NOW + Span::days(7)) },
    }
}

fn next_show() -> Upcoming<'static> {
    let (experience_slug, title) = ("friday-session", "Choosing the ten");
    Upcoming { stream: id(42), experience_slug, title, at: NOW + Span::days(7) }
}

fn space_page(empty: bool, kept_out: Option<KeptOut>) -> Markup {
    let (maya, passes, experiences) = (maya(), passes(), experiences());
    let space = Space { published_at: (!empty).then_some(NOW), ..space() };
    let mut offers: Vec<Offer<'_>> =
        passes.iter().map(|pass| offered(pass, pass.slug == "lobby", true)).collect();
    if kept_out.is_some() {
        offers.iter_mut().for_each(|offer| offer.relation = Relation::Banned);
    }
    let upcoming = [next_show()];
    let opened = [experiences[0].id];
    let sales = if empty { SalesPage::default() } else { sales_page() };
    let page = SpacePage {
        suspended: None,
        space: &space,
        url: "https://backstage.example/maya",
        sales: &sales,
        preview: None,
        owner: &maya,
        offers: if empty { &[] } else { &offers },
        experiences: &experiences,
        opened: &opened,
        chosen: 0,
        live: (!empty && kept_out.is_none()).then_some(LIVE),
        follows: !empty,
        followers: 12,
        upcoming: if empty { &[] } else { &upcoming },
        team: empty,
        kept_out,
    };
    space::page(&shell("/maya", Some(&maya)), &page)
}

fn pass_banned() -> Markup {
    let (maya, space, passes, experiences) = (maya(), space(), passes(), experiences());
    let offer = Offer { relation: Relation::Banned, ..offered(&passes[0], false, true) };
    let page = PassPage {
        refunds: 1,
        space: &space,
        owner: &maya,
        offer,
        opens: &experiences,
        kept_out: BANNED,
        card: None,
        wish: &WishDraft::default(),
        errors: &Errors::default(),
    };
    pass::page(&shell("/maya/front-row", Some(&maya)), &page)
}

fn sold() -> Vec<(&'static str, Markup)> {
    let (maya, space, passes, experiences) = (maya(), space(), passes(), experiences());
    let offer = |i: usize, held, payable| offered(&passes[i], held, payable);
    let pass = |i, held, payable| {
        let page = PassPage {
            refunds: 1,
            space: &space,
            owner: &maya,
            offer: offer(i, held, payable),
            opens: &experiences,
            kept_out: None,
            card: None,
            wish: &WishDraft::default(),
            errors: &Errors::default(),
        };
        pass::page(&shell("/maya/front-row", None), &page)
    };
    let door = |offers: &[Offer<'_>], state| {
        let stream = stream(state);
        let door = Door {
            space: &space,
            owner: &maya,
            experience: &experiences[0],
            stream: Some(&stream),
            still: None,
            people: Some(1284),
            posts: &[],
            offers,
            files: &[],
            others: &[next_show()],
            follows: false,
            asks: Some(domain::access::entry::LockRule::Instead),
            free: Some((3, false)),
        };
        pass::door(&shell("/maya/friday-session", None), &door)
    };
    vec![
        ("pass", pass(0, false, true)),
        ("pass-held", pass(1, true, true)),
        ("pass-not-payable", pass(0, false, false)),
        ("pass-banned", pass_banned()),
        ("door", door(&[offer(0, false, true), offer(1, false, true)], StreamState::Live)),
        ("door-closed", door(&[], StreamState::Scheduled)),
    ]
}

fn ordered() -> Vec<(&'static str, Markup)> {
    let (ada, space, passes, experiences) = (account(2, "Ada"), space(), passes(), experiences());
    let order_with = |state, away, ended: Option<OrderEnd>, money| {
        let (checkout, pass, opens) = (checkout(state), &passes[0], &experiences[..]);
        let closed = ended.filter(|end| matches!(end, OrderEnd::Withdrawn | OrderEnd::Banned));
        let order = Order {
            refunds: 1,
            checkout: &checkout,
            space: &space,
            pass,
            opens,
            away,
            ended,
            closed,
            money,
            unnamed: None,
            form: None,
        };
        checkout::page(&shell("/checkouts/70", Some(&ada)), &order)
    };
    let order = |state, away| order_with(state, away, None, None);
    let paid =
        PaidMoney { paid: euros(1200), refunded: euros(0), owed: None, refund_failed: false, dispute: None };
    let refunded = |minor, owed| Some(PaidMoney { refunded: euros(minor), owed, ..paid });
    let disputed = |dispute| Some(PaidMoney { dispute: Some(dispute), ..paid });
    let failed = Some(PaidMoney { refund_failed: true, ..paid });
    vec![
        ("checkout-held", order(Payment::Held, false)),
        ("checkout-away", order(Payment::Held, true)),
        ("checkout-paying", order(Payment::Paying, false)),
        ("checkout-paid", order(Payment::Paid, false)),
        ("checkout-failed", order(Payment::Failed, false)),
        ("checkout-expired", order(Payment::Expired, false)),
        ("checkout-processing", order(Payment::Processing, false)),
        ("checkout-ending", order_with(Payment::Paying, false, Some(OrderEnd::Price), None)),
        ("checkout-price-changed", order_with(Payment::Expired, false, Some(OrderEnd::Price), None)),
        ("checkout-cancelled", order_with(Payment::Expired, false, Some(OrderEnd::Cancelled), None)),
        ("checkout-withdrawn", order_with(Payment::Expired, false, Some(OrderEnd::Withdrawn), None)),
        ("checkout-banned", order_with(Payment::Expired, false, Some(OrderEnd::Banned), None)),
        ("checkout-paid-banned", order_with(Payment::Paid, false, Some(OrderEnd::Banned), None)),
        ("checkout-refused", order_with(Payment::Failed, false, Some(OrderEnd::Refused), None)),
        ("checkout-unconfirmed", order_with(Payment::Failed, false, Some(OrderEnd::Unconfirmed), None)),
        (
            "checkout-going-back",
            order_with(Payment::Paid, false, None, refunded(0, Some(RefundReason::Surplus))),
        ),
        ("checkout-refunded", order_with(Payment::Paid, false, None, refunded(1200, None))),
        ("checkout-refund-failed", order_with(Payment::Paid, false, None, failed)),
        ("checkout-disputed", order_with(Payment::Paid, false, None, disputed(Dispute::Open))),
    ]
}

fn managed() -> Vec<(&'static str, Markup)> {
    let (maya, space, passes, experiences) = (maya(), space(), passes(), experiences());
    let shell = |path| shell(path, Some(&maya));
    let draft = SpaceDraft::from(&space);
    let failed = [FailedRefund { pass: "Front Row", amount: euros(1200), at: NOW }];
    let full = ManageSpace {
        space: &space,
        role: TeamRole::Owner,
        now: NOW,
        draft: &draft,
        checklist: Checklist { named: true, experience: true, pass: true, published: true },
        experiences: &experiences,
        passes: &passes,
        next: Some(NextShow { stream: id(40), title: "Choosing the ten", at: Some(NOW + Span::hours(2)) }),
        failed_refunds: &failed,
        restreams: true,
        errors: &Errors::default(),
    };
    let taken = FieldError { field: "slug", message: "Somebody has this address already.".into() };
    let taken = Errors::one("space", taken);
    let bare = ManageSpace {
        checklist: Checklist { named: true, ..Checklist::default() },
        experiences: &[],
        passes: &[],
        next: None,
        failed_refunds: &[],
        errors: &taken,
        ..full
    };
    let sites = SitesDraft { who: embedding::choice::THESE.into(), sites: "example".into() };
    let no_site = FieldError { field: "sites", message: "“example” is no site.".into() };
    let embed = |draft: &SitesDraft, errors: &Errors| {
        embedding::page(&shell("/account/spaces/1/embedding"), &space, draft, errors)
    };
    let ready = ManageSpace { checklist: Checklist { published: false, ..full.checklist }, ..full };
    vec![
        ("embedding", embed(&SitesDraft::from(&Sites::Anybody), &Errors::default())),
        ("embedding-refused", embed(&sites, &Errors::one("embedding", no_site))),
        ("manage", manage::space(&shell("/account/spaces/10"), &full)),
        ("manage-new", manage::space(&shell("/account/spaces/10"), &bare)),
        ("manage-ready", manage::space(&shell("/account/spaces/10"), &ready)),
        ("look", look(false)),
        ("look-refused", look(true)),
        ("experiences", experiences::list(&shell("/account/spaces/10/experiences"), &space, &experiences)),
        ("experience-new", experience(false)),
        ("experience", experience(true)),
        ("stream-planned", stream_form()),
        ("stream-again", stream_copy()),
        ("passes", passes::list(&shell("/account/spaces/10/access_passes"), &space, &passes, &experiences)),
        ("pass-new", pass_form(false)),
        ("pass-edit", pass_form(true)),
    ]
}

/// Drawn and without an accent, or with pictures and a colour that is refused.
fn look(refused: bool) -> Markup {
    let maya = maya();
    let shell = shell("/account/spaces/10/look", Some(&maya));
    let mut space = space();
    let mut errors = Errors::default();
    let mut draft = LookDraft::from(&space);
    if refused {
        space.cover = Some(PictureId([0xab; 32]));
        space.cover_alt = "Maya at the piano".into();
        space.logo = Some(PictureId([0xcd; 32]));
        space.accent = Some(Rgb([0x0a, 0x3d, 0x62]));
        let unfit = Accent::of(Rgb([0x7a; 3])).expect_err("nothing can be read on it");
        draft =
            LookDraft { accent: "#7a7a7a".into(), instead: Some(unfit.instead), ..LookDraft::from(&space) };
        errors = Errors::one("accent", FieldError { field: "accent", message: look::unfit(unfit) });
    }
    look::page(&shell, &Look { space: &space, draft: &draft, errors: &errors })
}

fn experience(existing: bool) -> Markup {
    let (space, experiences) = (space(), experiences());
    let draft = if existing { ExperienceDraft::from(&experiences[0]) } else { ExperienceDraft::default() };
    let streams: Vec<_> = if existing { StreamState::ALL.map(stream).into() } else { Vec::new() };
    let form = ExperienceForm {
        space: &space,
        existing: existing.then_some(&experiences[0]),
        asks_entry: !existing,
        draft: &draft,
        streams: &streams,
        posts: &[],
        next: &StreamDraft::default(),
        errors: &Errors::default(),
    };
    experiences::form(&shell("/account/experiences/20", Some(&maya())), &form)
}

fn stream_form() -> Markup {
    let (experiences, stream) = (experiences(), stream(StreamState::Scheduled));
    let space = Space { zone: Zone::named("Europe/Lisbon").ok(), ..space() };
    let passed =
        FieldError { field: "scheduled_at", message: "4 December 2016, 20:00 CET has passed.".into() };
    let next = Stream {
        id: id(42),
        title: "Friday session: the last one before the holidays".into(),
        scheduled_at: Some(NOW + Span::days(7)),
        ..stream.clone()
    };
    let series = [stream.clone(), next];
    let form = StreamForm {
        series: &series,
        written: false,
        refunds: true,
        space: &space,
        experience: &experiences[0],
        stream: &stream,
        draft: &StreamDraft::of(&stream, space.zone.as_ref()),
        errors: &Errors::one("stream", passed),
    };
    planned::page(&shell("/account/streams/30/schedule", Some(&maya())), &form)
}

fn stream_copy() -> Markup {
    let (experiences, stream) = (experiences(), stream(StreamState::Ended));
    let space = Space { zone: Zone::named("Europe/Lisbon").ok(), ..space() };
    let draft = StreamDraft { weeks: "4".into(), ..StreamDraft::again(&stream, space.zone.as_ref(), NOW) };
    let undated = FieldError {
        field: "scheduled_at",
        message: "A weekly show needs the time of its first one.".into(),
    };
    let errors = Errors::one("stream", undated);
    let form = CopyForm {
        space: &space,
        experience: &experiences[0],
        stream: &stream,
        draft: &draft,
        errors: &errors,
    };
    planned::copy(&shell("/account/streams/30/copies", Some(&maya())), &form)
}

fn pass_form(existing: bool) -> Markup {
    let (space, passes, experiences) = (space(), passes(), experiences());
    let draft = if existing { PassDraft::from(&passes[2]) } else { PassDraft::default() };
    let wrong = FieldError { field: "amount", message: "An amount looks like 12 or 12.50.".into() };
    let wrong = if existing { Errors::one("pass", wrong) } else { Errors::default() };
    let form = PassForm {
        space: &space,
        existing: existing.then_some(&passes[2]),
        draft: &draft,
        experiences: &experiences,
        holders: if existing { 12 } else { 0 },
        payable: true,
        errors: &wrong,
    };
    passes::form(&shell("/account/access_passes/32", Some(&maya())), &form)
}
