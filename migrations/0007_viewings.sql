-- Who watched which stream from when until when; the last moment moves on while they watch.
CREATE TABLE viewings (
    stream_id TEXT NOT NULL REFERENCES streams (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (stream_id, account_id, since)
);

-- Those whose names do not stand among the people of a room. Tables of their own, since PostgreSQL refuses the prepared
-- `SELECT *` of a release that runs beside this one once its table has another column.
CREATE TABLE unlisted (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id)
);

-- Streams of which only the team is told how many watch.
CREATE TABLE hidden_counts (
    stream_id TEXT PRIMARY KEY REFERENCES streams (id)
);
