//! The settings of LiveKit, which are used together or not at all.

use clap::Args;
use domain::{live::passes::Plane, secret::SharedSecret};
use gateways::{LiveKitConfig, ObjectsConfig};
use url::Url;

#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "LiveKit")]
pub struct LiveKitSettings {
    /// Where browsers and this service reach LiveKit: `wss://live.example`, without a path. Its webhook is `/webhooks/livekit`.
    #[arg(long = "livekit-url", env = "LIVEKIT_URL")]
    pub url: Option<String>,
    #[arg(long = "livekit-api-key", env = "LIVEKIT_API_KEY")]
    pub api_key: Option<String>,
    #[arg(long = "livekit-api-secret", env = "LIVEKIT_API_SECRET", hide_env_values = true)]
    pub api_secret: Option<String>,
    /// LiveKit's Egress workers record shows there. They put the files into the object store by themselves: into a bucket with our keys,
    /// or into a folder that they must see under the same path. If unset: with a bucket.
    #[arg(long = "livekit-egress", env = "LIVEKIT_EGRESS")]
    pub egress: Option<bool>,
    /// Where streams run for which their host has chosen nothing: `embedded` or `livekit`. If unset: on LiveKit, where it is set up.
    #[arg(long = "media-plane", env = "BACKSTAGE_MEDIA_PLANE", value_parser = plane)]
    pub plane: Option<Plane>,
}

fn plane(text: &str) -> Result<Plane, String> {
    Plane::from_code(text).ok_or_else(|| "must be embedded or livekit".into())
}

impl LiveKitSettings {
    /// Whether LiveKit is to record, into this store.
    pub fn records(&self, objects: &ObjectsConfig) -> bool {
        self.egress.unwrap_or(matches!(objects, ObjectsConfig::Bucket { .. }))
    }

    /// `present`: makes what is set to nothing unset.
    ///
    /// # Errors
    /// A sentence for each setting that cannot be used.
    pub(super) fn check(
        &self,
        present: fn(&Option<String>) -> Option<&str>,
    ) -> Result<Option<LiveKitConfig>, Vec<String>> {
        let given = [
            ("LIVEKIT_URL", present(&self.url)),
            ("LIVEKIT_API_KEY", present(&self.api_key)),
            ("LIVEKIT_API_SECRET", present(&self.api_secret)),
        ];
        let [(_, Some(url)), (_, Some(key)), (_, Some(secret))] = given else {
            let set = given.iter().find(|(_, value)| value.is_some());
            let missing = given.iter().filter(|(_, value)| value.is_none());
            let mut faults: Vec<_> = set
                .map(|(set, _)| missing.map(|(name, _)| format!("{set} is set, but {name} is not")).collect())
                .unwrap_or_default();
            if set.is_none() && self.plane == Some(Plane::LiveKit) {
                faults.push("BACKSTAGE_MEDIA_PLANE is livekit, but LIVEKIT_URL is not set".into());
            }
            return if faults.is_empty() { Ok(None) } else { Err(faults) };
        };
        let (url, secret) = (address(url), SharedSecret::parse(secret));
        let mut faults = Vec::new();
        if let Err(why) = &url {
            faults.push(format!("LIVEKIT_URL {why}"));
        }
        if let Err(why) = &secret {
            faults.push(format!("LIVEKIT_API_SECRET {why}"));
        }
        if !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')) {
            faults.push("LIVEKIT_API_KEY must be a name of letters and digits, not the secret".into());
        }
        match (url, secret) {
            (Ok(url), Ok(api_secret)) if faults.is_empty() => {
                Ok(Some(LiveKitConfig { url, api_key: key.to_owned(), api_secret }))
            }
            _ => Err(faults),
        }
    }
}

