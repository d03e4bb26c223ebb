-- Who watched which stream from when until when; the last moment moves on while they watch.
CREATE TABLE viewings (
    stream_id TEXT NOT NULL REFERENCES streams (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (stream_id, account_id, since)
);

-- Whether a person's name stands among the people of a room.
ALTER TABLE accounts ADD COLUMN listed BIGINT NOT NULL DEFAULT 1;

-- Whether how many watch is told to the team alone.
ALTER TABLE streams ADD COLUMN count_hidden BIGINT NOT NULL DEFAULT 0;
