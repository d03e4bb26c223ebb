-- Messages that a team writes to the holders of some of its passes, and who wants none of a space.
CREATE TABLE holder_messages (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    by_id TEXT NOT NULL REFERENCES accounts (id),
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    -- To how many people it went when it was sent.
    people BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX holder_messages_space ON holder_messages (space_id, created_at);

CREATE TABLE holder_message_passes (
    message_id TEXT NOT NULL REFERENCES holder_messages (id),
    pass_id TEXT NOT NULL REFERENCES passes (id),
    PRIMARY KEY (message_id, pass_id)
);

CREATE TABLE unwanted_messages (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    space_id TEXT NOT NULL REFERENCES spaces (id),
    off_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, space_id)
);
