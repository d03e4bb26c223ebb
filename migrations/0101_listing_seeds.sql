-- What the drawn cover of a published space depends on, so that only covers of spaces that exist are drawn. Listings of before
-- get theirs when the program opens the database.
ALTER TABLE listings ADD COLUMN seed TEXT NOT NULL DEFAULT '';
CREATE INDEX listings_seed ON listings (seed);
