-- The end of the period in which a post was published for the first time; then people are told of it, once. NULL: not yet.
ALTER TABLE posts ADD COLUMN told_at BIGINT;
-- Nobody is told now of what was published before.
UPDATE posts SET told_at = published_at WHERE published_at IS NOT NULL;
CREATE INDEX posts_told ON posts (space_id, told_at) WHERE told_at IS NOT NULL;
-- Whoever wants none of the mail that there was so far does not want this either.
INSERT INTO mail_preferences (account_id, kind, off_at)
    SELECT account_id, 'posts', MAX(off_at) FROM mail_preferences GROUP BY account_id HAVING COUNT(*) = 4;
-- What a person wrote is in the export of their data.
CREATE INDEX posts_author ON posts (author_id, id);
-- Who changed it last: whoever has left the team takes no words of others along. NULL: not known, because it was before.
ALTER TABLE posts ADD COLUMN edited_by TEXT REFERENCES accounts (id);
UPDATE posts SET edited_by = author_id WHERE version = 1;
