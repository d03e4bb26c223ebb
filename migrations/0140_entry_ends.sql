-- What asks, or lets in, at an experience goes with it; and whoever came by a link that was revoked at the same moment is out.
DELETE FROM entry_rules WHERE experience_id NOT IN (SELECT id FROM experiences);
DELETE FROM preview_rules WHERE experience_id NOT IN (SELECT id FROM experiences);
UPDATE invites SET revoked_at = expires_at WHERE revoked_at IS NULL AND experience_id NOT IN (SELECT id FROM experiences);
UPDATE permits SET ended_at = created_at WHERE ended_at IS NULL AND (experience_id NOT IN (SELECT id FROM experiences)
    OR invite_id IN (SELECT id FROM invites WHERE revoked_at IS NOT NULL));
CREATE INDEX permits_experience ON permits (experience_id) WHERE ended_at IS NULL;
