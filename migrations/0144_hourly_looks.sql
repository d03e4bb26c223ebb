-- What is looked for each hour is found without reading all that was ever given or paid.
CREATE INDEX comps_late ON comps (created_at, id) WHERE claimed_at IS NULL AND email <> '';
CREATE INDEX purchases_owed ON purchases (paid_at, id) WHERE refund_reason IS NOT NULL AND refunded = 0;
