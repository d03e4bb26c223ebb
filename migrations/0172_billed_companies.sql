-- The company to which the buyer of an order lets its invoice be made out. Taken out when the account is deleted.
ALTER TABLE purchases ADD COLUMN billed_company TEXT;
ALTER TABLE purchases ADD COLUMN billed_address TEXT;
ALTER TABLE purchases ADD COLUMN billed_tax_id TEXT;
