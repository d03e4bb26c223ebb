-- What passes cost. A price that was ever sold is never changed, only replaced: the old row is withdrawn, another one is added.
CREATE TABLE prices (
    id TEXT PRIMARY KEY,
    pass_id TEXT NOT NULL REFERENCES passes (id),
    kind TEXT NOT NULL,
    amount BIGINT,
    currency TEXT,
    created_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX prices_current ON prices (pass_id) WHERE withdrawn_at IS NULL;

-- A pass's first price has the id of the pass.
INSERT INTO prices (id, pass_id, kind, amount, currency, created_at)
SELECT id, id, price_kind, amount, currency, created_at FROM passes;

ALTER TABLE passes DROP COLUMN price_kind;
ALTER TABLE passes DROP COLUMN amount;
ALTER TABLE passes DROP COLUMN currency;

-- The price that an order was opened for. Unknown for orders of earlier releases whose pass has another price by now.
ALTER TABLE checkouts ADD COLUMN price_id TEXT REFERENCES prices (id);
UPDATE checkouts SET price_id = pass_id WHERE EXISTS (
    SELECT 1 FROM prices r WHERE r.id = checkouts.pass_id AND r.amount = checkouts.amount AND r.currency = checkouts.currency
);
