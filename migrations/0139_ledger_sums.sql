-- Running sums of the ledger, written with each set, so that no page adds up all entries. An empty team: sets without one. Accounts are
-- those of the entries, all of sellers as 'sellers'. Beside them: 'of:pending' is what of 'sellers' cannot be used yet, 'of:sold' and
-- 'of:refunded' are amounts of sets.
CREATE TABLE ledger_sums (
    team_id TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount BIGINT NOT NULL,
    PRIMARY KEY (team_id, account, currency)
);
INSERT INTO ledger_sums (team_id, account, currency, amount)
SELECT x.team, x.account, x.currency, CAST(SUM(x.amount) AS BIGINT) FROM (
    SELECT COALESCE(s.team_id, '') AS team, CASE WHEN e.account LIKE 'seller:%' THEN 'sellers' ELSE e.account END AS account,
        e.currency AS currency, e.amount AS amount
    FROM ledger_sets s JOIN ledger_entries e ON e.kind = s.kind AND e.object = s.object
    UNION ALL
    SELECT COALESCE(s.team_id, '') AS team, 'of:pending' AS account, e.currency AS currency, e.amount AS amount
    FROM ledger_sets s JOIN ledger_entries e ON e.kind = s.kind AND e.object = s.object
    WHERE s.cleared_at IS NULL AND e.account LIKE 'seller:%'
    UNION ALL
    SELECT COALESCE(s.team_id, '') AS team, CASE s.kind WHEN 'payment' THEN 'of:sold' ELSE 'of:refunded' END AS account,
        s.currency AS currency, CASE s.kind WHEN 'refund_returned' THEN -s.amount ELSE s.amount END AS amount
    FROM ledger_sets s
    WHERE s.kind IN ('payment', 'refund', 'refund_returned') AND (s.note IS NULL OR s.note <> 'covered')
) x GROUP BY x.team, x.account, x.currency;
