-- What whoever gets a pass is asked: JSON, in order.
ALTER TABLE passes ADD COLUMN questions TEXT NOT NULL DEFAULT '[]';
-- Copied from the pass when the order was opened; NULL for orders of earlier releases. Other questions end the order.
ALTER TABLE checkouts ADD COLUMN questions TEXT;
-- JSON: the questions as they were asked, with the answers.
ALTER TABLE checkouts ADD COLUMN answers TEXT;
-- Of passes that were taken for nothing; those of a purchase are at its order.
ALTER TABLE grants ADD COLUMN answers TEXT;
