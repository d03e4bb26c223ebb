-- The modes of a room as one JSON value; NULL is no mode but slow_mode, whose own column stays for the release before this one.
ALTER TABLE rooms ADD COLUMN modes TEXT;
