-- When the buyer's bank last sent a refund back; NULL where none failed, or another one has arrived since.
ALTER TABLE purchases ADD COLUMN refund_failed_at BIGINT;
CREATE INDEX purchases_refund_failed ON purchases (refund_failed_at) WHERE refund_failed_at IS NOT NULL;
