//! Other people's systems behind the ports that the domain declares: each with a real maker and, where people run the service
//! on their own machine, a local one.

mod local_only;
mod mail;
mod mailbox;
mod stripe;
mod stripe_event;

pub use local_only::{LocalOnly, NotLoopback};
pub use mail::{SmtpConfig, SmtpConfigError, SmtpMailer};
pub use mailbox::{LocalMailer, StoredMail};
pub use stripe::{StripeConfig, StripeConfigError, StripePayments};
