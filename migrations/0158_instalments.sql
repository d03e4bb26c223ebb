-- A monthly price may be paid so many times and no more: then the pass stays. NULL: until somebody ends it.
ALTER TABLE prices ADD COLUMN instalments BIGINT;
ALTER TABLE checkouts ADD COLUMN plan_instalments BIGINT;
ALTER TABLE subscriptions ADD COLUMN instalments BIGINT;
-- How many of them are paid.
ALTER TABLE subscriptions ADD COLUMN paid_instalments BIGINT NOT NULL DEFAULT 0;
