-- Counts from 1 what was asked of the provider that charges the card of a subscription. The keys of such requests are made of it, so what
-- got no answer is asked for again as the same, however late.
ALTER TABLE subscriptions ADD COLUMN charge_attempt BIGINT NOT NULL DEFAULT 1;
