-- Prices of the kind 'recurring': `amount` is charged every 'month' or 'year'. Beside a price each month, `yearly` is what a whole
-- year costs whoever pays it at once. Before the first charge there may be a trial; a fee for the setup is charged at the beginning.
ALTER TABLE prices ADD COLUMN charged_every TEXT;
ALTER TABLE prices ADD COLUMN yearly BIGINT;
ALTER TABLE prices ADD COLUMN trial_days BIGINT;
ALTER TABLE prices ADD COLUMN setup_fee BIGINT;
