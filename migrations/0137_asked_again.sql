-- Under which of its keys a refund is requested. It is raised only when the provider has answered that it failed: the provider repeats
-- that answer for the same key, while a request without an answer may have taken effect.
ALTER TABLE seller_refunds ADD COLUMN attempt BIGINT NOT NULL DEFAULT 1;
-- When the provider was last asked about a set of which it has not told everything.
ALTER TABLE ledger_sets ADD COLUMN asked_at BIGINT;
