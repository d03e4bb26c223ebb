-- A card that pays as soon as a seat is offered. `pays_since`: when its owner has agreed to that, to the price `pays_amount` and to the
-- version `pays_version` of the text on refunds, shown in `pays_language`; NULL: nothing is charged. Until the provider has saved the card, `pays_session` is the page on
-- which it is asked for. `pays_order`: what is being charged. `pays_refused`: the last offer was not paid in this way.
ALTER TABLE waitlist_entries ADD COLUMN pays_card TEXT;
ALTER TABLE waitlist_entries ADD COLUMN pays_session TEXT;
ALTER TABLE waitlist_entries ADD COLUMN pays_amount BIGINT;
ALTER TABLE waitlist_entries ADD COLUMN pays_currency TEXT;
ALTER TABLE waitlist_entries ADD COLUMN pays_since BIGINT;
ALTER TABLE waitlist_entries ADD COLUMN pays_version BIGINT;
ALTER TABLE waitlist_entries ADD COLUMN pays_language TEXT;
ALTER TABLE waitlist_entries ADD COLUMN pays_order TEXT;
ALTER TABLE waitlist_entries ADD COLUMN pays_refused BIGINT NOT NULL DEFAULT 0;
