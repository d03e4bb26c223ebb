//! Spaces, and their current and former slugs.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, row, statements},
};
use domain::{
    access::ban::KeptOut,
    catalogue::{
        offer::Space,
        slug,
        topics::{Category, Topics},
        zone::Zone,
    },
    error::StoreError,
    id::*,
    people::{
        account::{Account, TeamRole},
        impersonation::names_a_role,
    },
    time::Millis,
};

row! {
    pub(crate) fn read -> Space {
        id: "id",
        team: "team_id",
        slug: "slug",
        name: "name",
        tagline: "tagline",
        about: "about",
        topics: "category" | "tags" => topics,
        cover: "cover",
        cover_alt: "cover_alt",
        logo: "logo",
        accent: "accent",
        zone: "time_zone" => zone,
        published_at: "published_at",
        closed_at: "closed_at",
        created_at: "created_at",
    }
}

/// When the ban ends that keeps a person out of the space `s`; NULL if none does. Bans do not bind the team.
macro_rules! kept_out_until {
    ($account:literal) => {
        concat!(
            "(SELECT MAX(COALESCE(b.until, 9223372036854775807)) FROM bans b
                WHERE b.space_id = s.id AND b.kind = 'ban' AND b.lifted_at IS NULL AND b.account_id = ",
            $account,
            " AND NOT EXISTS (SELECT 1 FROM team_members k WHERE k.team_id = s.team_id AND k.account_id = ",
            $account,
            "))"
        )
    };
}
pub(crate) use kept_out_until;

/// Reads [`kept_out_until`], selected by that name.
pub(crate) fn kept_out(row: &Row, now: Millis) -> Result<Option<KeptOut>, StoreError> {
    Ok(KeptOut::by(row.get("kept_out_until")?, now))
}

statements! {
    BY_ID = concat!("SELECT ", columns!(), " FROM spaces WHERE id = $1");
    BY_SLUG = concat!("SELECT ", columns!("s."), ", h.retired_at FROM space_slugs h JOIN spaces s ON s.id = h.space_id WHERE h.slug = $1");
    OF_ACCOUNT = concat!("SELECT ", columns!("s."), ", m.role FROM spaces s JOIN team_members m ON m.team_id = s.team_id
        WHERE m.account_id = $1 ORDER BY s.created_at, s.id");
    OF_TEAM = concat!("SELECT ", columns!(), " FROM spaces WHERE team_id = $1 ORDER BY created_at, id");
    WITH_ROLE = concat!("SELECT ", columns!("s."), ", m.role, t.passkeys_at FROM spaces s JOIN teams t ON t.id = s.team_id
        LEFT JOIN team_members m ON m.team_id = s.team_id AND m.account_id = $2 WHERE s.id = $1");
    OWN = concat!("SELECT ", columns!("s."), ", m.role,
            (SELECT COUNT(*) FROM experiences e WHERE e.space_id = s.id) AS experiences,
            (SELECT COUNT(*) FROM passes p WHERE p.space_id = s.id AND p.withdrawn_at IS NULL
                AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id)) AS passes
        FROM spaces s JOIN team_members m ON m.team_id = s.team_id WHERE m.account_id = $1 ORDER BY s.created_at, s.id");
    INSERT = "INSERT INTO spaces (id, team_id, slug, name, search, created_at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
    /// `search` is the text in which [`Spaces::explore`] looks.
    UPDATE = concat!("UPDATE spaces SET slug = $2, name = $3, tagline = $4, about = $5, search = $6, category = $7, tags = $8,
        time_zone = $9 WHERE id = $1 RETURNING ", columns!());
    SUSPENDED = "SELECT COUNT(*) AS suspensions FROM suspensions x WHERE x.subject_id = $1 AND x.lifted_at IS NULL";
    /// What is restored stays closed, if its team closes it meanwhile.
    UNPUBLISH_SUSPENDED = "UPDATE suspensions SET published_at = NULL WHERE subject_id = $1 AND lifted_at IS NULL";
    PUBLISH = concat!("UPDATE spaces SET published_at = COALESCE(published_at, $2),
        first_published_at = COALESCE(first_published_at, $2) WHERE id = $1 AND closed_at IS NULL RETURNING ", columns!());
    OFFERS = "SELECT COUNT(*) AS passes FROM passes p WHERE p.space_id = $1 AND p.withdrawn_at IS NULL
        AND EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = p.id)";
    LOCK_OF_PASS = "UPDATE spaces SET created_at = created_at WHERE id = (SELECT p.space_id FROM passes p WHERE p.id = $1)";
    UNPUBLISH = concat!("UPDATE spaces SET published_at = NULL WHERE id = $1 RETURNING ", columns!());
    /// The unpublished spaces of an account that are still called as they were made.
    UNTOUCHED = "SELECT s.id FROM spaces s JOIN team_members m ON m.team_id = s.team_id
        WHERE m.account_id = $1 AND m.role = 'owner' AND s.name = $2 AND s.first_published_at IS NULL ORDER BY s.id";
    RENAME = "UPDATE spaces SET slug = $2, name = $3, search = $4 WHERE id = $1";
    DROP_SLUGS = "DELETE FROM space_slugs WHERE space_id = $1 AND slug <> $2";
    /// Also takes back a slug that this space had before.
    TAKE_SLUG = "INSERT INTO space_slugs (slug, space_id) VALUES ($1, $2)
        ON CONFLICT (slug) DO UPDATE SET retired_at = NULL WHERE space_slugs.space_id = excluded.space_id";
    RETIRE_SLUGS = "UPDATE space_slugs SET retired_at = $3 WHERE space_id = $1 AND slug <> $2 AND retired_at IS NULL";
    /// Frees former slugs for others: all of a space that was never published, else all but the newest.
    FREE_SLUGS = "DELETE FROM space_slugs WHERE space_id = $1 AND retired_at IS NOT NULL AND (
        EXISTS (SELECT 1 FROM spaces s WHERE s.id = $1 AND s.first_published_at IS NULL)
        OR slug NOT IN (SELECT k.slug FROM space_slugs k WHERE k.space_id = $1 AND k.retired_at IS NOT NULL
            ORDER BY k.retired_at DESC, k.slug LIMIT $2))";
}

/// The conflict of whoever publishes a suspended space.
pub const SUSPENDED_SPACE: &str = "suspended space";

/// Former slugs kept for a space, and for each pass and experience. Links to older ones stop working.
pub const FORMER_SLUGS: i64 = 5;

/// Who looks, and when. The default is somebody who is not signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Viewer {
    pub account: Option<AccountId>,
    pub now: Millis,
}

/// The texts of a space, validated by the domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceText {
    pub slug: String,
    pub name: String,
    pub tagline: String,
    pub about: String,
    pub topics: Topics,
    pub zone: Option<Zone>,
}

