//! Reading the audit log: all of it, or the lines that an operator asks for, in pages by their numbers.

use crate::{
    db::sql::{Row, args, statements},
    ops::audit::{Audit, AuditLine, read_act},
};
use domain::{error::StoreError, time::Millis};
use std::ops::Range;

/// Lines with a number below $1, at most $2, newest first. Lines that wait for the sealer come before the chained ones; only the
/// first page has them, for which $1 is the largest number. One statement sees each line in exactly one of the two tables, also
/// while it is sealed.
macro_rules! lines {
    ([$($waiting:tt)*] [$($sealed:tt)*]) => {
        concat!(
            "SELECT l.seq, l.at, l.actor_id, l.action, l.target, l.detail, a.name AS actor_name FROM (
                SELECT CAST(NULL AS BIGINT) AS seq, p.id, p.at, p.actor_id, p.action, p.target, p.detail FROM audit_pending p
                    WHERE CAST($1 AS BIGINT) = 9223372036854775807 AND ",
            $($waiting)*,
            " UNION ALL SELECT c.seq, '' AS id, c.at, c.actor_id, c.action, c.target, c.detail FROM (
                    SELECT s.seq, s.at, s.actor_id, s.action, s.target, s.detail FROM audit s WHERE s.seq < $1 AND ",
            $($sealed)*,
            " ORDER BY s.seq DESC LIMIT $2) c) l
            LEFT JOIN accounts a ON a.id = l.actor_id
            ORDER BY CASE WHEN l.seq IS NULL THEN 0 ELSE 1 END, l.id DESC, l.seq DESC LIMIT $2"
        )
    };
}

/// The ids of what is in the space $6, beside the space itself. Of any other id there are none.
macro_rules! within {
    () => {
        "SELECT x.id FROM experiences x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM passes x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM streams x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM files x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM checkouts x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM grants x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM invites x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM comps x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM waitlist_entries x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM promo_codes x JOIN spaces o ON o.team_id = x.team_id
            WHERE o.id = $6 AND (x.space_id IS NULL OR x.space_id = o.id)
        UNION ALL SELECT x.id FROM posts x JOIN experiences e ON e.id = x.experience_id WHERE e.space_id = $6
        UNION ALL SELECT x.id FROM rooms x WHERE x.space_id = $6
        UNION ALL SELECT x.id FROM invitations x JOIN spaces o ON o.team_id = x.team_id WHERE o.id = $6
        UNION ALL SELECT x.team_id AS id FROM spaces x WHERE x.id = $6"
    };
}

statements! {
    ALL = lines!(["1 = 1"] ["1 = 1"]);
    OF_ACTION = lines!(["p.action = $3"] ["s.action = $3"]);
    /// Numbers are given in the order of time, except where a clock was set back. So a day is a range of numbers, and of these
    /// the lines of that day.
    OF_DAY = lines!(
        ["p.at >= $4 AND p.at < $5 AND ($3 = '' OR p.action = $3)"]
        ["s.seq >= (SELECT MIN(d.seq) FROM audit d WHERE d.at >= $4 AND d.at < $5)
            AND s.seq <= (SELECT MAX(d.seq) FROM audit d WHERE d.at >= $4 AND d.at < $5)
            AND s.at >= $4 AND s.at < $5 AND ($3 = '' OR s.action = $3)"]
    );
    /// What was done to $6, or by it. Of a space also what was done to what is in it, who was banned in its rooms, and who
    /// came into its team or left it: those lines are about persons, and name the room or the team in their words.
    ABOUT = lines!(
        ["p.at >= $4 AND p.at < $5 AND ($3 = '' OR p.action = $3)
            AND (p.target = $6 OR p.actor_id = $6 OR p.target IN (", within!(), "))"]
        ["s.at >= $4 AND s.at < $5 AND ($3 = '' OR s.action = $3) AND s.seq IN (
            SELECT t.seq FROM audit t WHERE t.target = $6
            UNION SELECT t.seq FROM audit t WHERE t.actor_id = $6
            UNION SELECT t.seq FROM (", within!(), ") w JOIN audit t ON t.target = w.id
            UNION SELECT t.seq FROM bans b JOIN audit t ON t.target = b.account_id
                WHERE b.space_id = $6 AND t.action IN ('ban.make', 'ban.lift')
                AND SUBSTR(t.detail, LENGTH(t.detail) - 31) IN (SELECT r.id FROM rooms r WHERE r.space_id = $6)
            UNION SELECT t.seq FROM spaces o JOIN audit t ON t.detail LIKE '%of team ' || o.team_id || '%'
                WHERE o.id = $6 AND t.action IN ('member.join', 'member.role', 'member.leave', 'member.remove'))"]
    );
    /// Each action that the log has a sealed line of: one step in the index for each.
    ACTIONS = "SELECT k.action AS action FROM (
        WITH RECURSIVE known (action) AS (
            SELECT MIN(s.action) FROM audit s
            UNION ALL SELECT (SELECT MIN(s.action) FROM audit s WHERE s.action > known.action) FROM known
                WHERE known.action IS NOT NULL)
        SELECT known.action FROM known WHERE known.action IS NOT NULL) k ORDER BY k.action";
}

/// Which lines an operator asks for; by default all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// About this id, or by this person.
    pub about: Option<String>,
    /// Of this action; all if empty.
    pub action: String,
    /// From the first moment up to the second.
    pub day: Option<Range<Millis>>,
}

impl Audit<'_> {
    /// Newest first: lines that are not sealed yet, then sealed ones.
    pub async fn last(&self, limit: usize) -> Result<Vec<AuditLine>, StoreError> {
        self.find(&AuditFilter::default(), None, limit).await
    }

    /// The lines that are asked for, with numbers below `before`; newest first.
    pub async fn find(
        &self,
        filter: &AuditFilter,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<AuditLine>, StoreError> {
        let AuditFilter { about, action, day } = filter;
        let (before, limit) = (before.unwrap_or(i64::MAX), limit as i64);
        let (from, until) = day.as_ref().map_or((i64::MIN, i64::MAX), |day| (day.start.0, day.end.0));
        let rows = match (about, day) {
            (Some(id), _) => {
                self.0.rows(ABOUT, args![before, limit, action, from, until, id.as_str()]).await?
            }
            (None, Some(_)) => self.0.rows(OF_DAY, args![before, limit, action, from, until]).await?,
            (None, None) if !action.is_empty() => {
                self.0.rows(OF_ACTION, args![before, limit, action]).await?
            }
            (None, None) => self.0.rows(ALL, args![before, limit]).await?,
        };
        rows.iter().map(read_line).collect()
    }

    /// What was ever done, by its name.
    pub async fn actions(&self) -> Result<Vec<String>, StoreError> {
        self.0.rows(ACTIONS, args![]).await?.iter().map(|row| row.get("action")).collect()
    }
}

fn read_line(row: &Row) -> Result<AuditLine, StoreError> {
    Ok(AuditLine {
        seq: row.get("seq")?,
        at: row.get("at")?,
        act: read_act(row)?,
        actor_name: row.get("actor_name")?,
    })
}
