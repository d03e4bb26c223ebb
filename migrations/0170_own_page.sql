-- Paying in the provider's form on our own page: what a script needs to pay the order's session, and what is asked for in its place when
-- the buyer goes elsewhere.
ALTER TABLE checkouts ADD COLUMN client_secret TEXT;
ALTER TABLE checkouts ADD COLUMN next_request TEXT;
