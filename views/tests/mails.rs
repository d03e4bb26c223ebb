//! What mails say, in each language.

use domain::{
    amount::{Currency, Money},
    catalogue::offer::PriceKind,
    id::*,
    mail::Mail,
    money::{
        billing::{Interval, SubscriptionStatus},
        checkout::OrderEnd,
        recurring::subscription::{News, Subscription},
    },
    ops::reports::{Kind, ReportReason},
    people::account::TeamRole,
    text::language::Language,
    time::Millis,
};
use views::{
    access::departure,
    mail::{
        self, ReminderMail,
        notices::{self, Plan, Reason, Recipient, Show},
        operators::{self, Letter, ReportAnswer, Suspended, To},
        posts::{NewPost, Posts, posted},
    },
    money::{
        buying::{gifts, guests},
        mail::{self as money, PaymentFailure, Receipt, RefundNotice},
        payouts,
        subscriptions::{self, SubscriptionNews},
    },
    ops::reports::taking_down,
    people::{
        former::{self, Ways},
        mail as people, passkeys,
    },
    words::speak,
};

const TO: &str = "kim@example.org";
const URL: &str = "https://b.example/maya";
const STOP: &str = "https://b.example/unsubscribe/1";
const WAYS: Ways<'static> = Ways { recovery: URL, codes: URL, contact: URL, sessions: URL };
const PRICE: Money = Money { minor: 1250, currency: Currency::Eur };

const SHOW: Show<'static> = Show { title: "Friday", space: "Maya", url: URL };
const FOLLOWER: Recipient<'static> = Recipient { to: TO, reason: Reason::Follower, stop: Some(STOP) };
const HOLDER: Recipient<'static> = Recipient { to: TO, reason: Reason::Holder, stop: None };
const REMINDER: ReminderMail<'static> =
    ReminderMail { title: "Friday", space: "Maya", when: "4 December", soon: true, url: URL, stop: STOP };
const RECEIPT: Receipt<'static> = Receipt {
    pass: "Front Row",
    space: "Maya",
    amount: PRICE,
    until: None,
    url: URL,
    reference: "71",
    invoice: URL,
};
const REFUND: RefundNotice<'static> = RefundNotice {
    pass: "Front Row",
    space: "Maya",
    paid: PRICE,
    refunded: PRICE,
    reason: None,
    url: URL,
    reference: "71",
};
const FAILURE: PaymentFailure<'static> = PaymentFailure {
    pass: "Front Row",
    space: "Maya",
    amount: PRICE,
    closed: None,
    url: URL,
    reference: "71",
};
const ANSWER: ReportAnswer<'static> = ReportAnswer {
    kind: Kind::Picture,
    about: "Maya",
    written: "It is\nodd.",
    acted: false,
    answer: "We asked her.",
    contact: URL,
};
const LETTER: Letter<'static> =
    Letter { topic: ReportReason::Broken, from: TO, username: Some("kim"), words: "It is\nblank.", url: URL };

fn suspended(to: To, lifted: bool) -> Mail {
    operators::suspension(TO, &Suspended { to, space: "Maya", reason: "Fraud.", lifted, contact: URL })
}

fn about_shows() -> Vec<Mail> {
    let plans = [Plan { title: "Friday".into(), when: "4 December".into() }];
    vec![
        mail::reminder(TO, &REMINDER),
        mail::reminder(TO, &ReminderMail { soon: false, ..REMINDER }),
        notices::live(&FOLLOWER, &SHOW, None),
        notices::live(&FOLLOWER, &SHOW, Some(PriceKind::Free)),
        notices::live(&FOLLOWER, &SHOW, Some(PriceKind::Once(PRICE))),
        notices::moved(&HOLDER, &SHOW, Some("4 December"), Some("5 December")),
        notices::moved(&HOLDER, &SHOW, None, Some("5 December")),
        notices::moved(&HOLDER, &SHOW, Some("4 December"), None),
        notices::cancelled(&HOLDER, &SHOW, Some("4 December"), false),
        notices::cancelled(&HOLDER, &SHOW, Some("4 December"), true),
        notices::cancelled(&FOLLOWER, &SHOW, None, false),
        notices::planned(&FOLLOWER, "Maya", URL, &plans, false),
        notices::planned(&FOLLOWER, "Maya", URL, &plans, true),
    ]
}

