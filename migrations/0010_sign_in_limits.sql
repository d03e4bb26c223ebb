-- How often something about signing in was done in a window of time. Replaces sign_in_asks, which nothing reads any more.
CREATE TABLE sign_in_uses (
    subject TEXT NOT NULL,
    -- Length and beginning of the window, in milliseconds.
    span BIGINT NOT NULL,
    began BIGINT NOT NULL,
    uses BIGINT NOT NULL,
    PRIMARY KEY (subject, span, began)
);
CREATE INDEX sign_in_codes_created ON sign_in_codes (created_at);
