-- For an export. Lines have no index by author: each line of a busy room would write one more page of the database. Who needs what
-- one person wrote passes over the journals once.
CREATE INDEX viewings_account ON viewings (account_id, stream_id);
