mod changes;
mod lost;
mod money_back;
mod orders;
mod purchase;
mod refund_failure;
mod settling;
