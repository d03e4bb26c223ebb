-- When whoever made a link lost the right to make links: nobody takes it from then on, and who came by it stays.
ALTER TABLE invites ADD COLUMN closed_at BIGINT;
CREATE INDEX invites_maker ON invites (created_by);
