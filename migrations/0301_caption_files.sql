-- The team of a show gives its replay a file of captions, in which each has an end of its own. NULL: a line that was sent.
ALTER TABLE captions ADD COLUMN until_at BIGINT;
