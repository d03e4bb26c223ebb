-- Who follows a space.
CREATE TABLE follows (
    space_id TEXT NOT NULL REFERENCES spaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (space_id, account_id)
);
CREATE INDEX follows_account ON follows (account_id);

-- Kinds of mail that somebody has switched off; all others are on.
CREATE TABLE mail_preferences (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    kind TEXT NOT NULL,
    off_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, kind)
);

-- How often the secret address of a person's calendar was renewed; without a row, never.
CREATE TABLE calendar_feeds (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    version BIGINT NOT NULL
);

-- When a stream with a date was planned, so that followers can be told of what is new.
ALTER TABLE streams ADD COLUMN planned_at BIGINT;
CREATE INDEX streams_planned_at ON streams (space_id, planned_at) WHERE planned_at IS NOT NULL;
-- What comes next in all spaces together.
CREATE INDEX streams_coming ON streams (scheduled_at) WHERE state IN ('scheduled', 'rehearsal');
CREATE INDEX bans_account ON bans (account_id) WHERE lifted_at IS NULL;
-- Whom a show that goes live concerns.
CREATE INDEX grants_space ON grants (space_id) WHERE closed_at IS NULL;
