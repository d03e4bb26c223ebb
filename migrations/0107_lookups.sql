-- An export and a deletion read what concerns one person, and a renamed or closed space its own addresses: none of them looks at
-- what is everybody's.
CREATE INDEX bans_person ON bans (account_id, id);
CREATE INDEX reports_reporter ON reports (reporter_id, id) WHERE reporter_id IS NOT NULL;
CREATE INDEX reports_email ON reports (email) WHERE email IS NOT NULL;
CREATE INDEX invitations_email ON invitations (email, id);
CREATE INDEX invitations_sender ON invitations (invited_by);
CREATE INDEX space_slugs_space ON space_slugs (space_id);
CREATE INDEX pass_includes_experience ON pass_includes (experience_id);
