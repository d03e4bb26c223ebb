-- From when and until when a pass is sold; NULL: without a bound.
ALTER TABLE passes ADD COLUMN sales_open_at BIGINT;
ALTER TABLE passes ADD COLUMN sales_close_at BIGINT;
-- 1: only its own link leads to it.
ALTER TABLE passes ADD COLUMN hidden BIGINT NOT NULL DEFAULT 0;
