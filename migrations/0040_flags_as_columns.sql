-- The person's name is left out of the list of people in a room.
ALTER TABLE accounts ADD COLUMN unlisted BIGINT NOT NULL DEFAULT 0;
UPDATE accounts SET unlisted = 1 WHERE id IN (SELECT account_id FROM unlisted);
DROP TABLE unlisted;

-- The number of viewers is shown to the team only.
ALTER TABLE streams ADD COLUMN count_hidden BIGINT NOT NULL DEFAULT 0;
UPDATE streams SET count_hidden = 1 WHERE id IN (SELECT stream_id FROM hidden_counts);
DROP TABLE hidden_counts;
