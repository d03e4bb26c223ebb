-- A show that was called off, whose buyers get their money back. It is decided once, in one act; jobs carry it out a batch at a time.
-- The show may be deleted afterwards; its title is kept.
CREATE TABLE show_refunds (
    id TEXT PRIMARY KEY,
    stream_id TEXT NOT NULL UNIQUE,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    by_id TEXT NOT NULL REFERENCES accounts (id),
    title TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When each order had its refund decided.
    listed_at BIGINT
);

-- The passes whose orders were paid for the show.
CREATE TABLE show_refund_passes (
    show_refund_id TEXT NOT NULL REFERENCES show_refunds (id),
    pass_id TEXT NOT NULL REFERENCES passes (id),
    PRIMARY KEY (show_refund_id, pass_id)
);
CREATE INDEX show_refund_passes_pass ON show_refund_passes (pass_id);

-- One refund of each order for a show, however often its job runs.
ALTER TABLE seller_refunds ADD COLUMN show_refund_id TEXT REFERENCES show_refunds (id);
-- When it was last tried again by its team.
ALTER TABLE seller_refunds ADD COLUMN again_at BIGINT;
CREATE UNIQUE INDEX seller_refunds_show ON seller_refunds (show_refund_id, purchase_id) WHERE show_refund_id IS NOT NULL;
CREATE INDEX purchases_pass ON purchases (pass_id, id);
