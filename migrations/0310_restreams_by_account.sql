-- Who has switched a restream on: what is sent at a time is bounded for each account. Rows from before are bounded together.
ALTER TABLE restreams ADD COLUMN account_id TEXT REFERENCES accounts (id);