fn about_posts() -> Vec<Mail> {
    let post = [NewPost { title: "The first verse", within: "Notebook", url: URL }];
    let page = Posts {
        space: "Maya",
        url: URL,
        posts: &post,
        more: false,
        opening: Some("It rhymes at last."),
        needs: None,
    };
    let teased = Posts { opening: None, more: true, ..page };
    vec![
        posted(&HOLDER, &page),
        posted(&FOLLOWER, &Posts { needs: Some(None), ..teased }),
        posted(&FOLLOWER, &Posts { needs: Some(Some(PriceKind::Free)), ..teased }),
        posted(&FOLLOWER, &Posts { needs: Some(Some(PriceKind::Once(PRICE))), ..teased }),
    ]
}

fn about_accounts() -> Vec<Mail> {
    let mut mails = vec![
        mail::sign_in_code(TO, "402913", 10),
        people::confirmation_code(TO, "402913", 10),
        people::address_code(TO, "402913", 10),
        former::codes_made(TO, "4 December", Some("11 December"), WAYS),
        former::codes_made(TO, "4 December", None, WAYS),
        people::code_used(TO, "4 December", URL),
        people::deleted(TO),
        passkeys::mail_added(TO, "Laptop", "4 December", URL),
        passkeys::mail_removed(TO, "Laptop", "4 December", URL),
        departure::departed(TO, "Ada", TeamRole::Owner, URL),
    ];
    mails.extend(former::address_changed(
        TO,
        "new@example.org",
        "4 December",
        "11 December",
        Some(URL),
        WAYS,
    ));
    mails.extend(former::address_changed(TO, "new@example.org", "4 December", "11 December", None, WAYS));
    mails.extend(former::taken_back(TO, "new@example.org", "4 December", WAYS));
    mails
}

fn about_money() -> Vec<Mail> {
    let part = RefundNotice { refunded: Money { minor: 100, ..PRICE }, ..REFUND };
    vec![
        money::purchase(TO, &RECEIPT),
        gifts::receipt(TO, "lee@example.org", &RECEIPT),
        gifts::receipt(TO, "", &RECEIPT),
        guests::receipt(TO, &RECEIPT),
        money::refund(TO, &REFUND),
        money::refund(TO, &part),
        money::refund_failed(TO, &REFUND),
        money::payment_failed(TO, &FAILURE),
        money::payment_failed(TO, &PaymentFailure { closed: Some(OrderEnd::Banned), ..FAILURE }),
        money::payment_unconfirmed(TO, &FAILURE),
        payouts::failed(TO, PRICE, URL),
    ]
}

fn about_subscriptions() -> Vec<Mail> {
    let (start, end) = (Millis(1_796_000_000_000), Millis(1_798_592_000_000));
    let one = Subscription {
        id: SubscriptionId::new(),
        provider: "sub_1".into(),
        checkout: CheckoutId::new(),
        account: AccountId::new(),
        space: SpaceId::new(),
        pass: PassId::new(),
        title: "Front row".into(),
        price: None,
        every: Interval::Year,
        each: PRICE,
        status: SubscriptionStatus::PastDue,
        period_start: start,
        period_end: end,
        ends_with_period: false,
        ended_at: None,
        collection_paused: false,
        past_due_since: Some(start),
        grant: None,
        refused: None,
        instalments: None,
        paid: 0,
        version: 1,
    };
    let told = SubscriptionNews { subscription: &one, space: "Maya", until: Some(end), url: URL };
    [News::Trial(end), News::Unpaid(start), News::Renews(end), News::Ended]
        .into_iter()
        .map(|news| subscriptions::news(TO, news, &told))
        .collect()
}

fn of_operators() -> Vec<Mail> {
    let mut mails = vec![
        operators::report_answer(TO, &ANSWER),
        operators::report_answer(TO, &ReportAnswer { acted: true, kind: Kind::Show, ..ANSWER }),
        operators::report_answer(TO, &ReportAnswer { kind: Kind::Letter, about: "", answer: "", ..ANSWER }),
        operators::letter(TO, &LETTER),
        operators::letter(TO, &Letter { username: None, ..LETTER }),
    ];
    for to in [To::Person, To::Team, To::Holder] {
        mails.extend([suspended(to, false), suspended(to, true)]);
    }
    let pictures = ["cover", "logo", "avatar"];
    mails.extend(pictures.map(|picture| taking_down::taken_down(TO, picture, "Maya", "Fraud.", URL)));
    mails
}

