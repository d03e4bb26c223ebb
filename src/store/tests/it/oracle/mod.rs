//! The decision of every door against an oracle in SQL, over random histories of grants, bans, passphrases, invitations, previews
//! and devices, as they are stored and read. A hundred thousand cases; `BACKSTAGE_ORACLE_PEOPLE` sets the number of people, of
//! whom each makes 160 cases.

mod world;

use crate::database::*;
use domain::{
    access::admit::{Admission, Door, Reason, Verdict, admit},
    id::*,
    time::Millis,
};
use sqlx::{AnyConnection, AssertSqlSafe, Connection as _, Row as _};
use std::{collections::BTreeMap, sync::Arc};
use store::{AccessFacts, Entrant, Standing};
use world::{Dice, Place, SPACES, World};

const PEOPLE: usize = 640;
const DOORS: [(&str, Door); 5] = [
    ("Enter", Door::Enter),
    ("Post", Door::Post),
    ("Play", Door::Play),
    ("Moderate", Door::Moderate),
    ("Host", Door::Host),
];

/// Who, where, at which door; `None` is a visitor who is not signed in.
type Case = (Option<AccountId>, ExperienceId, &'static str);
/// The reason by its name, and the end of an admission.
type Said = (String, Option<Millis>);

/// What the rows say.
async fn promised(connection: &mut AnyConnection, space: SpaceId) -> BTreeMap<Case, Said> {
    let sql =
        include_str!("doors.sql").replace("{space}", &space.to_string()).replace("{now}", &NOW.0.to_string());
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await.expect("the oracle");
    let said = rows.iter().map(|row| {
        let account: Option<String> = row.get("account");
        let (experience, door): (String, String) = (row.get("experience"), row.get("door"));
        let door = DOORS.iter().find(|(name, _)| *name == door).expect("a door").0;
        let account = account.map(|id| id.parse().expect("an account"));
        let case = (account, experience.parse().expect("an experience"), door);
        (case, (row.get("reason"), row.get::<Option<i64>, _>("ends").map(Millis)))
    });
    said.collect()
}

/// What the doors decide on what the store reads.
async fn decided(db: &TestDatabase, world: &World, place: &Place) -> BTreeMap<Case, Admission> {
    let accounts: Vec<AccountId> = world.people.iter().map(|one| one.account).collect();
    let standings = db.store.access().standings(place.space, &accounts, NOW).await.expect("standings");
    let standings: Vec<Arc<Standing>> = standings.into_iter().map(Arc::new).collect();
    let mut all = BTreeMap::new();
    for experience in &place.experiences {
        let found = db.store.access().of_experience(None, experience.id, NOW).await.expect("a place");
        let entrants = world.people.iter().zip(&standings);
        let entrants = entrants.map(|(who, standing)| (Some(*who), Arc::clone(standing)));
        for (who, standing) in entrants.chain([(None, Arc::default())]) {
            let (place, who) = (Arc::clone(&found.place), who);
            let facts = AccessFacts { who: who.map(Entrant::from), place, standing };
            for (name, door) in DOORS {
                let admission = admit(&facts.as_facts(), door, NOW);
                all.insert((who.map(|who| who.account), experience.id, name), admission);
            }
        }
    }
    all
}

/// Ends are only compared where a pass or a preview lets in: everything else has none.
fn told(admission: &Admission, want: &Said) -> (String, Option<Millis>, Option<Millis>) {
    let by_time = matches!(admission.reason, Reason::Holder | Reason::Preview);
    let ends = want.1.filter(|_| by_time && admission.admitted());
    (format!("{:?}", admission.reason), admission.until.filter(|_| admission.admitted()), ends)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_door_decides_as_the_rows_say() {
    let people = std::env::var("BACKSTAGE_ORACLE_PEOPLE").ok().and_then(|count| count.parse().ok());
    let people = people.unwrap_or(PEOPLE);
    on_each(async |db| {
        let mut connection = AnyConnection::connect(&db.url).await.expect("a connection");
        let world = world::make(&db, &mut connection, &mut Dice::new(), people).await;
        let (mut cases, mut counts, mut wrong) = (0, BTreeMap::<String, usize>::new(), Vec::new());
        for place in &world.places {
            let (want, got) =
                (promised(&mut connection, place.space).await, decided(&db, &world, place).await);
            assert_eq!(want.len(), got.len(), "the oracle has an answer to each case");
            for (case, admission) in &got {
                let want = &want[case];
                let (reason, until, ends) = told(admission, want);
                if (&reason, until) != (&want.0, ends) {
                    wrong.push(format!("{case:?}: {admission:?}, and not {want:?}"));
                }
                let verdict = if admission.verdict == Verdict::Admitted { "admitted" } else { "refused" };
                *counts.entry(format!("{verdict}: {reason}")).or_default() += 1;
                cases += 1;
            }
        }
        wrong.truncate(10);
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        println!("{cases} cases: {counts:#?}");
        assert_eq!(cases, SPACES * 4 * DOORS.len() * (people + 1));
        // Each reason has to occur, or it is not tested.
        assert_eq!(counts.len(), 18, "{counts:?}");
        assert!(people < PEOPLE || counts.values().all(|count| *count >= 50), "{counts:?}");
    })
    .await;
}
