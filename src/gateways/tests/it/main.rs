//! The gateways against real counterparts: the stand-in over loopback, Stripe's published API description, Stripe's
//! official client, and a real SMTP server.

mod checkout;
mod idempotency;
mod money_back;
mod objects;
mod official;
mod outside;
mod published;
mod restart;
mod shop;
mod smtp;
mod stripe_mock;
mod webhooks;
