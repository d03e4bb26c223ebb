-- Former addresses are kept only for spaces that were public once. Each space that is already here may have been.
ALTER TABLE spaces ADD COLUMN first_published_at BIGINT;
UPDATE spaces SET first_published_at = COALESCE(published_at, created_at);
