-- Who is reminded of a stream by mail before it begins.
CREATE TABLE reminders (
    stream_id TEXT NOT NULL REFERENCES streams (id) ON DELETE CASCADE,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (stream_id, account_id)
);
CREATE INDEX reminders_account ON reminders (account_id);
