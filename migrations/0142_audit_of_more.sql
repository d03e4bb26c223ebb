-- The audit log of a space finds what was done to these, too.
CREATE INDEX invites_space ON invites (space_id);
CREATE INDEX comps_space ON comps (space_id);
CREATE INDEX grants_of_space ON grants (space_id);
