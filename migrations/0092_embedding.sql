-- Which sites may show the card of a space: '*' for all, '' for none, else their origins, separated by spaces.
ALTER TABLE spaces ADD COLUMN embed_sites TEXT NOT NULL DEFAULT '*';
