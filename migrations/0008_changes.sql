-- What committed transactions have changed, for processes that keep something derived from it. Rows are read for a few seconds
-- and deleted after a day.
CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    -- The process that wrote the row; it has acted on the change itself.
    origin TEXT NOT NULL,
    body TEXT NOT NULL
);
