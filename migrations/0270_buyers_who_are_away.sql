-- 1: the saved card is charged without its owner, who has agreed to that before. The bank is told so.
ALTER TABLE checkouts ADD COLUMN card_absent BIGINT NOT NULL DEFAULT 0;
