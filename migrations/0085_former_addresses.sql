-- Addresses that accounts had until lately. For a week whoever reads one can have the account back, and nobody opens another
-- account with it.
CREATE TABLE former_addresses (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    -- 1: a recovery code has proved more than this address can. Only another code brings it back.
    settled BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX former_addresses_account ON former_addresses (account_id, changed_at);
CREATE INDEX former_addresses_email ON former_addresses (email, changed_at);
-- When newer codes took the place of this one, which stays good for a week.
ALTER TABLE recovery_codes ADD COLUMN replaced_at BIGINT;
-- When the recovery code was made with which the session began; nothing if it began otherwise.
ALTER TABLE sessions ADD COLUMN recovery_made_at BIGINT;
