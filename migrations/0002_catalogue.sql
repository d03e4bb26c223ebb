CREATE TABLE spaces (
    id TEXT PRIMARY KEY,
    team_id TEXT NOT NULL REFERENCES teams (id),
    slug TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    tagline TEXT NOT NULL DEFAULT '',
    about TEXT NOT NULL DEFAULT '',
    -- Everything that a search looks at, in small letters: what SQLite's lower() knows ends at ASCII.
    search TEXT NOT NULL DEFAULT '',
    published_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX spaces_team ON spaces (team_id);
CREATE INDEX spaces_published ON spaces (published_at, id) WHERE published_at IS NOT NULL;

-- Every address that a space has or had: an old one redirects and is never another space's.
CREATE TABLE space_slugs (
    slug TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    retired_at BIGINT
);

CREATE TABLE experiences (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX experiences_space ON experiences (space_id, position);

CREATE TABLE passes (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    price_kind TEXT NOT NULL,
    amount BIGINT,
    currency TEXT,
    position BIGINT NOT NULL,
    withdrawn_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX passes_space ON passes (space_id, position);

CREATE TABLE pass_includes (
    pass_id TEXT NOT NULL REFERENCES passes (id),
    experience_id TEXT NOT NULL REFERENCES experiences (id),
    PRIMARY KEY (pass_id, experience_id)
);

-- The one namespace of a space's passes and experiences; target_id is of the table that kind names.
CREATE TABLE slugs (
    space_id TEXT NOT NULL REFERENCES spaces (id),
    slug TEXT NOT NULL,
    kind TEXT NOT NULL,
    target_id TEXT NOT NULL,
    retired_at BIGINT,
    PRIMARY KEY (space_id, slug)
);
CREATE INDEX slugs_target ON slugs (target_id);

CREATE TABLE streams (
    id TEXT PRIMARY KEY,
    space_id TEXT NOT NULL REFERENCES spaces (id),
    experience_id TEXT NOT NULL REFERENCES experiences (id),
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL DEFAULT 0,
    scheduled_at BIGINT,
    started_at BIGINT,
    grace_until BIGINT,
    ended_at BIGINT,
    end_reason TEXT,
    peak BIGINT NOT NULL DEFAULT 0,
    whip_key_version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL
);
CREATE INDEX streams_experience ON streams (experience_id, created_at);
CREATE INDEX streams_space ON streams (space_id, created_at);
CREATE INDEX streams_running ON streams (state) WHERE state IN ('rehearsal', 'live', 'interrupted');
-- A page shows one stream, so an experience has at most one on air.
CREATE UNIQUE INDEX streams_on_air ON streams (experience_id) WHERE state IN ('live', 'interrupted');
