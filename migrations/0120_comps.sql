-- Passes that a team gives to an e-mail address. Whoever proves the address takes the pass; until then a seat is kept.
CREATE TABLE comps (
    id TEXT PRIMARY KEY,
    pass_id TEXT NOT NULL REFERENCES passes (id),
    space_id TEXT NOT NULL REFERENCES spaces (id),
    -- Empty once its account was deleted.
    email TEXT NOT NULL,
    by_id TEXT NOT NULL REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    claimed_at BIGINT,
    grant_id TEXT REFERENCES grants (id),
    revoked_at BIGINT
);
-- One at a time for an address.
CREATE UNIQUE INDEX comps_waiting ON comps (pass_id, email) WHERE claimed_at IS NULL AND revoked_at IS NULL;
CREATE INDEX comps_pass ON comps (pass_id, created_at);
CREATE INDEX comps_email ON comps (email);

-- How somebody got the pass. Grants of a release before this one, while both run, have none.
ALTER TABLE grants ADD COLUMN source TEXT;
UPDATE grants SET source = CASE WHEN purchase_id IS NULL THEN 'free' ELSE 'purchase' END;
