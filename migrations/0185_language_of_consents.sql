-- In which language the buyer of an order was shown what they agreed to by paying; NULL in orders from before.
ALTER TABLE checkouts ADD COLUMN agreed_language TEXT;
