-- How many people may hold a pass at once; NULL: any number.
ALTER TABLE passes ADD COLUMN stock BIGINT;

-- Seats that are kept for somebody who does not hold the pass yet. What is left of a pass: its stock without grants in force and holds.
CREATE TABLE stock_holds (
    -- That of the checkout, or of the offer.
    id TEXT PRIMARY KEY,
    pass_id TEXT NOT NULL REFERENCES passes (id),
    -- checkout: until the provider has confirmed that its session is over. offer: until a moment.
    holder TEXT NOT NULL,
    until BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX stock_holds_pass ON stock_holds (pass_id, created_at, id);
INSERT INTO stock_holds (id, pass_id, holder, created_at)
SELECT id, pass_id, 'checkout', created_at FROM checkouts WHERE state IN ('held', 'paying');
