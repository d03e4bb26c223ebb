-- On which media plane a stream runs, as its host chose; NULL: as the service is set up.
ALTER TABLE streams ADD COLUMN plane TEXT;
