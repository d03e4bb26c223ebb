-- The outbox: follow-up work, enqueued in the transaction that calls for it.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- Work under one key is enqueued once, also when it is done already.
    dedupe_key TEXT UNIQUE,
    -- Lower goes first: what somebody waits for is never behind ten thousand announcements.
    lane BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    claim TEXT,
    leased_until BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    done_at BIGINT,
    parked_at BIGINT
);
CREATE INDEX jobs_ready ON jobs (lane, run_at, id) WHERE done_at IS NULL AND parked_at IS NULL;

-- Webhooks as they came, each event once.
CREATE TABLE webhook_inbox (
    provider TEXT NOT NULL,
    event_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (provider, event_id)
);

-- Append-only. Each line's hash covers the one before it.
CREATE TABLE audit (
    seq BIGINT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id TEXT REFERENCES accounts (id),
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
);
