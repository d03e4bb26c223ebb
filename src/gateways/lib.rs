//! Implementations of the domain's ports to external systems. Each has a real implementation and, for a service that
//! runs on its user's own machine, a local one.

mod live;
mod livekit;
mod local_only;
mod mail;
mod mailbox;
mod objects;
mod painting;
mod passkey_ed25519;
mod passkey_stored;
mod passkeys;
mod pictures;
mod pieces;
mod stills;
mod stripe;
mod stripe_event;

pub use live::relay::{RelayConfig, RelayConfigError, RelayPass, RelayUrl, RelayWay};
pub use livekit::{BothPlanes, EgressPlace, LiveKit, LiveKitConfig, LiveKitIngest, LiveKitRecorder};
pub use local_only::{LocalOnly, NotLoopback};
pub use mail::{SmtpConfig, SmtpConfigError, SmtpMailer};
pub use mailbox::{LocalMailer, StoredMail};
pub use objects::{ObjectFiles, ObjectsConfig, ObjectsConfigError};
pub use painting::{drawn, preview};
pub use passkeys::{Assertion, Party, Registration, UseAnswer};
pub use pictures::process;
pub use stills::{StillFiles, still};
pub use stripe::{StripeConfig, StripeConfigError, StripePayments};
