-- What is known of a file that was sent as a video, as JSON; NULL for other files. Those of an experience of the kind 'videos' have it
-- from their first byte.
ALTER TABLE files ADD COLUMN video TEXT;
