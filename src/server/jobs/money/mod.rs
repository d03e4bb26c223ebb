mod settle_payment;
