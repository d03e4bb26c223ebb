//! The settings of relays, which are used together or not at all.

use clap::Args;
use gateways::RelayConfig;

#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Relays")]
pub struct RelaySettings {
    /// TURN servers by which media reaches networks that block everything else, separated by commas: `turn:host:port?transport=udp`,
    /// the same with `tcp`, or `turns:host:port`; at most three.
    #[arg(id = "turn-urls", long = "turn-urls", env = "BACKSTAGE_TURN_URLS")]
    pub urls: Option<String>,
    /// The secret that they share with this service: coturn's `static-auth-secret`.
    #[arg(id = "turn-secret", long = "turn-secret", env = "BACKSTAGE_TURN_SECRET", hide_env_values = true)]
    pub secret: Option<String>,
}

impl RelaySettings {
    /// `present`: makes what is set to nothing unset.
    ///
    /// # Errors
    /// A sentence about what cannot be used.
    pub(super) fn check(
        &self,
        present: fn(&Option<String>) -> Option<&str>,
    ) -> Result<Option<RelayConfig>, String> {
        match (present(&self.urls), present(&self.secret)) {
            (None, None) => Ok(None),
            (Some(_), None) => Err("BACKSTAGE_TURN_URLS is set, but BACKSTAGE_TURN_SECRET is not".into()),
            (None, Some(_)) => Err("BACKSTAGE_TURN_SECRET is set, but BACKSTAGE_TURN_URLS is not".into()),
            (Some(urls), Some(secret)) => {
                RelayConfig::parse(urls, secret).map(Some).map_err(|why| why.to_string())
            }
        }
    }
}
