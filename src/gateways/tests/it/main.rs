//! The gateways against real counterparts: the stand-in over loopback, Stripe's published API description, Stripe's
//! official client, and a real SMTP server.

mod billing;
mod checkout;
mod idempotency;
mod livekit;
mod money_back;
mod objects;
mod official;
mod outside;
mod published;
mod restart;
mod sellers;
mod shop;
mod smtp;
mod stripe_mock;
mod webhooks;
