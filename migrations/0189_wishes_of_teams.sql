-- The team that is asked, as its orders have it: so its open wishes are found without reading its orders.
ALTER TABLE refund_wishes ADD COLUMN team_id TEXT REFERENCES teams (id);
UPDATE refund_wishes SET team_id = (SELECT p.team_id FROM purchases p WHERE p.id = refund_wishes.purchase_id);
CREATE INDEX refund_wishes_team ON refund_wishes (team_id, purchase_id) WHERE answered_at IS NULL;
