-- Who is on the stage of a stream that is on air, and who waits to come up. The rows go with the end of the stream.
CREATE TABLE participants (
    id TEXT PRIMARY KEY,
    stream_id TEXT NOT NULL REFERENCES streams (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    state TEXT NOT NULL CHECK (state IN ('raised', 'invited', 'up')),
    muted BIGINT NOT NULL DEFAULT 0,
    since BIGINT NOT NULL
);
CREATE UNIQUE INDEX participants_once ON participants (stream_id, account_id);
CREATE INDEX participants_of_account ON participants (account_id);
