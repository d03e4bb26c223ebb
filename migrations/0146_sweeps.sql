-- What is known of the provider's list of events: from which one it is read on, and what the sweeps have found.
CREATE TABLE provider_sweeps (
    provider TEXT PRIMARY KEY,
    -- NULL: none is known; the list is read from its newest on.
    cursor_event TEXT,
    -- When the last sweep has ended, and how many events it found that no webhook had brought.
    swept_at BIGINT NOT NULL,
    found BIGINT NOT NULL,
    -- The same of the last one that found any.
    lost BIGINT NOT NULL,
    lost_at BIGINT
);
-- Found in the list; no webhook has brought it.
ALTER TABLE webhook_inbox ADD COLUMN swept BIGINT NOT NULL DEFAULT 0;
CREATE INDEX webhook_inbox_brought ON webhook_inbox (provider, received_at) WHERE swept = 0;
-- When a sweep has last asked about the payment of an order.
ALTER TABLE checkouts ADD COLUMN asked_at BIGINT;
CREATE INDEX purchases_disputed ON purchases (id) WHERE dispute = 'open';
