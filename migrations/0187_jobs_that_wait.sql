-- How often in a row a job has waited for a service that was away. Such attempts are not counted as failures of the job.
ALTER TABLE jobs ADD COLUMN waits BIGINT NOT NULL DEFAULT 0;
