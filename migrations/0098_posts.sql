-- The posts of experiences that hold posts.
CREATE TABLE posts (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    experience_id TEXT NOT NULL REFERENCES experiences (id),
    author_id TEXT NOT NULL REFERENCES accounts (id),
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    -- Counts the changes of its words, so that nobody overwrites what they have not seen.
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    -- When it was last changed after it was published.
    edited_at BIGINT,
    -- NULL: a draft.
    published_at BIGINT
);
CREATE INDEX posts_published ON posts (experience_id, published_at, id) WHERE published_at IS NOT NULL;
CREATE INDEX posts_experience ON posts (experience_id, created_at, id);

CREATE TABLE post_pictures (
    post_id TEXT NOT NULL REFERENCES posts (id),
    position BIGINT NOT NULL,
    picture_id TEXT NOT NULL,
    -- What it shows, for those who do not see it.
    alt TEXT NOT NULL,
    -- In pixels, of the largest file.
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    PRIMARY KEY (post_id, position)
);
CREATE UNIQUE INDEX post_pictures_once ON post_pictures (post_id, picture_id);
CREATE INDEX post_pictures_picture ON post_pictures (picture_id);

-- The room in which a reported line was written; reports of earlier releases name the stream.
ALTER TABLE reports ADD COLUMN room_id TEXT;
