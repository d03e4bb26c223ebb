-- Payouts keep back what is promised to buyers.
CREATE INDEX seller_refunds_open ON seller_refunds (purchase_id) WHERE done_at IS NULL;
CREATE INDEX show_refunds_unlisted ON show_refunds (id) WHERE listed_at IS NULL;
CREATE INDEX ledger_sets_open_refunds ON ledger_sets (team_id) WHERE cleared_at IS NULL AND kind = 'refund';
