//! Ids like Stripe's: a prefix that names the type, then unguessable characters.

use uuid::Uuid;

pub fn session() -> String {
    format!("cs_test_a1{}{}", random(), random())
}
pub fn intent() -> String {
    format!("pi_3{}", &random()[..23])
}
pub fn charge() -> String {
    format!("ch_3{}", &random()[..23])
}
pub fn refund() -> String {
    format!("re_3{}", &random()[..23])
}
pub fn dispute() -> String {
    format!("dp_1{}", &random()[..23])
}
pub fn event() -> String {
    format!("evt_1{}", &random()[..23])
}
/// An id of any other type of object.
pub fn of(prefix: &str) -> String {
    format!("{prefix}_1{}", &random()[..23])
}
pub fn request() -> String {
    format!("req_{}", &random()[..14])
}
pub fn random() -> String {
    Uuid::new_v4().simple().to_string()
}
