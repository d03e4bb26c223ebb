-- The list of people of a space finds the order of what somebody subscribes to.
CREATE INDEX subscriptions_grant ON subscriptions (grant_id) WHERE grant_id IS NOT NULL;
-- The audit log of a space finds what was done to entries of its waitlists.
CREATE INDEX waitlist_entries_space ON waitlist_entries (space_id);
