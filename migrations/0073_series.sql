-- Shows that were planned in one act, a week apart. Each is a stream of its own; NULL: planned alone.
ALTER TABLE streams ADD COLUMN series_id TEXT;
CREATE INDEX streams_series ON streams (series_id) WHERE series_id IS NOT NULL;
