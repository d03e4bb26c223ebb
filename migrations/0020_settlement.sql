-- A payment by a slow method is on its way. The state stays 'paying', which the release before this one knows.
ALTER TABLE checkouts ADD COLUMN processing_since BIGINT;
-- What ended an order that nobody paid; NULL: it ran out.
ALTER TABLE checkouts ADD COLUMN ended_by TEXT;
-- Counts the changes that the provider's state made: a state that was fetched before the last one is not applied.
ALTER TABLE checkouts ADD COLUMN version BIGINT NOT NULL DEFAULT 0;

ALTER TABLE purchases ADD COLUMN provider_intent TEXT;
-- What went back, in minor units.
ALTER TABLE purchases ADD COLUMN refunded BIGINT NOT NULL DEFAULT 0;
-- Why all of it goes back by itself; NULL: it does not.
ALTER TABLE purchases ADD COLUMN refund_reason TEXT;
ALTER TABLE purchases ADD COLUMN dispute TEXT;
UPDATE purchases SET refund_reason = 'surplus' WHERE surplus = 1;
-- One session of the provider pays for one order.
CREATE UNIQUE INDEX purchases_provider_session ON purchases (provider_session) WHERE provider_session IS NOT NULL;

-- The bank decides about a dispute: the grant lets nobody in until then.
ALTER TABLE grants ADD COLUMN suspended_at BIGINT;
CREATE INDEX grants_pass ON grants (pass_id) WHERE closed_at IS NULL;

-- What a pass opened once: those who held it then keep it. Experiences are deleted without regard to these rows.
CREATE TABLE pass_includes_before (
    pass_id TEXT NOT NULL REFERENCES passes (id),
    experience_id TEXT NOT NULL,
    removed_at BIGINT NOT NULL,
    PRIMARY KEY (pass_id, experience_id)
);

CREATE INDEX webhook_inbox_received ON webhook_inbox (provider, received_at);
-- When a webhook was last refused, for each reason.
CREATE TABLE webhook_refusals (
    provider TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (provider, reason)
);
