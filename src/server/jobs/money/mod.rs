//! What follows from payments.

mod apply_payment;
mod refund_payment;
