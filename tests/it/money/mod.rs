mod changes;
mod lost;
mod money_back;
mod purchase;
mod refund_failure;
mod settling;
