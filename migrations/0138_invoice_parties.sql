-- Whom an invoice names, as they were called when its number was drawn. The buyer is taken out when the account is deleted.
ALTER TABLE purchases ADD COLUMN seller_name TEXT;
ALTER TABLE purchases ADD COLUMN seller_slug TEXT;
ALTER TABLE purchases ADD COLUMN billed_name TEXT;
ALTER TABLE purchases ADD COLUMN billed_email TEXT;
UPDATE purchases SET
    seller_name = (SELECT s.name FROM spaces s WHERE s.id = purchases.space_id),
    seller_slug = (SELECT s.slug FROM spaces s WHERE s.id = purchases.space_id),
    billed_name = (SELECT a.name FROM accounts a WHERE a.id = purchases.account_id),
    billed_email = (SELECT CASE WHEN a.deleted_at IS NULL THEN a.email ELSE '' END FROM accounts a WHERE a.id = purchases.account_id);

-- Those that a release before numbers has recorded while both ran.
CREATE INDEX purchases_without_seller ON purchases (paid_at, id) WHERE team_id IS NULL;
