-- The look of a space and of a person. A picture is named by its hash; its files are objects.
ALTER TABLE spaces ADD COLUMN cover TEXT;
ALTER TABLE spaces ADD COLUMN logo TEXT;
-- `#rrggbb`; NULL is the product's own.
ALTER TABLE spaces ADD COLUMN accent TEXT;
ALTER TABLE accounts ADD COLUMN avatar TEXT;
