-- The ledger: double entry. A set is about one object of the payment provider, and is written in the transaction that applies it. The
-- entries of a set sum to zero in each currency: `domain::money::ledger` makes no others.
CREATE TABLE ledger_sets (
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    -- The seller, and the purchase that it is about; NULL where there is none.
    team_id TEXT REFERENCES teams (id),
    purchase_id TEXT REFERENCES purchases (id),
    -- What was paid, refunded or withdrawn. Entries say where it went.
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    at BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    -- 0: the provider has not told its fee yet.
    fee_known BIGINT NOT NULL,
    -- From when on the money can be used; NULL: the provider has not told.
    available_on BIGINT,
    -- When it was moved to what is available.
    cleared_at BIGINT,
    note TEXT,
    PRIMARY KEY (kind, object)
);
CREATE INDEX ledger_sets_team ON ledger_sets (team_id, at, kind, object);
CREATE INDEX ledger_sets_purchase ON ledger_sets (purchase_id);
CREATE INDEX ledger_sets_due ON ledger_sets (available_on) WHERE cleared_at IS NULL;

CREATE TABLE ledger_entries (
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (kind, object, account, currency),
    FOREIGN KEY (kind, object) REFERENCES ledger_sets (kind, object)
);
CREATE INDEX ledger_entries_account ON ledger_entries (account, currency, amount);

-- What earlier releases recorded. They kept sums, not the provider's objects, so a set is named by its purchase. What the provider
-- kept as its fee is not known, and no share of the platform was agreed: both are 0.
INSERT INTO ledger_sets (kind, object, team_id, purchase_id, amount, currency, at, written_at, fee_known, available_on, note)
SELECT 'payment', p.id, s.team_id, p.id, p.amount, p.currency, p.paid_at, p.paid_at, 0, p.paid_at, 'migrated'
FROM purchases p JOIN spaces s ON s.id = p.space_id;
INSERT INTO ledger_sets (kind, object, team_id, purchase_id, amount, currency, at, written_at, fee_known, available_on, note)
SELECT 'refund', p.id, s.team_id, p.id, p.refunded, p.currency, p.paid_at, p.paid_at, 0, p.paid_at, 'migrated'
FROM purchases p JOIN spaces s ON s.id = p.space_id WHERE p.refunded > 0;
INSERT INTO ledger_sets (kind, object, team_id, purchase_id, amount, currency, at, written_at, fee_known, available_on, note)
SELECT 'dispute_opened', p.id, s.team_id, p.id, p.amount, p.currency, p.paid_at, p.paid_at, 0, p.paid_at, 'migrated'
FROM purchases p JOIN spaces s ON s.id = p.space_id WHERE p.dispute IN ('open', 'lost');
INSERT INTO ledger_sets (kind, object, team_id, purchase_id, amount, currency, at, written_at, fee_known, available_on, note)
SELECT 'dispute_lost', p.id, s.team_id, p.id, p.amount, p.currency, p.paid_at, p.paid_at, 1, p.paid_at, 'migrated'
FROM purchases p JOIN spaces s ON s.id = p.space_id WHERE p.dispute = 'lost';

INSERT INTO ledger_entries (kind, object, account, currency, amount)
SELECT kind, object, 'provider:pending', currency, CASE kind WHEN 'payment' THEN amount ELSE -amount END
FROM ledger_sets WHERE amount <> 0 AND kind <> 'dispute_lost';
INSERT INTO ledger_entries (kind, object, account, currency, amount)
SELECT kind, object, 'seller:' || team_id, currency, CASE kind WHEN 'payment' THEN -amount ELSE amount END
FROM ledger_sets WHERE amount <> 0 AND kind <> 'dispute_opened';
INSERT INTO ledger_entries (kind, object, account, currency, amount)
SELECT kind, object, 'disputes', currency, CASE kind WHEN 'dispute_opened' THEN amount ELSE -amount END
FROM ledger_sets WHERE amount <> 0 AND kind IN ('dispute_opened', 'dispute_lost');
