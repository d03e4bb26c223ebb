-- Codes that make passes cheaper. A code that was used is never changed, only ended.
CREATE TABLE promo_codes (
    id TEXT PRIMARY KEY,
    team_id TEXT NOT NULL REFERENCES teams (id),
    -- NULL: it holds in all spaces of the team.
    space_id TEXT REFERENCES spaces (id),
    -- In capitals, as it is compared.
    code TEXT NOT NULL,
    -- One of the two: a share, or an amount in one currency.
    percent BIGINT,
    amount BIGINT,
    currency TEXT,
    -- The ids of the passes that it holds for, as JSON; an empty list: for all.
    passes TEXT NOT NULL,
    most_uses BIGINT,
    starts_at BIGINT,
    ends_at BIGINT,
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
-- One code means one thing to a buyer, whichever space of the team it is for.
CREATE UNIQUE INDEX promo_codes_code ON promo_codes (team_id, code) WHERE ended_at IS NULL;
CREATE INDEX promo_codes_team ON promo_codes (team_id, created_at);

-- An order or a grant that a code made cheaper. It is deleted when the order ends unpaid.
CREATE TABLE promo_uses (
    -- That of the checkout, or of the grant if the code made the pass free.
    id TEXT PRIMARY KEY,
    promo_id TEXT NOT NULL REFERENCES promo_codes (id),
    created_at BIGINT NOT NULL
);
CREATE INDEX promo_uses_code ON promo_uses (promo_id);

-- By how much a code made the order cheaper; its amount is what is left to pay.
ALTER TABLE checkouts ADD COLUMN discount BIGINT NOT NULL DEFAULT 0;
ALTER TABLE checkouts ADD COLUMN promo_id TEXT REFERENCES promo_codes (id);
ALTER TABLE checkouts ADD COLUMN promo_code TEXT;