fn all(language: Language) -> Vec<Mail> {
    speak(language, || {
        let all = [
            about_shows(),
            about_posts(),
            about_accounts(),
            about_money(),
            about_subscriptions(),
            of_operators(),
        ];
        all.into_iter().flatten().collect()
    })
}

#[test]
fn a_mail_is_whole_in_each_language() {
    for language in Language::ALL {
        for Mail { subject, text, .. } in all(language) {
            let whole = text.ends_with('\n') && !text.ends_with("\n\n") && !text.contains("\n\n\n");
            assert!(whole && text.lines().all(|line| line == line.trim_end()), "{text:?}");
            let nouns = ["departure-", "mail-", "passkeys-", "recovery-", "takedown-"];
            let key = |words: &str| {
                words.is_empty() || words.contains('{') || nouns.iter().any(|noun| words.starts_with(noun))
            };
            assert!(!key(&subject) && !key(&text), "{subject}\n{text}");
        }
    }
    for (english, german) in all(Language::English).iter().zip(all(Language::German)) {
        assert!(english.subject != german.subject && english.text != german.text, "{german:?}");
    }
}

#[test]
fn english_mails_are_laid_out_as_people_know_them() {
    let shows = about_shows();
    assert_eq!(
        shows[4].text,
        "Friday at Maya is live now.\n\nGo in here:\nhttps://b.example/maya\nYou need a pass for it, from €12.50.\n\n\
         You get this because you follow the space.\nTo get no more mail of this kind:\nhttps://b.example/unsubscribe/1\n"
    );
    assert_eq!(
        shows[5].text,
        "Friday at Maya is moved.\n\n    Before: 4 December\n    Now: 5 December\n\nhttps://b.example/maya\n\n\
         You get this because you hold a pass for it.\n"
    );
    assert_eq!(
        shows[8].text,
        "Friday at Maya, planned for 4 December, is cancelled.\n\nYour pass stays yours and opens what comes next.\n\n\
         See the space:\nhttps://b.example/maya\n\nYou get this because you hold a pass for it.\n"
    );
    assert_eq!(
        shows[12].text,
        "Maya has planned:\n\n    Friday\n    4 December\n\nThere are more.\n\nSee the space:\nhttps://b.example/maya\n\n\
         You get this because you follow the space.\nTo get no more mail of this kind:\nhttps://b.example/unsubscribe/1\n"
    );
    assert_eq!(
        about_posts()[0].text,
        "Maya has published:\n\n    The first verse\n    Notebook\n    https://b.example/maya\n\nIt rhymes at last.\n\n\
         See the space:\nhttps://b.example/maya\n\nYou get this because you hold a pass for it.\n"
    );
    assert_eq!(
        about_accounts()[0].text,
        "Your code for Backstage Pass is\n\n    402913\n\nIt is good for 10 minutes, once, in the browser that asked for it.\n\n\
         You did not ask? Then somebody typed your address by mistake, and you need do nothing.\n"
    );
    assert_eq!(
        of_operators()[0].text,
        "You reported a picture of Maya. We looked into it and found nothing that our rules forbid, so we leave it as it is.\n\n\
         We asked her.\n\nYou wrote:\n> It is\n> odd.\n\nIf there is more to say, write to us:\nhttps://b.example/maya\n"
    );
    assert_eq!(
        of_operators()[3].text,
        "kim@example.org (signed in as @kim) wrote to us about: Something does not work\n\n> It is\n> blank.\n\n\
         Answer it here, so that everybody sees that it is done:\nhttps://b.example/maya\n"
    );
}

#[test]
fn a_german_mail_is_german_throughout() {
    let [live, letter] =
        speak(Language::German, || [about_shows().swap_remove(4), of_operators().swap_remove(3)]);
    assert_eq!(live.subject, "Jetzt live: Friday bei Maya");
    assert_eq!(
        live.text,
        "Friday bei Maya ist jetzt live.\n\nHier geht es hinein:\nhttps://b.example/maya\n\
         Sie brauchen dafür einen Pass, ab 12,50\u{a0}€.\n\nSie erhalten diese E-Mail, weil Sie dem Space folgen.\n\
         So erhalten Sie keine E-Mails dieser Art mehr:\nhttps://b.example/unsubscribe/1\n"
    );
    assert_eq!(letter.subject, "Anfrage: Etwas funktioniert nicht");
}
