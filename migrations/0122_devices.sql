-- On how many devices a holder watches at the same time; NULL: on any number.
ALTER TABLE passes ADD COLUMN devices BIGINT;

-- The devices on which a limited pass is used: a device is a browser, by its session. Sessions are deleted without regard to these
-- rows.
CREATE TABLE device_seats (
    grant_id TEXT NOT NULL REFERENCES grants (id),
    session_id TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    PRIMARY KEY (grant_id, session_id)
);
