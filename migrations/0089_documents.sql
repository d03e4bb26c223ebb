-- The service's own texts (help, terms …): each version is kept. `by_id` is NULL for those that came with a release.
CREATE TABLE document_versions (
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    body TEXT NOT NULL,
    by_id TEXT REFERENCES accounts (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (document, version)
);

-- Who accepted which version, and when.
CREATE TABLE consents (
    account_id TEXT NOT NULL REFERENCES accounts (id),
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    accepted_at BIGINT NOT NULL,
    PRIMARY KEY (account_id, document, version)
);

-- The newest version of the terms that the person accepted; 0: none yet.
ALTER TABLE accounts ADD COLUMN terms_version BIGINT NOT NULL DEFAULT 0;
-- The same when the order was opened; NULL for orders of before.
ALTER TABLE checkouts ADD COLUMN terms_version BIGINT;
