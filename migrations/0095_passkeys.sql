-- Passkeys: keys of a person's devices, with which they sign in. `credential` is JSON with the public key; `sign_count` is how
-- often its device has used it, where the device counts.
CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    credential_id TEXT NOT NULL,
    credential TEXT NOT NULL,
    sign_count BIGINT NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_id);
CREATE INDEX passkeys_account ON passkeys (account_id, created_at);
-- How it began: code, link, recovery or passkey.
ALTER TABLE sessions ADD COLUMN began TEXT NOT NULL DEFAULT 'code';
