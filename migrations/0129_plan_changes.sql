-- What another plan of a subscription costs, as the provider said when its payer asked. The change names the same moment as the
-- question, so it costs the same.
CREATE TABLE plan_changes (
    subscription_id TEXT PRIMARY KEY REFERENCES subscriptions (id),
    charged_every TEXT NOT NULL,
    -- The provider's ids.
    item TEXT NOT NULL,
    provider_price TEXT NOT NULL,
    -- Divides the old price from the new one.
    at BIGINT NOT NULL,
    total BIGINT NOT NULL,
    due BIGINT NOT NULL,
    currency TEXT NOT NULL
);
