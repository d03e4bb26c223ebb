-- Invitations into a team that were not accepted yet. One of the role `owner` hands the team over: `leaves` says that the
-- owner who offers it leaves then, instead of becoming an admin.
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    team_id TEXT NOT NULL REFERENCES teams (id),
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    leaves BIGINT NOT NULL DEFAULT 0,
    invited_by TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    sent_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitations_address ON invitations (team_id, email);
CREATE INDEX invitations_expiry ON invitations (expires_at);

-- Closed by its owner. It is not published then; its addresses stay its own and say so.
ALTER TABLE spaces ADD COLUMN closed_at BIGINT;

-- What a space's page says beside its texts. `features` has one a line; `questions` is JSON, in their order. A link to a
-- preview is good until `preview_until`, if it has the number of the newest one.
CREATE TABLE sales_pages (
    space_id TEXT PRIMARY KEY REFERENCES spaces (id),
    headline TEXT NOT NULL DEFAULT '',
    features TEXT NOT NULL DEFAULT '',
    questions TEXT NOT NULL DEFAULT '[]',
    preview_number BIGINT NOT NULL DEFAULT 0,
    preview_until BIGINT
);
