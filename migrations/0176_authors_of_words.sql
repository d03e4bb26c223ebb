-- What somebody wrote to holders of passes and to banks is found by its author, for their export.
CREATE INDEX holder_messages_author ON holder_messages (by_id);
CREATE INDEX dispute_evidence_author ON dispute_evidence (by_id);
