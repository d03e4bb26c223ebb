-- Prices of the kind 'chosen': the buyer pays `amount` or more; `suggested` is what the form begins with.
ALTER TABLE prices ADD COLUMN suggested BIGINT;
