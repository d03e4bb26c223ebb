-- Cards that accounts have saved, as the payment provider told them last. `id` is the provider's.
CREATE TABLE saved_cards (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    brand TEXT NOT NULL,
    last4 TEXT NOT NULL,
    exp_month BIGINT NOT NULL,
    exp_year BIGINT NOT NULL,
    saved_at BIGINT NOT NULL
);
CREATE INDEX saved_cards_account ON saved_cards (account_id, saved_at);

-- The saved card that pays an order, whether the card of the page is saved, and why a saved card did not pay.
ALTER TABLE checkouts ADD COLUMN card TEXT;
ALTER TABLE checkouts ADD COLUMN keeps_card BIGINT NOT NULL DEFAULT 0;
ALTER TABLE checkouts ADD COLUMN card_refused TEXT;
