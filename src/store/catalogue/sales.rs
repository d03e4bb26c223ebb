//! What the page of a space says beside its texts. A space without a row has an empty one.

use crate::db::{
    connections::{Db, Tx},
    sql::{Row, args, decode_error, statements},
};
use domain::{
    error::StoreError,
    id::SpaceId,
    money::sales::{PreviewLink, SalesPage},
};

/// The columns of a space's sales page, for a statement with `LEFT JOIN sales_pages w`.
macro_rules! sales_columns {
    () => {
        "w.headline, w.features, w.questions, w.preview_number, w.preview_until"
    };
}
pub(crate) use sales_columns;

statements! {
    OF_SPACE = concat!("SELECT ", sales_columns!(), " FROM sales_pages w WHERE w.space_id = $1");
    WRITE = "INSERT INTO sales_pages (space_id, headline, features, questions, preview_number, preview_until)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (space_id) DO UPDATE SET headline = excluded.headline, features = excluded.features,
            questions = excluded.questions, preview_number = excluded.preview_number, preview_until = excluded.preview_until";
}

/// Reads the columns of [`sales_columns`], which are empty for a space without a row.
pub(crate) fn read(row: &Row) -> Result<SalesPage, StoreError> {
    let Some(questions) = row.get::<Option<String>>("questions")? else { return Ok(SalesPage::default()) };
    let features: String = row.get("features")?;
    Ok(SalesPage {
        headline: row.get("headline")?,
        features: features.lines().map(String::from).collect(),
        questions: serde_json::from_str(&questions).map_err(|error| decode_error("questions", error))?,
        preview: PreviewLink { number: row.get("preview_number")?, until: row.get("preview_until")? },
    })
}

pub struct Sales<'a>(pub(crate) &'a Db);

impl Sales<'_> {
    pub async fn of_space(&self, space: SpaceId) -> Result<SalesPage, StoreError> {
        let row = self.0.row(OF_SPACE, args![space]).await?;
        row.as_ref().map_or_else(|| Ok(SalesPage::default()), read)
    }
}

impl Tx<'_> {
    /// Locks the space, so that what is read here can be changed and written.
    pub async fn lock_sales_page(&mut self, space: SpaceId) -> Result<SalesPage, StoreError> {
        self.lock_space(space).await?;
        let row = self.row(OF_SPACE, args![space]).await?;
        row.as_ref().map_or_else(|| Ok(SalesPage::default()), read)
    }

    /// The space must be locked by [`Self::lock_sales_page`].
    pub async fn write_sales_page(&mut self, space: SpaceId, page: &SalesPage) -> Result<(), StoreError> {
        let questions =
            serde_json::to_string(&page.questions).map_err(|error| decode_error("questions", error))?;
        let PreviewLink { number, until } = page.preview;
        let row = args![space, &page.headline, page.features.join("\n"), questions, number, until];
        self.run(WRITE, row).await.map(drop)
    }
}
