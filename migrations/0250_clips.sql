-- Clips of shows: spans of a recording with a title. Nothing is copied: a clip is played from the segments of its recording, and goes
-- with it.
CREATE TABLE clips (
    id TEXT PRIMARY KEY,
    stream_id TEXT NOT NULL,
    space_id TEXT NOT NULL,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    title TEXT NOT NULL,
    -- in milliseconds of the recording
    begins BIGINT NOT NULL,
    until BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX clips_of_stream ON clips (stream_id, id);
CREATE INDEX clips_of_account ON clips (account_id, id);
-- The segments that a clip is played from are found by its moments.
CREATE INDEX recording_segments_by_moment ON recording_segments (stream_id, begins);
-- whether only the team makes clips of a show
ALTER TABLE streams ADD COLUMN clips_by_team BIGINT NOT NULL DEFAULT 0;
