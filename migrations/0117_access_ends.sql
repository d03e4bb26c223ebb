-- How long a pass is good for those who get it from now on: so many milliseconds, or until a moment. Both NULL: without an end.
ALTER TABLE passes ADD COLUMN access_for BIGINT;
ALTER TABLE passes ADD COLUMN access_until BIGINT;
-- Copied from the pass when the order was opened: what was promised is what is given.
ALTER TABLE checkouts ADD COLUMN access_for BIGINT;
ALTER TABLE checkouts ADD COLUMN access_until BIGINT;
