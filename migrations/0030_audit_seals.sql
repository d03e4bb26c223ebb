-- Audit lines as they are written: in the transaction of the change that they describe. One sealer moves them into `audit`
-- within a second, so that writers never wait for each other to get the next number.
CREATE TABLE audit_pending (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id TEXT REFERENCES accounts (id),
    action TEXT NOT NULL,
    target TEXT NOT NULL,
    detail TEXT NOT NULL
);

-- The seal of each line of `audit`: an HMAC under the server's secret that covers the line's hash and the seal before it.
-- A table of its own, since the release before reads `audit` with a prepared `SELECT *`. Lines of that release have no seal;
-- their hash chain ends in the first sealed line.
CREATE TABLE audit_seals (
    seq BIGINT PRIMARY KEY REFERENCES audit (seq),
    -- The line's id while it was pending: no line is sealed twice.
    id TEXT NOT NULL UNIQUE,
    -- Names the secret, without telling it.
    key_id TEXT NOT NULL,
    previous TEXT NOT NULL,
    mac TEXT NOT NULL
);
