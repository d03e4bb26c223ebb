-- Orders of visitors, who prove their address after they have paid. Each belongs to an account without an address, until whoever proves
-- the address in `gift_to` takes it over.
ALTER TABLE checkouts ADD COLUMN guest BIGINT NOT NULL DEFAULT 0;
