-- Refunds that somebody of a team has decided. A job carries each out under its own key; it is done when the provider's refund with
-- its id is in the ledger.
CREATE TABLE seller_refunds (
    id TEXT PRIMARY KEY,
    purchase_id TEXT NOT NULL REFERENCES purchases (id),
    by_id TEXT NOT NULL REFERENCES accounts (id),
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    done_at BIGINT,
    -- The provider said no, and why.
    refused_at BIGINT,
    refusal TEXT
);
CREATE INDEX seller_refunds_purchase ON seller_refunds (purchase_id);
