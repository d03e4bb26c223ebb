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
}

impl ApiError {
    fn invalid(status: u16, message: impl Into<String>) -> Self {
        Self { status, kind: "invalid_request_error", code: None, param: None, message: message.into() }
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
        json!({ "error": error })
    }
}
