pub mod settle_payment;
