-- Who sold it, and the platform's part of the price in minor units, as agreed when it was paid.
ALTER TABLE purchases ADD COLUMN team_id TEXT REFERENCES teams (id);
ALTER TABLE purchases ADD COLUMN platform_fee BIGINT NOT NULL DEFAULT 0;
-- The number of the order counts up for each seller and may have gaps. That of the invoice has none in a year of a seller.
ALTER TABLE purchases ADD COLUMN number BIGINT;
ALTER TABLE purchases ADD COLUMN invoice_year BIGINT;
ALTER TABLE purchases ADD COLUMN invoice_number BIGINT;

-- The last number that was drawn of each series. A row is locked from the drawing to the end of its transaction.
CREATE TABLE seller_counters (
    team_id TEXT NOT NULL REFERENCES teams (id),
    series TEXT NOT NULL,
    last BIGINT NOT NULL,
    PRIMARY KEY (team_id, series)
);

UPDATE purchases SET team_id = (SELECT s.team_id FROM spaces s WHERE s.id = purchases.space_id);

-- The year of a day: days are counted from the 1st of March of the year 0, in eras of 400 years, so that a leap day ends its year.
UPDATE purchases SET number = n.number, invoice_year = n.year, invoice_number = n.invoice
FROM (
    SELECT id, year, 1000 + ROW_NUMBER() OVER (PARTITION BY team_id ORDER BY paid_at, id) AS number,
        ROW_NUMBER() OVER (PARTITION BY team_id, year ORDER BY paid_at, id) AS invoice
    FROM (
        SELECT id, team_id, paid_at, era * 400 + yoe + CASE WHEN doe - (365 * yoe + yoe / 4 - yoe / 100) >= 306 THEN 1 ELSE 0 END AS year
        FROM (
            SELECT id, team_id, paid_at, era, doe, (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365 AS yoe
            FROM (
                SELECT id, team_id, paid_at, days / 146097 AS era, days - days / 146097 * 146097 AS doe
                FROM (SELECT id, team_id, paid_at, paid_at / 86400000 + 719468 AS days FROM purchases) a
            ) b
        ) c
    ) d
) n
WHERE n.id = purchases.id;

INSERT INTO seller_counters (team_id, series, last) SELECT team_id, 'orders', MAX(number) FROM purchases GROUP BY team_id;
INSERT INTO seller_counters (team_id, series, last)
SELECT team_id, 'invoices:' || CAST(invoice_year AS TEXT), MAX(invoice_number) FROM purchases GROUP BY team_id, invoice_year;

CREATE UNIQUE INDEX purchases_number ON purchases (team_id, number);
CREATE UNIQUE INDEX purchases_invoice ON purchases (team_id, invoice_year, invoice_number);
CREATE INDEX purchases_team ON purchases (team_id, paid_at, id, pass_id);
