-- A pass may be bought for somebody else's address. Once it is paid it is a row of comps, which whoever proves the address takes.
-- Empty once the account of the address was deleted.
ALTER TABLE checkouts ADD COLUMN gift_to TEXT;
CREATE INDEX checkouts_gift ON checkouts (gift_to) WHERE gift_to IS NOT NULL;
ALTER TABLE comps ADD COLUMN purchase_id TEXT REFERENCES purchases (id);
CREATE INDEX comps_purchase ON comps (purchase_id) WHERE purchase_id IS NOT NULL;
