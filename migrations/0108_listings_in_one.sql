-- A list is read from one table, or from an index alone: each index has what narrows the list. Listings of before get their words and
-- their place by the next show when the program opens the database.
ALTER TABLE listings ADD COLUMN by_soonest BIGINT NOT NULL DEFAULT 0;
-- The first letter and the first two of each word.
ALTER TABLE listings ADD COLUMN beginnings TEXT NOT NULL DEFAULT '';
ALTER TABLE listings ADD COLUMN words TEXT NOT NULL DEFAULT '';

DROP INDEX listings_live;
DROP INDEX listings_newest;
DROP INDEX listings_name;
DROP INDEX listings_price;
CREATE INDEX listings_live ON listings (by_live, space_id, category, amount, currency, by_soonest);
CREATE INDEX listings_soonest ON listings (by_soonest, space_id, category, amount, currency, by_live);
CREATE INDEX listings_newest ON listings (by_newest, space_id, category, amount, currency, by_live, by_soonest);
CREATE INDEX listings_name ON listings (by_name, space_id, category, amount, currency, by_live, by_soonest);
CREATE INDEX listings_price ON listings (by_price, space_id, category, amount, currency, by_live, by_soonest);

-- No release has used it: it came after 0.1.0.
DROP TABLE listing_words;
