-- Accounts as the payment provider knows them: each becomes a customer once.
CREATE TABLE provider_customers (
    account_id TEXT PRIMARY KEY REFERENCES accounts (id),
    customer TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);

-- Recurring prices as the provider knows them: one for each month, one for each year.
CREATE TABLE provider_prices (
    price_id TEXT NOT NULL REFERENCES prices (id),
    charged_every TEXT NOT NULL,
    provider_price TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (price_id, charged_every)
);

-- An order that begins a subscription: its plan, copied from the price when it was opened. Its amount is what is charged at once.
ALTER TABLE checkouts ADD COLUMN plan_every TEXT;
ALTER TABLE checkouts ADD COLUMN plan_each BIGINT;
ALTER TABLE checkouts ADD COLUMN plan_trial_days BIGINT;
ALTER TABLE checkouts ADD COLUMN plan_setup_fee BIGINT;

-- Subscriptions: what the provider told last, written only from its object. Each paid invoice of one is an order of its own, whose
-- session is the invoice.
CREATE TABLE subscriptions (
    id TEXT PRIMARY KEY,
    provider_id TEXT NOT NULL UNIQUE,
    checkout_id TEXT NOT NULL UNIQUE REFERENCES checkouts (id),
    account_id TEXT NOT NULL REFERENCES accounts (id),
    space_id TEXT NOT NULL REFERENCES spaces (id),
    pass_id TEXT NOT NULL REFERENCES passes (id),
    title TEXT NOT NULL,
    price_id TEXT REFERENCES prices (id),
    charged_every TEXT NOT NULL,
    amount BIGINT NOT NULL,
    currency TEXT NOT NULL,
    status TEXT NOT NULL,
    period_start BIGINT NOT NULL,
    period_end BIGINT NOT NULL,
    ends_with_period BIGINT NOT NULL,
    ended_at BIGINT,
    collection_paused BIGINT NOT NULL,
    past_due_since BIGINT,
    grant_id TEXT REFERENCES grants (id),
    -- Why it gives nothing; what it has charged goes back.
    refused TEXT,
    version BIGINT NOT NULL DEFAULT 0,
    -- When the provider is asked about it next; NULL: nothing can happen to it any more.
    look_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX subscriptions_account ON subscriptions (account_id, created_at);
CREATE INDEX subscriptions_pass ON subscriptions (pass_id, account_id);
CREATE INDEX subscriptions_space ON subscriptions (space_id);
CREATE INDEX subscriptions_look ON subscriptions (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX purchases_intent ON purchases (provider_intent) WHERE provider_intent IS NOT NULL;
