-- The bytes that all files take, and those of one account, are counted whenever somebody begins to send one. This has all that is
-- counted, so that neither the rows nor what the object store needs of them are read.
CREATE INDEX files_bytes ON files (sent_by, size, received, expires_at, deleted_at);
