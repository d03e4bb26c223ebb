-- Files that people download, and what has arrived of those that are on their way. The row is written before anything is stored
-- and removed after everything is deleted, so nothing is left that no row knows of.
CREATE TABLE files (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL,
    experience_id TEXT NOT NULL,
    name TEXT NOT NULL,
    about TEXT NOT NULL,
    -- in bytes
    size BIGINT NOT NULL,
    -- bytes that are stored for good
    received BIGINT NOT NULL DEFAULT 0,
    -- what the object store needs to go on
    progress TEXT NOT NULL DEFAULT '',
    -- empty until the file is complete
    sha256 TEXT NOT NULL DEFAULT '',
    downloads BIGINT NOT NULL DEFAULT 0,
    sent_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- when what has arrived is thrown away; NULL once everything has arrived
    expires_at BIGINT,
    -- what is stored of it is being deleted
    deleted_at BIGINT
);
CREATE INDEX files_of_space ON files (space_id);
CREATE INDEX files_of_experience ON files (experience_id, id);
CREATE INDEX files_on_their_way ON files (sent_by) WHERE expires_at IS NOT NULL;
CREATE INDEX files_being_deleted ON files (deleted_at) WHERE deleted_at IS NOT NULL;
