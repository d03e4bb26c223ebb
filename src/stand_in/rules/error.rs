//! Errors in the format of Stripe's API.

use serde_json::{Value, json};

/// Any answer other than 2xx.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    pub status: u16,
    kind: &'static str,
    code: Option<&'static str>,
    param: Option<String>,
    message: String,
    /// Why a bank declined, and the payment intent that says so.
    decline: Option<&'static str>,
    intent: Option<Box<Value>>,
}

impl ApiError {
    fn invalid(status: u16, message: impl Into<String>) -> Self {
        Self {
            status,
            kind: "invalid_request_error",
            code: None,
            param: None,
            message: message.into(),
            decline: None,
            intent: None,
        }
    }

    /// 400: one parameter is wrong.
    pub fn param(code: &'static str, param: impl Into<String>, message: impl Into<String>) -> Self {
        Self { code: Some(code), param: Some(param.into()), ..Self::invalid(400, message) }
    }
    pub fn missing(param: &str) -> Self {
        Self::param("parameter_missing", param, format!("Missing required param: {param}."))
    }
    /// A parameter that this stand-in does not implement. It is refused, so that nothing seems to work that does not.
    pub fn unknown(param: &str) -> Self {
        Self::param("parameter_unknown", param, format!("The stand-in does not know the parameter {param}."))
    }
    /// 404: no object of this type has this id.
    pub fn no_such(object: &str, id: &str) -> Self {
        let message = format!("No such {object}: '{id}'");
        Self { code: Some("resource_missing"), param: Some("id".into()), ..Self::invalid(404, message) }
    }
    pub fn no_such_url(method: &str, path: &str) -> Self {
        Self::invalid(
            404,
            format!("Unrecognized request URL ({method}: {path}). The stand-in may not know it."),
        )
    }
    /// 400: the object's state does not allow the call.
    pub fn state(message: impl Into<String>) -> Self {
        Self::invalid(400, message)
    }
    /// 400: the state of the object does not allow the call, with Stripe's code for it.
    pub fn unexpected(code: &'static str, message: impl Into<String>) -> Self {
        Self { code: Some(code), ..Self::invalid(400, message) }
    }
    /// 402: the bank refused the card, for a reason in Stripe's words (`decline_code`).
    pub fn card(reason: &'static str, intent: Option<Value>) -> Self {
        let code = match reason {
            "expired_card" | "incorrect_number" | "authentication_required" => reason,
            _ => "card_declined",
        };
        let message = if code == "authentication_required" {
            "Your card was declined. This transaction requires authentication."
        } else {
            "Your card was declined."
        };
        Self {
            kind: "card_error",
            code: Some(code),
            decline: Some(reason),
            intent: intent.map(Box::new),
            ..Self::invalid(402, message)
        }
    }
    pub fn unauthorized(message: impl Into<String>) -> Self {
        Self::invalid(401, message)
    }
    /// 400: the key was used with other parameters, or at another endpoint.
    pub fn reused_key(key: &str) -> Self {
        let message = format!(
            "Keys for idempotent requests can only be used with the same parameters and the endpoint that they were first \
             used with. Use another key than '{key}' for another request."
        );
        Self { kind: "idempotency_error", ..Self::invalid(400, message) }
    }
    /// 409: a call with this key has not ended yet.
    pub fn busy_key(key: &str) -> Self {
        let message = format!("There is currently another in-progress request using the key '{key}'.");
        let code = Some("idempotency_key_in_use");
        Self { kind: "idempotency_error", code, ..Self::invalid(409, message) }
    }
    /// 500: an error inside Stripe.
    pub fn trouble(message: impl Into<String>) -> Self {
        Self { kind: "api_error", ..Self::invalid(500, message) }
    }

    pub fn body(&self) -> Value {
        let mut error = json!({"type": self.kind, "message": self.message});
        if let Some(code) = self.code {
            error["code"] = code.into();
        }
        if let Some(param) = &self.param {
            error["param"] = param.as_str().into();
        }
        if let Some(decline) = self.decline {
            error["decline_code"] = decline.into();
        }
        if let Some(intent) = &self.intent {
            error["payment_intent"] = Value::clone(intent);
        }
        json!({ "error": error })
    }
}
