-- What an account's name and username look like, whatever script and case they are written in. Compared with those of hosts.
CREATE TABLE name_keys (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    key TEXT NOT NULL,
    PRIMARY KEY (account_id, key)
);
CREATE INDEX name_keys_key ON name_keys (key);
