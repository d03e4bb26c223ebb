-- Former addresses of deleted experiences lead nowhere. Those of the others are kept up to a number, from their next change on.
DELETE FROM slugs WHERE retired_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM slugs c WHERE c.target_id = slugs.target_id AND c.retired_at IS NULL);
