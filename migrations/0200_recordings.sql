-- Recordings of shows: at most one of each stream, in segments of some seconds that lie in the object store. The row is written
-- before the first segment and removed after the last one is deleted.
-- off, on, or why it was stopped: disk, room, failed
ALTER TABLE streams ADD COLUMN recorded TEXT NOT NULL DEFAULT 'off';
CREATE TABLE recordings (
    stream_id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL,
    title TEXT NOT NULL,
    -- recording, ready
    state TEXT NOT NULL,
    -- only the team sees it
    hidden BIGINT NOT NULL DEFAULT 0,
    -- when its clock begins
    began_at BIGINT NOT NULL,
    -- milliseconds from there to the last frame
    length BIGINT NOT NULL DEFAULT 0,
    width BIGINT NOT NULL DEFAULT 0,
    height BIGINT NOT NULL DEFAULT 0,
    segments BIGINT NOT NULL DEFAULT 0,
    -- bytes of all segments
    bytes BIGINT NOT NULL DEFAULT 0,
    -- bytes of what stands before them in the file; 0 until it is complete
    head BIGINT NOT NULL DEFAULT 0,
    -- frames that were not recorded, because packets of them were lost
    lost BIGINT NOT NULL DEFAULT 0,
    -- when it is thrown away; NULL until it is complete
    expires_at BIGINT,
    deleted_at BIGINT
);
CREATE INDEX recordings_of_space ON recordings (space_id);
CREATE INDEX recordings_running ON recordings (state) WHERE state = 'recording';
CREATE TABLE recording_segments (
    stream_id TEXT NOT NULL,
    number BIGINT NOT NULL,
    -- first and last moment, in milliseconds of the recording
    begins BIGINT NOT NULL,
    until BIGINT NOT NULL,
    -- begins with a picture that needs no other
    keyed BIGINT NOT NULL,
    -- bytes of the segments before it
    position BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    PRIMARY KEY (stream_id, number)
);
CREATE INDEX recording_segments_by_position ON recording_segments (stream_id, position);
