-- When this browser last proved that the account is its person's: by a mailed code, or by a recovery code.
ALTER TABLE sessions ADD COLUMN confirmed_at BIGINT;
-- What happened to the account from another browser: shown on every page of this one until it is read.
ALTER TABLE sessions ADD COLUMN notice TEXT;
-- Codes for getting in without the mailbox. Each works once; only a keyed hash is stored.
CREATE TABLE recovery_codes (
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    code_hash TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE UNIQUE INDEX recovery_codes_code ON recovery_codes (account_id, code_hash);
-- Which mails an account was sent, for its export. Without their text; the digits of codes are left out of the subject.
CREATE TABLE sent_mails (
    -- Of the job that sent it.
    id TEXT PRIMARY KEY,
    account_id TEXT NOT NULL REFERENCES accounts (id),
    email TEXT NOT NULL,
    subject TEXT NOT NULL,
    sent_at BIGINT NOT NULL
);
CREATE INDEX sent_mails_account ON sent_mails (account_id, id);
CREATE INDEX sent_mails_sent ON sent_mails (sent_at);
