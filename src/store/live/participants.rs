//! Who is on the stage of a stream, and who waits to come up. Only the stream's actor writes them.

use crate::{
    Store,
    db::sql::{Row, args, code, row, statements},
    ops::audit::{self, Act},
};
use domain::{
    error::StoreError,
    id::{AccountId, ParticipantId, StreamId},
    live::participants::{Participant, ParticipantState, StageChange},
    time::Millis,
};

row! {
    fn read -> Participant {
        id: "id",
        account: "account_id",
        name: => name,
        state: "state" => code(ParticipantState::from_code),
        muted: "muted",
        since: "since",
    }
}

statements! {
    OF_STREAM = concat!("SELECT ", columns!("p."), ", a.name AS name
        FROM participants p JOIN accounts a ON a.id = p.account_id WHERE p.stream_id = $1 ORDER BY p.since, p.id");
    PUT = "INSERT INTO participants (id, stream_id, account_id, state, muted, since) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (id) DO UPDATE SET state = $4, muted = $5, since = $6";
    REMOVE = "DELETE FROM participants WHERE id = $1";
    CLEAR = "DELETE FROM participants WHERE stream_id = $1";
}

/// Of the account.
fn name(row: &Row) -> Result<String, StoreError> {
    row.get("name")
}

pub(super) async fn of_stream(store: &Store, id: StreamId) -> Result<Vec<Participant>, StoreError> {
    store.db().rows(OF_STREAM, args![id]).await?.iter().map(read).collect()
}

pub(super) async fn change(
    store: &Store,
    id: StreamId,
    change: StageChange,
    by: Option<AccountId>,
    now: Millis,
) -> Result<(), StoreError> {
    let mut tx = store.db().begin().await?;
    let detail = match &change {
        StageChange::Put(one) => {
            let row = args![one.id, id, one.account, one.state.code(), one.muted, one.since];
            tx.run(PUT, row).await?;
            let muted = if one.muted { ", muted" } else { "" };
            format!("{} {}{muted}", one.account, one.state.code())
        }
        StageChange::Gone(gone) => {
            tx.run(REMOVE, args![*gone]).await?;
            told_gone(*gone)
        }
    };
    if let Some(actor) = by {
        let (action, target) = ("stream.stage".into(), id.to_string());
        audit::write(&mut tx, &Act { actor: Some(actor), action, target, detail }, now).await?;
    }
    tx.commit().await
}

fn told_gone(id: ParticipantId) -> String {
    format!("{id} gone")
}

pub(super) async fn clear(store: &Store, id: StreamId) -> Result<(), StoreError> {
    store.db().run(CLEAR, args![id]).await.map(drop)
}
