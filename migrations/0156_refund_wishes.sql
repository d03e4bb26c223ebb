-- Refunds that buyers ask for, and what the sellers answered. One is open for an order at a time.
CREATE TABLE refund_wishes (
    id TEXT PRIMARY KEY,
    purchase_id TEXT NOT NULL REFERENCES purchases (id),
    -- The buyer's words.
    reason TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    -- 'refunded' or 'declined', and why it was declined.
    answer TEXT,
    answered_at BIGINT,
    answered_by TEXT REFERENCES accounts (id),
    words TEXT NOT NULL DEFAULT '',
    -- What the seller decided.
    refund_id TEXT REFERENCES seller_refunds (id)
);
CREATE UNIQUE INDEX refund_wishes_open ON refund_wishes (purchase_id) WHERE answered_at IS NULL;
CREATE INDEX refund_wishes_purchase ON refund_wishes (purchase_id, asked_at);
