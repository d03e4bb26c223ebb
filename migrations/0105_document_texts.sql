-- The language of a version's first text. NULL: an operator wrote it before texts had languages.
ALTER TABLE document_versions ADD COLUMN language TEXT;
UPDATE document_versions SET language = 'en' WHERE by_id IS NULL;
-- The same version in further languages.
CREATE TABLE document_texts (
    document TEXT NOT NULL,
    version BIGINT NOT NULL,
    language TEXT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (document, version, language),
    FOREIGN KEY (document, version) REFERENCES document_versions (document, version)
);
-- The language of the text that the person was shown. NULL: not known, because it was before.
ALTER TABLE consents ADD COLUMN language TEXT;
