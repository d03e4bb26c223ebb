-- Recordings that an outside media plane makes of its rooms: one file, which it puts into the object store itself.
-- its name for the recording that it was asked for; NULL of recordings that the service makes itself
ALTER TABLE recordings ADD COLUMN outside TEXT;
