-- Shows are sent to other platforms, too: the destinations of a space, and for which streams they are switched on. The stream key
-- is a secret of the host at that platform.
CREATE TABLE restream_destinations (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    name TEXT NOT NULL,
    -- rtmp:// or rtmps://, without the key
    address TEXT NOT NULL,
    stream_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX restream_destinations_of_space ON restream_destinations (space_id);
CREATE TABLE restreams (
    id TEXT PRIMARY KEY,
    stream_id TEXT NOT NULL,
    destination_id TEXT NOT NULL REFERENCES restream_destinations (id)
);
CREATE UNIQUE INDEX restreams_once ON restreams (stream_id, destination_id);
CREATE INDEX restreams_of_destination ON restreams (destination_id);
