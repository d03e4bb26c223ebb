//! The list of events, with its filters and its pages; and what is taken out of a customer.

use super::World;
use serde_json::Value;

/// A shop in which a customer was made, changed twice, and a product was made.
fn world() -> (World, String) {
    let mut world = World::new();
    let made = world.post("/v1/customers", &[("email", "kim@example.org"), ("name", "Kim")]);
    let customer = made["id"].as_str().expect("an id").to_owned();
    for name in ["Kim L.", "Kim Li"] {
        world.post(&format!("/v1/customers/{customer}"), &[("name", name)]);
    }
    world.post("/v1/products", &[("name", "Front row")]);
    (world, customer)
}

/// The kinds that are listed, newest first; `None` if the filter is refused.
fn kinds(world: &mut World, filter: &[(&str, &str)]) -> Option<Vec<String>> {
    let listed = world.call("GET", "/v1/events", filter).ok()?;
    let data = listed["data"].as_array().expect("a list");
    Some(data.iter().map(|event| event["type"].as_str().expect("a kind").to_owned()).collect())
}

/// The parameters of a request for a list.
type Filter = &'static [(&'static str, &'static str)];

#[test]
fn events_are_listed_by_their_kinds_and_times() {
    let (mut world, _) = world();
    let (product, changed, made) = ("product.created", "customer.updated", "customer.created");
    let cases: [(Filter, Option<&[&str]>); 10] = [
        (&[], Some(&[product, changed, changed, made])),
        (&[("type", "customer.created")], Some(&[made])),
        (&[("type", "customer.*")], Some(&[changed, changed, made])),
        (&[("types[]", "customer.created"), ("types[]", "product.created")], Some(&[product, made])),
        (&[("types[0]", "customer.created")], Some(&[made])),
        (&[("created[lt]", "1")], Some(&[])),
        (&[("created[gt]", "1"), ("created[lte]", "9999999999"), ("type", "product.*")], Some(&[product])),
        (&[("type", "customer.created"), ("types[]", "product.created")], None),
        (&[("types[]", "customer.*")], None),
        (&[("kinds[]", "customer.created")], None),
    ];
    for (filter, want) in cases {
        let want = want.map(|kinds| kinds.iter().map(|kind| (*kind).to_owned()).collect::<Vec<_>>());
        assert_eq!(kinds(&mut world, filter), want, "{filter:?}");
    }
}

#[test]
fn a_page_goes_on_in_either_direction() {
    let (mut world, _) = world();
    let page = |world: &mut World, filter: &[(&str, &str)]| {
        let listed = world.call("GET", "/v1/events", filter).expect("listed");
        let ids = listed["data"].as_array().expect("a list").iter();
        let ids: Vec<String> = ids.map(|event| event["id"].as_str().expect("an id").to_owned()).collect();
        (ids, listed["has_more"] == Value::Bool(true))
    };
    let (all, _) = page(&mut world, &[]);
    assert_eq!(page(&mut world, &[("limit", "3")]), (all[..3].to_vec(), true));
    assert_eq!(
        page(&mut world, &[("limit", "3"), ("starting_after", all[2].as_str())]),
        (all[3..].to_vec(), false)
    );
    // The page next to the oldest, not the newest one.
    assert_eq!(
        page(&mut world, &[("limit", "2"), ("ending_before", all[3].as_str())]),
        (all[1..3].to_vec(), true)
    );
    assert_eq!(
        page(&mut world, &[("limit", "2"), ("ending_before", all[1].as_str())]),
        (all[..1].to_vec(), false)
    );
    assert!(world.call("GET", "/v1/events", &[("ending_before", "evt_gone")]).is_err());
}

#[test]
fn what_is_set_to_nothing_is_taken_out_of_a_customer() {
    let (mut world, customer) = world();
    let path = format!("/v1/customers/{customer}");
    let erased = ["email", "name", "phone", "address", "shipping"].map(|name| (name, ""));
    world.post(&path, &erased);
    let found = world.get(&path);
    assert_eq!((&found["email"], &found["name"]), (&Value::Null, &Value::Null));
    assert!(world.call("POST", &path, &[("phone", "+1 555 0100")]).is_err(), "it keeps no such thing");
}
