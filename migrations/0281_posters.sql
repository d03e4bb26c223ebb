-- The picture of a video, which its page shows before it plays.
ALTER TABLE files ADD COLUMN poster TEXT;
CREATE INDEX files_by_poster ON files (poster) WHERE poster IS NOT NULL;
