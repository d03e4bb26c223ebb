-- Decided reports and answered letters are deleted by age.
CREATE INDEX reports_decided ON reports (decided_at) WHERE decided_at IS NOT NULL;
