-- A lane is a number of its own for each kind of work, from 10 on; 0 to 2 were an order of urgency.
UPDATE jobs SET lane = CASE kind
    WHEN 'enforce_ban' THEN 10
    WHEN 'settle_payment' THEN 11
    WHEN 'send_receipt' THEN 12
    ELSE 14
END WHERE lane < 10;
-- From when on a job is not worth doing.
ALTER TABLE jobs ADD COLUMN expires_at BIGINT;
CREATE INDEX jobs_newest ON jobs (lane, id) WHERE done_at IS NULL AND parked_at IS NULL;
CREATE INDEX jobs_parked ON jobs (parked_at) WHERE parked_at IS NOT NULL AND done_at IS NULL;
