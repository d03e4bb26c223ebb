//! The gateways against what stands at their other end: the stand-in over loopback, Stripe's published description, Stripe's
//! official client, a real SMTP server.

mod checkout;
mod idempotency;
mod money_back;
mod official;
mod outside;
mod published;
mod restart;
mod shop;
mod smtp;
mod stripe_mock;
mod webhooks;
