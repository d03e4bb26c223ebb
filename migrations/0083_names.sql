-- When a person was asked what to call them; NULL: not yet. Accounts of before keep the names that they have.
ALTER TABLE accounts ADD COLUMN name_asked_at BIGINT;
UPDATE accounts SET name_asked_at = created_at;
-- When the account was deleted. Its row stays without anything about the person, because ledgers and journals refer to it.
ALTER TABLE accounts ADD COLUMN deleted_at BIGINT;
