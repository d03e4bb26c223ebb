-- Captions of shows: lines that a program of the host sent while a show was recorded. They stand under its replay, and go with it.
CREATE TABLE captions (
    id TEXT PRIMARY KEY,
    stream_id TEXT NOT NULL,
    said_at BIGINT NOT NULL,
    line TEXT NOT NULL
);
CREATE INDEX captions_of_stream ON captions (stream_id, said_at, id);
-- From it the secret of the address is made to which they are sent.
ALTER TABLE streams ADD COLUMN caption_key_version BIGINT NOT NULL DEFAULT 1;
