-- Since when the team requires sessions that began with a passkey.
ALTER TABLE teams ADD COLUMN passkeys_at BIGINT;
