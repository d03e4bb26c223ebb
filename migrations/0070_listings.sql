-- What the public finds: a row for each published space, written with every change of it. Spaces of before get theirs when the
-- program opens the database. Smaller keys come first; `by_name` is hexadecimal, so that it is compared byte by byte whatever
-- the collation.
CREATE TABLE listings (
    space_id TEXT PRIMARY KEY REFERENCES spaces (id),
    category TEXT NOT NULL,
    -- The lowest price of a pass on offer: 0 if it is free, -1 if nothing is offered.
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    by_live BIGINT NOT NULL,
    by_newest BIGINT NOT NULL,
    by_name TEXT NOT NULL,
    by_price BIGINT NOT NULL
);
CREATE INDEX listings_live ON listings (by_live, space_id);
CREATE INDEX listings_newest ON listings (by_newest, space_id);
CREATE INDEX listings_name ON listings (by_name, space_id);
CREATE INDEX listings_price ON listings (by_price, space_id);

-- The folded words of each, apart, because they are long and most lists do not need them.
CREATE TABLE listing_words (
    space_id TEXT PRIMARY KEY REFERENCES spaces (id),
    words TEXT NOT NULL
);

-- Answers alone which spaces have planned something, and when.
CREATE INDEX streams_planned ON streams (space_id, scheduled_at, state) WHERE state IN ('scheduled', 'rehearsal');
