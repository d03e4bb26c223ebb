-- What an experience is: a live show, posts, or a community. Chosen when it is created, and never changed. Experiences that an
-- earlier release makes are shows.
ALTER TABLE experiences ADD COLUMN kind TEXT NOT NULL DEFAULT 'show';
