//! Checks the stand-in's objects against the published description of Stripe's API (`STRIPE_SPEC`: its OpenAPI file).

use crate::{
    outside::given,
    shop::{Shop, get_json},
};
use serde_json::Value;

/// The description and the differences found.
struct Checker<'a> {
    spec: &'a Value,
    faults: Vec<String>,
}

impl<'a> Checker<'a> {
    fn check(&mut self, at: &str, value: &Value, schema: &'a Value) {
        let schema = match schema["$ref"].as_str() {
            Some(path) => {
                self.spec.pointer(path.trim_start_matches('#')).expect("the reference is in the file")
            }
            None => schema,
        };
        if value.is_null() {
            if schema["nullable"] != true {
                self.faults.push(format!("{at} may not be null"));
            }
            return;
        }
        if let Some(any) = schema["anyOf"].as_array() {
            let fits = any.iter().any(|one| {
                let mut inner = Self { spec: self.spec, faults: Vec::new() };
                inner.check(at, value, one);
                inner.faults.is_empty()
            });
            if !fits {
                self.faults.push(format!("{at} fits none of its shapes: {value}"));
            }
            return;
        }
        let right = match schema["type"].as_str() {
            Some("string") => value.is_string(),
            Some("integer") => value.is_i64(),
            Some("boolean") => value.is_boolean(),
            Some("array") => value.is_array(),
            Some("object") => value.is_object(),
            Some("number") => value.is_number(),
            other => panic!("{at}: type {other:?} is not known to this test"),
        };
        if !right || schema["enum"].as_array().is_some_and(|words| !words.contains(value)) {
            self.faults.push(format!("{at} is {value}, not {} {}", schema["type"], schema["enum"]));
        }
        for (n, item) in value.as_array().into_iter().flatten().enumerate() {
            self.check(&format!("{at}[{n}]"), item, &schema["items"]);
        }
        self.fields(at, value, schema);
    }

    fn fields(&mut self, at: &str, value: &Value, schema: &'a Value) {
        let Some(fields) = value.as_object() else { return };
        for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !fields.contains_key(required) {
                self.faults.push(format!("{at}.{required} is missing"));
            }
        }
        for (name, field) in fields {
            match &schema["properties"][name] {
                Value::Null => self.extra(&format!("{at}.{name}"), field, schema),
                known => self.check(&format!("{at}.{name}"), field, known),
            }
        }
    }

    /// Checks a field without a description: a map's, or one from a later API version than the file's.
    fn extra(&mut self, at: &str, value: &Value, schema: &'a Value) {
        if schema["additionalProperties"].is_object() {
            self.check(at, value, &schema["additionalProperties"]);
        } else if !value.is_null() && !at.starts_with("event.data.object") {
            self.faults.push(format!("{at} is not described"));
        }
    }
}

fn faults(spec: &Value, name: &str, value: &Value) -> Vec<String> {
    let mut checker = Checker { spec, faults: Vec::new() };
    checker.check(name, value, &spec["components"]["schemas"][name]);
    checker.faults
}

#[tokio::test]
async fn the_stand_ins_objects_are_as_stripe_describes_them() {
    let Some(file) = given("STRIPE_SPEC") else { return };
    let spec = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let shop = Shop::open().await;
    let [open, paid, refused, over] = [
        shop.session("1").await.id,
        shop.session("2").await.id,
        shop.session("3").await.id,
        shop.session("4").await.id,
    ];
    shop.press(&paid, "pay").await;
    shop.press(&refused, "decline").await;
    shop.press(&over, "decline").await;
    domain::money::payments::Payments::expire(&shop.payments, over.clone()).await.expect("expired");
    for id in [&open, &paid, &refused, &over] {
        for query in ["", "?expand[]=payment_intent", "?expand[]=payment_intent.latest_charge"] {
            let session =
                get_json(&shop.http, &format!("{}/v1/checkout/sessions/{id}{query}", shop.site)).await;
            assert_eq!(faults(&spec, "checkout.session", &session), [""; 0]);
        }
    }
    for act in ["refund", "fail_refund", "dispute", "lose"] {
        assert_eq!(shop.act(&paid, act).await, 200, "{act}");
    }
    let mut kinds = std::collections::BTreeSet::new();
    while let Some(hook) = shop.hook_within(std::time::Duration::from_millis(700)).await {
        let event: Value = serde_json::from_str(&hook.payload).unwrap();
        assert_eq!(faults(&spec, "event", &event), [""; 0]);
        let name = event["data"]["object"]["object"].as_str().expect("named").to_owned();
        assert_eq!(faults(&spec, &name, &event["data"]["object"]), [""; 0]);
        kinds.insert(name);
    }
    assert_eq!(kinds.len(), 5, "{kinds:?}");

    let mut broken = get_json(&shop.http, &format!("{}/v1/checkout/sessions/{open}", shop.site)).await;
    broken["status"] = "ajar".into();
    broken.as_object_mut().unwrap().remove("expires_at");
    assert_eq!(faults(&spec, "checkout.session", &broken).len(), 2, "the checker finds faults");
}

