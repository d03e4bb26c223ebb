-- off: whoever wants the pass gets it. apply: the team approves each person. queue: people stand in line for a pass that is sold out.
ALTER TABLE passes ADD COLUMN waitlist TEXT NOT NULL DEFAULT 'off';

-- Who waits for a pass. An offer keeps a seat in `stock_holds` under the id of the entry, until `offer_until`.
CREATE TABLE waitlist_entries (
    id TEXT PRIMARY KEY,
    pass_id TEXT NOT NULL REFERENCES passes (id),
    space_id TEXT NOT NULL REFERENCES spaces (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    -- apply or queue
    kind TEXT NOT NULL,
    -- JSON: the questions as they were asked, with the answers.
    answers TEXT NOT NULL,
    -- waiting: for a decision. line: for a seat. offered. taken, rejected, lapsed and left are ends.
    state TEXT NOT NULL,
    -- The order in which people are served.
    since BIGINT NOT NULL,
    offer_until BIGINT
);
CREATE UNIQUE INDEX waitlist_entries_person ON waitlist_entries (pass_id, account_id);
CREATE INDEX waitlist_entries_line ON waitlist_entries (state, pass_id, since, id);
CREATE INDEX waitlist_entries_pass ON waitlist_entries (pass_id, since, id);
CREATE INDEX waitlist_entries_offers ON waitlist_entries (state, offer_until);
CREATE INDEX waitlist_entries_account ON waitlist_entries (account_id, state);

CREATE TABLE waitlist_history (
    entry_id TEXT NOT NULL REFERENCES waitlist_entries (id),
    at BIGINT NOT NULL,
    step TEXT NOT NULL,
    -- NULL: no person did it, the clock or a free seat.
    by_id TEXT REFERENCES accounts (id),
    PRIMARY KEY (entry_id, at, step)
);
