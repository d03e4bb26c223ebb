-- The language that a person has chosen for pages and mail, as a tag of BCP 47; NULL: none yet.
ALTER TABLE accounts ADD COLUMN language TEXT;
