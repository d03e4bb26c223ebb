-- What a seller answered to the bank of a buyer who disputes a payment: our own facts, and the seller's words.
CREATE TABLE dispute_evidence (
    purchase_id TEXT PRIMARY KEY REFERENCES purchases (id),
    by_id TEXT NOT NULL REFERENCES accounts (id),
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- When the payment provider took it, or said that it takes none.
    sent_at BIGINT,
    refused_at BIGINT
);
