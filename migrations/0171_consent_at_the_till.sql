-- What the buyer of an order agreed to by paying: the version of the text on refunds and withdrawal, and when.
ALTER TABLE checkouts ADD COLUMN refunds_version BIGINT;
ALTER TABLE checkouts ADD COLUMN agreed_at BIGINT;