/// A space in the list of its team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSpace {
    pub space: Space,
    /// The person's role in the team.
    pub role: TeamRole,
    pub experiences: i64,
    /// Passes on offer.
    pub passes: i64,
}

/// What a space's slug refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    Here(Space),
    /// The space had this slug before.
    Moved(Space),
    Nothing,
}

/// What decides about the rights of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Membership {
    pub role: TeamRole,
    /// The team requires sessions that began with a passkey.
    pub passkeys: bool,
}

/// Reads `role` and `passkeys_at` of a row.
pub(crate) fn membership(row: &Row) -> Result<Option<Membership>, StoreError> {
    let passkeys = row.get::<Option<Millis>>("passkeys_at")?.is_some();
    Ok(row.maybe_code("role", TeamRole::from_code)?.map(|role| Membership { role, passkeys }))
}

pub struct Spaces<'a>(pub(crate) &'a Db);

/// Without a category if only a newer release knows it.
fn topics(row: &Row, category: &str, tags: &str) -> Result<Topics, StoreError> {
    let (category, tags): (String, String) = (row.get(category)?, row.get(tags)?);
    let tags = tags.split(' ').filter(|tag| !tag.is_empty()).map(String::from).collect();
    Ok(Topics { category: Category::from_code(&category), tags })
}

/// A zone that this machine does not know (any more) is read as none.
fn zone(row: &Row, column: &str) -> Result<Option<Zone>, StoreError> {
    let name: Option<String> = row.get(column)?;
    Ok(name.and_then(|name| Zone::named(&name).ok()))
}

fn one(mut rows: Vec<Row>) -> Result<Space, StoreError> {
    read(&rows.pop().ok_or(StoreError::NotFound)?)
}

