//! What an operator confirms before it is done. The first step shows a token, which the second one sends back.

use crate::{app::App, secret, web::access::doors::Operator};
use domain::{clock::Clock, time::Span};

/// Contains the operator's session, the act and the time, so it cannot be used for anything else. It is valid for at least
/// `within`, and for at most twice as long.
pub fn token(app: &App, operator: &Operator, act: &[&str], within: Span) -> String {
    sign(app, operator, act, window(app, within))
}

/// Whether `shown` is a token of this act that is still valid.
pub fn is_confirmed(app: &App, operator: &Operator, act: &[&str], within: Span, shown: &str) -> bool {
    let window = window(app, within);
    [window, window - 1].iter().any(|window| secret::same(&sign(app, operator, act, *window), shown))
}

fn window(app: &App, within: Span) -> i64 {
    app.clock.now().0 / within.0
}

fn sign(app: &App, operator: &Operator, act: &[&str], window: i64) -> String {
    let (session, window) = (operator.0.id.to_string(), window.to_string());
    app.secret.sign("confirm", &[&[session.as_str(), window.as_str()][..], act].concat())
}
