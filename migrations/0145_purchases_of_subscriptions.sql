-- The subscription that charged for it; NULL: it was bought once.
ALTER TABLE purchases ADD COLUMN subscription_id TEXT REFERENCES subscriptions (id);
UPDATE purchases SET subscription_id = (SELECT b.id FROM subscriptions b
        WHERE b.account_id = purchases.account_id AND b.pass_id = purchases.pass_id AND b.created_at <= purchases.paid_at
        ORDER BY b.created_at DESC, b.id DESC LIMIT 1)
    WHERE provider_session LIKE 'in%';
CREATE INDEX purchases_subscription ON purchases (subscription_id, paid_at, id) WHERE subscription_id IS NOT NULL;
-- What somebody was let in by is found without reading what others were.
CREATE INDEX permits_account ON permits (account_id, id);
