-- When the session was last seen, to the hour; NULL if that was within an hour of its begin, or by the release before this one.
ALTER TABLE sessions ADD COLUMN last_seen_at BIGINT;
