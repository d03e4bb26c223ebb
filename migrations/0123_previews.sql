-- How many minutes of each show somebody without a pass watches for free. Without a row, none.
CREATE TABLE preview_rules (
    experience_id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    minutes BIGINT NOT NULL
);
