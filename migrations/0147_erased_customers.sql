-- When the provider was to forget the person of a deleted account; NULL: there is nothing to forget, or it has done so.
ALTER TABLE provider_customers ADD COLUMN erase_at BIGINT;
ALTER TABLE provider_customers ADD COLUMN erased_at BIGINT;
UPDATE provider_customers SET erase_at = (SELECT a.deleted_at FROM accounts a WHERE a.id = provider_customers.account_id);
CREATE INDEX provider_customers_erased ON provider_customers (erase_at, account_id) WHERE erase_at IS NOT NULL;
