//! What whoever gets a pass is asked, and what they have answered.

use crate::{
    catalogue::passes::asked,
    db::{
        connections::Tx,
        sql::{Row, args, decode_error, statements},
    },
};
use domain::{
    error::StoreError,
    id::*,
    money::asking::{Answer, AskedQuestion, MOST_ASKED},
};

statements! {
    SPACE_OF = "SELECT space_id FROM passes WHERE id = $1";
    ASKED = "SELECT questions FROM passes WHERE id = $1";
    ASK = "UPDATE passes SET questions = $2 WHERE id = $1";
    OF_ORDER = "UPDATE checkouts SET answers = $2 WHERE id = $1";
    OF_GRANT = "UPDATE grants SET answers = $2 WHERE id = $1";
}

pub(crate) fn read(row: &Row, column: &str) -> Result<Vec<Answer>, StoreError> {
    Ok(row.maybe_json(column)?.unwrap_or_default())
}

pub(crate) fn write<T: serde::Serialize>(value: &[T]) -> Result<String, StoreError> {
    serde_json::to_string(value).map_err(|error| decode_error("questions", error))
}

impl Tx<'_> {
    /// Asks one thing more, as the last one. Returns `Conflict("questions")` if the pass asks as much as a pass can.
    pub async fn ask(&mut self, pass: PassId, question: AskedQuestion) -> Result<(), StoreError> {
        let mut asked = self.lock_asked(pass).await?;
        if asked.len() >= MOST_ASKED {
            return Err(StoreError::Conflict("questions"));
        }
        asked.push(question);
        self.run(ASK, args![pass, write(&asked)?]).await.map(drop)
    }

    /// False if the pass does not ask this.
    pub async fn stop_asking(&mut self, pass: PassId, question: QuestionId) -> Result<bool, StoreError> {
        let mut asked = self.lock_asked(pass).await?;
        let before = asked.len();
        asked.retain(|one| one.id != question);
        if asked.len() == before {
            return Ok(false);
        }
        self.run(ASK, args![pass, write(&asked)?]).await?;
        Ok(true)
    }

    async fn lock_asked(&mut self, pass: PassId) -> Result<Vec<AskedQuestion>, StoreError> {
        self.lock_space_of(SPACE_OF, pass).await?;
        asked(&self.row(ASKED, args![pass]).await?.ok_or(StoreError::NotFound)?)
    }

    pub async fn answer_of_order(&mut self, order: CheckoutId, answers: &[Answer]) -> Result<(), StoreError> {
        self.run(OF_ORDER, args![order, write(answers)?]).await.map(drop)
    }

    pub async fn answer_of_grant(&mut self, grant: GrantId, answers: &[Answer]) -> Result<(), StoreError> {
        self.run(OF_GRANT, args![grant, write(answers)?]).await.map(drop)
    }
}
