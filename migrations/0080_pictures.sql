-- Uploaded pictures whose files may be in the object store. The row is written before the files and removed after them, so
-- no file is left that nothing knows of.
CREATE TABLE pictures (
    id TEXT PRIMARY KEY,
    -- cover, logo, avatar: which files there are
    purpose TEXT NOT NULL,
    -- the space or account that it was last uploaded for
    owner_id TEXT NOT NULL,
    -- when it was last uploaded or replaced
    kept_at BIGINT NOT NULL,
    -- its files are being deleted
    doomed_at BIGINT
);
CREATE INDEX pictures_of_owner ON pictures (owner_id);
CREATE INDEX pictures_by_age ON pictures (kept_at, id);
-- What a cover shows, for those who do not see it.
ALTER TABLE spaces ADD COLUMN cover_alt TEXT NOT NULL DEFAULT '';
-- Who shows a picture.
CREATE INDEX spaces_by_cover ON spaces (cover) WHERE cover IS NOT NULL;
CREATE INDEX spaces_by_logo ON spaces (logo) WHERE logo IS NOT NULL;
CREATE INDEX accounts_by_avatar ON accounts (avatar) WHERE avatar IS NOT NULL;
