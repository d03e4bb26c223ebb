-- What people tell the operators about spaces, shows, people and pictures, and letters about anything else.
CREATE TABLE reports (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    -- Of what it is about: a space, a stream, an account; a letter's own id.
    subject_id TEXT NOT NULL,
    space_id TEXT REFERENCES spaces (id),
    person_id TEXT REFERENCES accounts (id),
    -- The line that was reported, if it was one.
    stream_id TEXT,
    line BIGINT,
    -- NULL: written without signing in.
    reporter_id TEXT REFERENCES accounts (id),
    -- Where a letter is answered to.
    email TEXT,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    decided_by TEXT REFERENCES accounts (id),
    decision TEXT,
    answer TEXT
);
-- One open report a person and subject.
CREATE UNIQUE INDEX reports_open ON reports (reporter_id, kind, subject_id) WHERE decided_at IS NULL;
CREATE INDEX reports_undecided ON reports (created_at) WHERE decided_at IS NULL;
CREATE INDEX reports_subject ON reports (subject_id, kind);

-- Spaces and accounts that operators closed. A suspended space has no published_at; it is kept here for its return.
CREATE TABLE suspensions (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    by_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    published_at BIGINT,
    lifted_at BIGINT,
    lifted_by TEXT REFERENCES accounts (id),
    lifted_reason TEXT
);
CREATE UNIQUE INDEX suspensions_open ON suspensions (subject_id) WHERE lifted_at IS NULL;

-- For the lines of one space or person.
CREATE INDEX audit_target ON audit (target, seq);
CREATE INDEX audit_actor ON audit (actor_id, seq);