fn address(text: &str) -> Result<Url, &'static str> {
    let url = Url::parse(text).map_err(|_| "is not a URL; write it like wss://live.example")?;
    if !matches!(url.scheme(), "ws" | "wss" | "http" | "https") || url.host_str().is_none() {
        return Err("must begin with wss:// or https://");
    }
    let plain = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    if !plain || !url.username().is_empty() || url.password().is_some() {
        return Err("must be an address alone, without a path or a password");
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(url: &str, key: &str, secret: &str) -> LiveKitSettings {
        let text = |value: &str| Some(value.to_owned());
        LiveKitSettings { url: text(url), api_key: text(key), api_secret: text(secret), ..Default::default() }
    }

    fn present(value: &Option<String>) -> Option<&str> {
        value.as_deref().filter(|text| !text.is_empty())
    }

    fn faults(settings: &LiveKitSettings) -> Vec<String> {
        settings.check(present).err().unwrap_or_default()
    }

    const SECRET: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn all_three_are_set_or_none() {
        assert!(matches!(settings("", "", "").check(present), Ok(None)));
        for (url, key, secret, missing) in [
            ("", "key", SECRET, vec!["LIVEKIT_URL"]),
            ("wss://live.example", "", SECRET, vec!["LIVEKIT_API_KEY"]),
            ("wss://live.example", "key", "", vec!["LIVEKIT_API_SECRET"]),
            ("wss://live.example", "", "", vec!["LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"]),
        ] {
            let faults = faults(&settings(url, key, secret));
            assert_eq!(faults.len(), missing.len(), "{faults:?}");
            for (fault, name) in faults.iter().zip(missing) {
                assert!(fault.ends_with(&format!("but {name} is not")), "{fault}");
            }
        }
        let alone = LiveKitSettings { plane: Some(Plane::LiveKit), ..LiveKitSettings::default() };
        assert_eq!(faults(&alone).len(), 1);
        let embedded = LiveKitSettings { plane: Some(Plane::Embedded), ..LiveKitSettings::default() };
        assert!(faults(&embedded).is_empty());
    }

    #[test]
    fn livekit_records_into_a_bucket_unless_it_is_said_otherwise() {
        let read = |text| ObjectsConfig::parse(text).expect("a store");
        let (bucket, folder) = (read("s3://media/live"), read("file:///var/lib/objects"));
        for (egress, in_bucket, in_folder) in
            [(None, true, false), (Some(true), true, true), (Some(false), false, false)]
        {
            let settings = LiveKitSettings { egress, ..LiveKitSettings::default() };
            assert_eq!((settings.records(&bucket), settings.records(&folder)), (in_bucket, in_folder));
        }
    }

    #[test]
    fn what_cannot_be_used_is_named_and_no_secret_is_told() {
        for (url, key, secret, name) in [
            ("live.example", "key", SECRET, "LIVEKIT_URL"),
            ("ftp://live.example", "key", SECRET, "LIVEKIT_URL"),
            ("wss://live.example/rtc", "key", SECRET, "LIVEKIT_URL"),
            ("wss://somebody:words@live.example", "key", SECRET, "LIVEKIT_URL"),
            ("wss://live.example", "a key", SECRET, "LIVEKIT_API_KEY"),
            ("wss://live.example", "key", "sesame", "LIVEKIT_API_SECRET"),
        ] {
            let faults = faults(&settings(url, key, secret));
            assert!(faults.len() == 1 && faults[0].starts_with(name), "{faults:?}");
            assert!(!faults[0].contains("sesame") && !faults[0].contains("words@"), "{faults:?}");
        }
    }

    #[test]
    fn browsers_are_let_to_its_socket_and_its_address_and_to_nothing_else() {
        for (url, socket, plain) in [
            ("wss://live.example", "wss://live.example", "https://live.example"),
            ("https://live.example:8443/", "wss://live.example:8443", "https://live.example:8443"),
            ("ws://127.0.0.1:7880", "ws://127.0.0.1:7880", "http://127.0.0.1:7880"),
        ] {
            let config = settings(url, "key", SECRET).check(present).unwrap().unwrap();
            assert_eq!(config.origins(), [socket, plain]);
        }
    }
}
