-- What every door of a space says to everybody, from the rows alone: who was given what, what was taken back, and what was decided.
-- Written from the specification, without the program's decision. {space} and {now} are filled in; 9223372036854775807 stands for
-- an end that never comes.
WITH people AS (
    SELECT s.account_id AS account, s.id AS session, s.began AS began FROM sessions s
    UNION ALL SELECT CAST(NULL AS TEXT), CAST(NULL AS TEXT), 'code'
), places AS (
    SELECT e.id AS experience, e.kind AS kind, p.id AS space, p.team_id AS team, p.published_at AS published,
        (SELECT COUNT(*) FROM suspensions x WHERE x.subject_id = p.id AND x.lifted_at IS NULL) AS suspended,
        (SELECT t.state FROM streams t WHERE t.experience_id = e.id) AS state,
        (SELECT t.id FROM streams t WHERE t.experience_id = e.id) AS stream,
        (SELECT r.rule FROM entry_rules r WHERE r.experience_id = e.id AND r.passphrase IS NOT NULL) AS rule,
        (SELECT r.version FROM entry_rules r WHERE r.experience_id = e.id) AS version
    FROM experiences e JOIN spaces p ON p.id = e.space_id WHERE p.id = '{space}'
), doors AS (
    SELECT 'Enter' AS door UNION ALL SELECT 'Post' UNION ALL SELECT 'Play' UNION ALL SELECT 'Moderate' UNION ALL SELECT 'Host'
), given AS (
    -- Grants that last, by what they open, and whether they open it on this device.
    SELECT q.account AS account, l.experience AS experience, g.suspended_at AS suspended_at,
        COALESCE(g.expires_at, 9223372036854775807) AS ends,
        CASE WHEN w.devices IS NULL OR EXISTS (
            SELECT 1 FROM device_seats d WHERE d.grant_id = g.id AND d.session_id = q.session) THEN 1 ELSE 0 END AS here
    FROM people q JOIN grants g ON g.account_id = q.account JOIN passes w ON w.id = g.pass_id JOIN places l ON l.space = g.space_id
    WHERE g.revoked_at IS NULL AND g.starts_at <= {now} AND (g.expires_at IS NULL OR g.expires_at > {now}) AND (
        EXISTS (SELECT 1 FROM pass_includes i WHERE i.pass_id = g.pass_id AND i.experience_id = l.experience)
        OR EXISTS (SELECT 1 FROM pass_includes_before b WHERE b.pass_id = g.pass_id AND b.experience_id = l.experience
            AND g.starts_at <= b.removed_at))
), passed AS (
    SELECT account, experience,
        MAX(CASE WHEN suspended_at IS NULL AND here = 1 THEN ends END) AS usable,
        MAX(CASE WHEN suspended_at IS NULL AND here = 0 THEN 1 ELSE 0 END) AS elsewhere,
        MAX(CASE WHEN suspended_at IS NOT NULL THEN 1 ELSE 0 END) AS paused
    FROM given GROUP BY account, experience
), beside AS (
    SELECT x.account_id AS account, x.experience_id AS experience,
        MAX(CASE WHEN x.kind = 'invite' AND i.revoked_at IS NULL THEN 1 ELSE 0 END) AS invited,
        MAX(CASE WHEN x.kind = 'passphrase' THEN x.version ELSE 0 END) AS said,
        MAX(CASE WHEN x.kind = 'preview' AND x.stream_id = l.stream AND x.until > {now} THEN x.until END) AS preview
    FROM permits x JOIN places l ON l.experience = x.experience_id LEFT JOIN invites i ON i.id = x.invite_id
    GROUP BY x.account_id, x.experience_id
), kept AS (
    SELECT b.account_id AS account,
        MAX(CASE WHEN b.kind = 'ban' THEN 1 ELSE 0 END) AS banned, MAX(CASE WHEN b.kind = 'mute' THEN 1 ELSE 0 END) AS muted
    FROM bans b WHERE b.space_id = '{space}' AND b.lifted_at IS NULL AND (b.until IS NULL OR b.until > {now}) GROUP BY b.account_id
), cases AS (
    SELECT q.account AS account, l.experience AS experience, o.door AS door, l.kind AS kind, l.published AS published,
        l.suspended AS suspended, l.state AS state, COALESCE(l.rule, '') AS rule, m.role AS role,
        CASE WHEN c.passkeys_at IS NOT NULL AND q.began <> 'passkey' THEN 1 ELSE 0 END AS owes,
        g.usable AS usable, COALESCE(g.elsewhere, 0) AS elsewhere, COALESCE(g.paused, 0) AS paused,
        COALESCE(y.invited, 0) AS invited, y.preview AS preview,
        CASE WHEN y.said > 0 AND y.said = l.version THEN 1 ELSE 0 END AS said,
        COALESCE(k.banned, 0) AS banned, COALESCE(k.muted, 0) AS muted
    FROM people q CROSS JOIN places l CROSS JOIN doors o
    JOIN teams c ON c.id = l.team
    LEFT JOIN team_members m ON m.team_id = l.team AND m.account_id = q.account
    LEFT JOIN passed g ON g.account = q.account AND g.experience = l.experience
    LEFT JOIN beside y ON y.account = q.account AND y.experience = l.experience
    LEFT JOIN kept k ON k.account = q.account
)
SELECT account, experience, door, CASE
    WHEN role IS NOT NULL AND suspended > 0 THEN 'Closed'
    WHEN role IS NOT NULL AND door = 'Host' AND role NOT IN ('owner', 'admin', 'editor') THEN 'NotTeam'
    WHEN role IS NOT NULL AND door = 'Moderate' AND role NOT IN ('owner', 'admin', 'editor', 'moderator') THEN 'NotTeam'
    WHEN role IS NOT NULL AND door IN ('Host', 'Moderate') AND owes = 1 THEN 'OwesPasskey'
    WHEN role IS NOT NULL AND door = 'Post' AND (kind NOT IN ('show', 'community') OR (kind = 'show' AND state = 'ended')) THEN 'Ended'
    WHEN role IS NOT NULL THEN 'Team'
    WHEN published IS NULL OR suspended > 0 THEN 'Hidden'
    WHEN account IS NULL THEN 'SignIn'
    WHEN door IN ('Moderate', 'Host') THEN 'NotTeam'
    WHEN banned = 1 THEN 'Banned'
    WHEN invited = 0 AND NOT (rule = 'instead' AND said = 1) AND usable IS NULL AND elsewhere = 1 THEN 'OtherDevice'
    WHEN invited = 0 AND NOT (rule = 'instead' AND said = 1) AND usable IS NULL AND paused = 1 THEN 'Suspended'
    WHEN invited = 0 AND NOT (rule = 'instead' AND said = 1) AND usable IS NULL AND preview IS NULL THEN 'NeedsPass'
    WHEN invited = 0 AND rule = 'also' AND said = 0 THEN 'NeedsPassphrase'
    WHEN door = 'Play' AND (state IS NULL OR state NOT IN ('live', 'interrupted')) THEN 'NotLive'
    WHEN door = 'Post' AND (kind NOT IN ('show', 'community') OR (kind = 'show' AND (state IS NULL OR state = 'ended'))) THEN 'Ended'
    WHEN door = 'Post' AND muted = 1 THEN 'Muted'
    WHEN invited = 1 THEN 'Invited'
    WHEN rule = 'instead' AND said = 1 THEN 'Passphrase'
    WHEN usable IS NOT NULL THEN 'Holder'
    WHEN door = 'Post' THEN 'NeedsPass'
    ELSE 'Preview' END AS reason,
    CASE WHEN usable IS NOT NULL THEN NULLIF(usable, 9223372036854775807) ELSE preview END AS ends
FROM cases
