-- Since when nobody has watched a stream that is on air. An earlier release leaves it empty, and ends no stream by it.
ALTER TABLE streams ADD COLUMN empty_since BIGINT;
