-- Who looked at a space on a day of its own time zone: one row a person, page and day. `visitor` is a hash under a secret of
-- that day, which is deleted three days later, so nobody can be told from it any more.
CREATE TABLE space_visits (
    space_id TEXT NOT NULL REFERENCES spaces (id),
    day TEXT NOT NULL,
    step TEXT NOT NULL,
    visitor TEXT NOT NULL,
    -- Where they came from; '' if that is not known.
    source TEXT NOT NULL,
    PRIMARY KEY (space_id, day, step, visitor)
);
CREATE INDEX space_visits_day ON space_visits (day);

CREATE TABLE visit_secrets (
    day TEXT PRIMARY KEY,
    secret TEXT NOT NULL
);

-- What was counted of a day of a space. Counting again replaces it.
CREATE TABLE space_days (
    space_id TEXT NOT NULL REFERENCES spaces (id),
    day TEXT NOT NULL,
    -- The day's first moment, and that of the next one, in the zone of the space.
    began BIGINT NOT NULL,
    ended BIGINT NOT NULL,
    visitors BIGINT NOT NULL,
    lookers BIGINT NOT NULL,
    begun BIGINT NOT NULL,
    paid BIGINT NOT NULL,
    joined BIGINT NOT NULL,
    subscribed BIGINT NOT NULL,
    unsubscribed BIGINT NOT NULL,
    viewers BIGINT NOT NULL,
    watched BIGINT NOT NULL,
    -- At the end of the day.
    members BIGINT NOT NULL,
    passes BIGINT NOT NULL,
    counted_at BIGINT NOT NULL,
    PRIMARY KEY (space_id, day)
);

CREATE TABLE space_day_money (
    space_id TEXT NOT NULL REFERENCES spaces (id),
    day TEXT NOT NULL,
    currency TEXT NOT NULL,
    sold BIGINT NOT NULL,
    refunded BIGINT NOT NULL,
    fees BIGINT NOT NULL,
    own BIGINT NOT NULL,
    PRIMARY KEY (space_id, day, currency)
);
