-- The chat scope of a stream; shares its id.
CREATE TABLE rooms (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    slow_mode BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE journal (
    room_id TEXT NOT NULL REFERENCES rooms (id),
    seq BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    -- Of lines only; the rest has none, and NULLs are never equal in the unique index below.
    author_id TEXT REFERENCES accounts (id),
    client_id TEXT,
    -- The change, without the words of a line: those stand in body, so that removing them is one statement.
    payload TEXT NOT NULL,
    body TEXT,
    -- What a removed line said: for appeals, never for replay.
    removed_body TEXT,
    removed_by TEXT,
    removed_at BIGINT,
    PRIMARY KEY (room_id, seq)
);
CREATE UNIQUE INDEX journal_client ON journal (room_id, author_id, client_id);

CREATE TABLE bans (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    by_id TEXT NOT NULL REFERENCES accounts (id),
    reason TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    until BIGINT,
    lifted_at BIGINT,
    lifted_by TEXT REFERENCES accounts (id)
);
CREATE INDEX bans_space ON bans (space_id, account_id);
