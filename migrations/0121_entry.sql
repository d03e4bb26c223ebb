-- What an experience asks beside a pass. Experiences are deleted without regard to these three tables.
CREATE TABLE entry_rules (
    experience_id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    -- The slow hash of a passphrase; NULL: it asks for none.
    passphrase TEXT,
    -- 'also': beside a pass; 'instead': in place of one.
    rule TEXT NOT NULL,
    -- Counts passphrases: whoever said an earlier one is asked again.
    version BIGINT NOT NULL
);
CREATE INDEX entry_rules_space ON entry_rules (space_id);

-- Links by which people enter an experience without a pass.
CREATE TABLE invites (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    experience_id TEXT NOT NULL,
    -- For whom it is, in the words of the team.
    note TEXT NOT NULL,
    uses BIGINT NOT NULL,
    most BIGINT NOT NULL,
    created_by TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT
);
CREATE INDEX invites_experience ON invites (experience_id, created_at);

-- What lets one person into one experience beside a pass.
CREATE TABLE permits (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    experience_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    -- 'invite', 'passphrase' or 'preview'
    kind TEXT NOT NULL,
    invite_id TEXT REFERENCES invites (id),
    -- Of the passphrase that was said; 0 without one.
    version BIGINT NOT NULL,
    -- The stream of a preview; '' for all streams.
    stream_id TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    until BIGINT,
    ended_at BIGINT
);
CREATE UNIQUE INDEX permits_one ON permits (account_id, experience_id, kind, stream_id) WHERE ended_at IS NULL;
CREATE INDEX permits_space ON permits (space_id, account_id) WHERE ended_at IS NULL;
CREATE INDEX permits_invite ON permits (invite_id) WHERE invite_id IS NOT NULL;
