CREATE TABLE checkouts (
    id TEXT PRIMARY KEY,
    purchase_id TEXT NOT NULL UNIQUE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    pass_id TEXT NOT NULL REFERENCES passes (id),
    -- Copied from the pass when the checkout began: what was promised is what is charged.
    title TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    state TEXT NOT NULL,
    attempt BIGINT NOT NULL,
    idempotency_key TEXT,
    request TEXT,
    provider_session TEXT UNIQUE,
    pay_url TEXT,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    settled_at BIGINT
);
-- Nobody pays twice by accident: one open checkout a person and pass.
CREATE UNIQUE INDEX checkouts_open ON checkouts (account_id, pass_id) WHERE state IN ('held', 'paying');
CREATE INDEX checkouts_account ON checkouts (account_id, created_at);
CREATE INDEX checkouts_unsettled ON checkouts (expires_at) WHERE state IN ('held', 'paying');

-- Money that was paid.
CREATE TABLE purchases (
    id TEXT PRIMARY KEY,
    checkout_id TEXT NOT NULL UNIQUE REFERENCES checkouts (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    space_id TEXT NOT NULL REFERENCES spaces (id),
    pass_id TEXT NOT NULL REFERENCES passes (id),
    title TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    provider_session TEXT,
    -- 1: paid for a pass that was held already, so the money is to go back.
    surplus BIGINT NOT NULL DEFAULT 0,
    paid_at BIGINT NOT NULL
);
CREATE INDEX purchases_account ON purchases (account_id, paid_at);
CREATE INDEX purchases_space ON purchases (space_id, paid_at);

CREATE TABLE grants (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    pass_id TEXT NOT NULL REFERENCES passes (id),
    space_id TEXT NOT NULL REFERENCES spaces (id),
    purchase_id TEXT UNIQUE REFERENCES purchases (id),
    starts_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    revoked_reason TEXT,
    -- When it stopped to count: revoked, or found expired.
    closed_at BIGINT
);
CREATE UNIQUE INDEX grants_open ON grants (account_id, pass_id) WHERE closed_at IS NULL;
CREATE INDEX grants_account ON grants (account_id, space_id);
CREATE INDEX grants_due ON grants (expires_at) WHERE closed_at IS NULL AND expires_at IS NOT NULL;