impl Spaces<'_> {
    pub async fn by_id(&self, id: SpaceId) -> Result<Space, StoreError> {
        one(self.0.rows(BY_ID, args![id]).await?)
    }

    pub async fn by_slug(&self, slug: &str) -> Result<Found, StoreError> {
        let Some(row) = self.0.row(BY_SLUG, args![slug]).await? else { return Ok(Found::Nothing) };
        let space = read(&row)?;
        let retired: Option<Millis> = row.get("retired_at")?;
        Ok(if retired.is_some() { Found::Moved(space) } else { Found::Here(space) })
    }

    /// The spaces that have one of these slugs now.
    pub async fn at(&self, slugs: &[&str]) -> Result<Vec<Space>, StoreError> {
        let mut found = Vec::new();
        for slug in slugs {
            if let Found::Here(space) = self.by_slug(slug).await? {
                found.push(space);
            }
        }
        Ok(found)
    }

    /// The spaces of a person's teams, oldest first.
    pub async fn of_account(&self, account: AccountId) -> Result<Vec<(Space, TeamRole)>, StoreError> {
        let rows = self.0.rows(OF_ACCOUNT, args![account]).await?;
        rows.iter().map(|row| Ok((read(row)?, row.code("role", TeamRole::from_code)?))).collect()
    }

    /// The spaces of a team, oldest first.
    pub async fn of_team(&self, team: TeamId) -> Result<Vec<Space>, StoreError> {
        self.0.rows(OF_TEAM, args![team]).await?.iter().map(read).collect()
    }

    /// A space, and a person's role in its team, if they have one.
    pub async fn with_role(
        &self,
        id: SpaceId,
        account: AccountId,
    ) -> Result<(Space, Option<TeamRole>), StoreError> {
        let (space, member) = self.with_membership(id, account).await?;
        Ok((space, member.map(|member| member.role)))
    }

    /// The same, with what else decides about their rights.
    pub async fn with_membership(
        &self,
        id: SpaceId,
        account: AccountId,
    ) -> Result<(Space, Option<Membership>), StoreError> {
        let row = self.0.row(WITH_ROLE, args![id, account]).await?.ok_or(StoreError::NotFound)?;
        Ok((read(&row)?, membership(&row)?))
    }

    /// The spaces of a person's teams, oldest first, each with the number of its experiences and offered passes.
    pub async fn own(&self, account: AccountId) -> Result<Vec<OwnSpace>, StoreError> {
        let rows = self.0.rows(OWN, args![account]).await?;
        let own = |row: &Row| {
            Ok(OwnSpace {
                space: read(row)?,
                role: row.code("role", TeamRole::from_code)?,
                experiences: row.get("experiences")?,
                passes: row.get("passes")?,
            })
        };
        rows.iter().map(own).collect()
    }

    /// [`Tx::update_space`] in its own transaction, for seeding.
    pub async fn update(&self, id: SpaceId, text: &SpaceText, now: Millis) -> Result<Space, StoreError> {
        let mut tx = self.0.begin().await?;
        let space = tx.update_space(id, text, now).await?;
        tx.commit().await?;
        Ok(space)
    }
}

