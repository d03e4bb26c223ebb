-- Accounts of visitors who pay first, since when they are there: those whose order came to nothing are forgotten after some time.
ALTER TABLE accounts ADD COLUMN guest_since BIGINT;
UPDATE accounts SET guest_since = created_at WHERE deleted_at IS NULL AND email LIKE 'deleted:%';
CREATE INDEX accounts_guests ON accounts (guest_since, id) WHERE guest_since IS NOT NULL;
