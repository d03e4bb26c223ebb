//! Sending one mail. Its job's id makes the message's id, so a repeat is the same message.

mod send_code;
mod send_mail;
mod send_receipt;
mod send_refund_notice;
