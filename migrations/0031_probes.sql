-- One row that a readiness check writes: whether the database takes writes is found out by writing.
CREATE TABLE probes (
    id BIGINT PRIMARY KEY,
    written_at BIGINT NOT NULL
);
