DROP INDEX holder_messages_author;
CREATE INDEX holder_messages_author ON holder_messages (by_id, created_at);
