-- Payouts to sellers. The account of a team at the payment provider, as it was last fetched.
CREATE TABLE seller_accounts (
    team_id TEXT PRIMARY KEY REFERENCES teams (id),
    -- The provider's id.
    account TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL,
    -- What the provider asks for, in its codes, separated by spaces.
    missing TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

-- One for each team, currency and week. The amount was taken off the balance of the team when it was decided.
CREATE TABLE payouts (
    id TEXT PRIMARY KEY,
    team_id TEXT NOT NULL REFERENCES teams (id),
    account TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    week BIGINT NOT NULL,
    -- What the payout before had left in the balance, and what this one leaves there, for open disputes.
    carried BIGINT NOT NULL,
    held BIGINT NOT NULL,
    state TEXT NOT NULL,
    -- Of requests that move money: each attempt has keys of its own at the provider.
    attempt BIGINT NOT NULL,
    -- The provider's ids of the transfer to the account, and of the payout from there to the bank.
    transfer TEXT,
    bank_payout TEXT,
    -- How much of the transfer came back, and how much was given back to the balance.
    reversed BIGINT NOT NULL,
    returned BIGINT NOT NULL,
    failure TEXT,
    decided_at BIGINT NOT NULL,
    ended_at BIGINT,
    asked_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);
CREATE UNIQUE INDEX payouts_week ON payouts (team_id, currency, week);
CREATE UNIQUE INDEX payouts_transfer ON payouts (transfer) WHERE transfer IS NOT NULL;
CREATE UNIQUE INDEX payouts_bank ON payouts (bank_payout) WHERE bank_payout IS NOT NULL;
CREATE INDEX payouts_team ON payouts (team_id, decided_at, id);
CREATE INDEX payouts_decided ON payouts (decided_at, id);
CREATE INDEX payouts_state ON payouts (state, asked_at);

-- The payout of which a set is a line: all sets that could be used when it was decided and belong to no other.
ALTER TABLE ledger_sets ADD COLUMN payout_id TEXT REFERENCES payouts (id);
CREATE INDEX ledger_sets_payout ON ledger_sets (payout_id) WHERE payout_id IS NOT NULL;
CREATE INDEX ledger_sets_not_paid_out ON ledger_sets (team_id, currency) WHERE payout_id IS NULL;
