-- What a room belongs to: `owner_id` is of the table that `kind` names. Rooms of streams that stood before share their stream's
-- id, and so does a room that the release before this one makes: its owner is NULL and stands for the room's own id.
ALTER TABLE rooms ADD COLUMN kind TEXT NOT NULL DEFAULT 'stream';
ALTER TABLE rooms ADD COLUMN owner_id TEXT;
UPDATE rooms SET owner_id = id WHERE owner_id IS NULL;
-- One room of a kind for each owner.
CREATE UNIQUE INDEX rooms_owner ON rooms (kind, owner_id);
