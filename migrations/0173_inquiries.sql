-- Payments about which a bank asks, without having taken the money back: they are asked about for some time, as disputes are.
CREATE INDEX purchases_inquired ON purchases (paid_at, id) WHERE dispute = 'inquiry';