impl Tx<'_> {
    /// If the slug changes, the old one redirects to the new one from now on, if the space was ever published and
    /// has fewer than [`FORMER_SLUGS`] newer former ones. A slug that was reserved later can be kept. Returns
    /// `Conflict("slug")` if another space has or had the slug, or if it is reserved.
    pub async fn update_space(
        &mut self,
        id: SpaceId,
        text: &SpaceText,
        now: Millis,
    ) -> Result<Space, StoreError> {
        let taken = StoreError::Conflict("slug");
        self.lock_space(id).await?;
        let current = one(self.rows(BY_ID, args![id]).await?)?.slug;
        let slug = match text.slug == current {
            true => current,
            false => slug::space(&text.slug).map_err(|_| taken.clone())?,
        };
        if self.run(TAKE_SLUG, args![&slug, id]).await? == 0 {
            return Err(taken);
        }
        self.run(RETIRE_SLUGS, args![id, &slug, now]).await?;
        self.run(FREE_SLUGS, args![id, FORMER_SLUGS]).await?;
        let SpaceText { name, tagline, about, topics, zone, .. } = text;
        let search = searchable(&[&slug, name, tagline, about]);
        let (category, tags) = (topics.category.map_or("", Category::code), topics.tags.join(" "));
        let zone = zone.as_ref().map(|zone| zone.name().to_owned());
        one(self.rows(UPDATE, args![id, &slug, name, tagline, about, search, category, tags, zone]).await?)
    }

    /// Keeps the time of publication if the space is already published. Returns [`SUSPENDED_SPACE`] if operators
    /// suspended it, and `NotFound` if it is closed.
    pub async fn publish_space(&mut self, id: SpaceId, now: Millis) -> Result<Space, StoreError> {
        self.lock_space(id).await?;
        let row = self.row(SUSPENDED, args![id]).await?.ok_or(StoreError::NotFound)?;
        if row.get::<i64>("suspensions")? > 0 {
            return Err(StoreError::Conflict(SUSPENDED_SPACE));
        }
        one(self.rows(PUBLISH, args![id, now]).await?)
    }

    /// Whether the space offers a pass that opens something.
    pub async fn space_offers(&mut self, id: SpaceId) -> Result<bool, StoreError> {
        let row = self.row(OFFERS, args![id]).await?.ok_or(StoreError::NotFound)?;
        Ok(row.get::<i64>("passes")? > 0)
    }

    /// Locks the space of a pass, which does not change. Returns `NotFound` if there is no such pass.
    pub(crate) async fn lock_space_of_pass(&mut self, pass: PassId) -> Result<(), StoreError> {
        if self.run(LOCK_OF_PASS, args![pass]).await? == 1 { Ok(()) } else { Err(StoreError::NotFound) }
    }

    pub async fn unpublish_space(&mut self, id: SpaceId) -> Result<Space, StoreError> {
        self.lock_space(id).await?;
        self.unpublish_suspended(id).await?;
        one(self.rows(UNPUBLISH, args![id]).await?)
    }

    /// A suspended space does not become public again when it is restored.
    pub(crate) async fn unpublish_suspended(&mut self, id: SpaceId) -> Result<(), StoreError> {
        self.run(UNPUBLISH_SUSPENDED, args![id]).await.map(drop)
    }
}

fn searchable(texts: &[&str]) -> String {
    texts.join("\n").to_lowercase()
}

/// Creates an unpublished space that is called like its owner. Its slug is the username, with -2, -3, … until it is free.
pub(crate) async fn create(
    tx: &mut Tx<'_>,
    team: TeamId,
    owner: &Account,
    now: Millis,
) -> Result<SpaceId, StoreError> {
    let id = SpaceId::new();
    for slug in proposed_slugs(owner) {
        let row = args![id, team, &slug, &owner.name, searchable(&[&slug, &owner.name]), now];
        // The lookup includes former slugs: a slug that another space once had stays with that space.
        if tx.row(BY_SLUG, args![&slug]).await?.is_none() && tx.run(INSERT, row).await? == 1 {
            tx.run(TAKE_SLUG, args![&slug, id]).await?;
            return Ok(id);
        }
    }
    Err(StoreError::Conflict("slug"))
}

/// Calls the spaces of an account that nobody has named or published yet as the account is called now. Returns them.
pub(crate) async fn rename_untouched(
    tx: &mut Tx<'_>,
    before: &Account,
    owner: &Account,
) -> Result<Vec<SpaceId>, StoreError> {
    let mut renamed = Vec::new();
    for row in tx.rows(UNTOUCHED, args![owner.id, &before.name]).await? {
        let id: SpaceId = row.get("id")?;
        tx.lock_space(id).await?;
        for slug in proposed_slugs(owner) {
            if tx.row(BY_SLUG, args![&slug]).await?.is_none()
                && tx.run(TAKE_SLUG, args![&slug, id]).await? == 1
            {
                tx.run(DROP_SLUGS, args![id, &slug]).await?;
                let search = searchable(&[&slug, &owner.name]);
                tx.run(RENAME, args![id, &slug, &owner.name, search]).await?;
                renamed.push(id);
                break;
            }
        }
    }
    Ok(renamed)
}

/// Slugs for the first space of an account, the best first.
fn proposed_slugs(owner: &Account) -> impl Iterator<Item = String> {
    let proposed = slug::from_title(&owner.username, "space");
    // An older account may be named like a role.
    let base = if names_a_role(&proposed) { "space".to_owned() } else { proposed };
    (1..40).filter_map(move |attempt| {
        let proposed = match attempt {
            1 => base.clone(),
            2..10 => format!("{base}-{attempt}"),
            _ => format!("{base}-{}", rand::random_range(10..1_000_000)),
        };
        slug::space(&proposed).ok()
    })
}