#[tokio::test]
async fn objects_of_billing_are_as_stripe_describes_them() {
    let Some(file) = given("STRIPE_SPEC") else { return };
    let spec: Value = serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap();
    let shop = Shop::open().await;
    let price = create(
        &shop,
        "prices",
        "currency=eur&unit_amount=1000&recurring[interval]=month&product_data[name]=x",
    )
    .await;
    let customer = create(&shop, "customers", "email=kim@example.org&metadata[account]=a1").await;
    let (owner, of) = (id(&customer), id(&price));
    let card = create(
        &shop,
        "payment_methods",
        "type=card&card[number]=4000000000000341&card[exp_month]=12&card[exp_year]=2040",
    )
    .await;
    create(&shop, &format!("payment_methods/{}/attach", id(&card)), &format!("customer={owner}")).await;
    let form = format!("invoice_settings[default_payment_method]={}", id(&card));
    create(&shop, &format!("customers/{owner}"), &form).await;
    let subscription =
        create(&shop, "subscriptions", &format!("customer={owner}&items[0][price]={of}")).await;
    shop.wait(40).await;
    let coupon = create(&shop, "coupons", "percent_off=20&duration=once").await;
    let form = format!("promotion[type]=coupon&promotion[coupon]={}&code=OPENING", id(&coupon));
    let promotion = create(&shop, "promotion_codes", &form).await;
    let setup = create(&shop, "setup_intents", &format!("customer={owner}")).await;
    let portal = create(&shop, "billing_portal/sessions", &format!("customer={owner}")).await;
    let account = create(&shop, "accounts", "email=kim@example.org&country=DE").await;
    assert_eq!(
        shop.post("/stand-in/acts", &format!("account={}&act=approve", id(&account))).await.status(),
        200
    );
    // The first payment can be used by now.
    shop.advance(std::time::Duration::from_secs(8 * 24 * 3600));
    let transfer =
        create(&shop, "transfers", &format!("amount=500&currency=eur&destination={}", id(&account))).await;
    let get = async |path: String| get_json(&shop.http, &format!("{}/v1/{path}", shop.site)).await;
    let subscription = get(format!("subscriptions/{}", id(&subscription))).await;
    let invoice = subscription["latest_invoice"].as_str().expect("an invoice").to_owned();
    let invoice = get(format!("invoices/{invoice}?expand[0]=payments")).await;
    let intent =
        invoice["payments"]["data"][0]["payment"]["payment_intent"].as_str().expect("an intent").to_owned();
    for (name, object) in [
        ("price", price),
        ("customer", get(format!("customers/{owner}")).await),
        ("payment_method", get(format!("payment_methods/{}", id(&card))).await),
        ("subscription", subscription),
        ("invoice", invoice),
        ("payment_intent", get(format!("payment_intents/{intent}")).await),
        ("coupon", coupon),
        ("promotion_code", promotion),
        ("setup_intent", setup),
        ("billing_portal.session", portal),
        ("account", get(format!("accounts/{}", id(&account))).await),
        ("transfer", transfer),
    ] {
        assert_eq!(faults(&spec, name, &object), [""; 0], "{name}");
    }
    let kept = get("events?limit=100".to_owned()).await;
    let kept = kept["data"].as_array().expect("events");
    assert!(kept.len() > 10, "{}", kept.len());
    for event in kept {
        let object = &event["data"]["object"];
        assert_eq!(
            faults(&spec, object["object"].as_str().expect("named"), object),
            [""; 0],
            "{}",
            event["type"]
        );
    }
}

/// Makes an object of the stand-in.
async fn create(shop: &Shop, path: &str, form: &str) -> Value {
    let request = shop.http.post(format!("{}/v1/{path}", shop.site)).bearer_auth("sk_test_ofTheShop0123");
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
    let made = request.send().await.expect("answered");
    assert_eq!(made.status(), 200, "{path}");
    made.json().await.expect("JSON")
}

fn id(object: &Value) -> String {
    object["id"].as_str().expect("an id").to_owned()
}
