-- Operators read the audit log of an action, of a day, and of a space with everything in it.
CREATE INDEX audit_action ON audit (action, seq);
CREATE INDEX audit_at ON audit (at, seq);
CREATE INDEX rooms_space ON rooms (space_id);
CREATE INDEX checkouts_space ON checkouts (space_id);
