-- For an export, and to take the name of a deleted account out of the journals. What a person watched is found by the person, and
-- so are entries other than lines that name somebody: bans and restored lines. Lines have no index by author: each line of a busy
-- room would write one more page of the database, and both readers can pass over the journals once.
CREATE INDEX journal_naming ON journal (room_id) WHERE kind IN ('restored', 'banned');
CREATE INDEX viewings_account ON viewings (account_id, stream_id);
