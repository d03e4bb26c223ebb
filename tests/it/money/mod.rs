mod changes;
mod lost;
mod money_back;
mod purchase;
mod settling;
