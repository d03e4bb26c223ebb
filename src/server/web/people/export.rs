//! The export of everything that is stored about a person: a ZIP of JSON and CSV files, made while it is sent, page by page.

use super::session::{Fresh, SignedIn};
use crate::{app::App, web::error::WebResult};
use anyhow::{Context, Result};
use axum::{
    body::Body,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use domain::{
    people::{account::Account, export::csv_line},
    text::language::Language,
};
use futures_util::stream;
use std::{
    io::{self, Write},
    mem,
    sync::{Arc, Mutex, PoisonError},
};
use store::{Bookmark, Datum, Part};
use zip::{
    ZipWriter,
    write::{SimpleFileOptions, StreamWriter},
};

pub async fn page(State(app): State<App>, me: SignedIn) -> Response {
    views::people::leaving::export(&app.shell(Some(&me.0.account), "/account/export")).into_response()
}

pub async fn download(State(app): State<App>, Fresh(me): Fresh) -> WebResult {
    let account = me.0.account.clone();
    service::people::export::begin(&app.services, account.id).await?;
    let name = format!("attachment; filename=\"backstage-pass-{}.zip\"", account.username);
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        // It is compressed already.
        (header::CONTENT_ENCODING, "identity".to_owned()),
    ];
    let listed = app.store.accounts().listed(account.id).await?;
    let language = app.store.preferences().language(account.id).await?;
    // Written later, outside of the request and its language.
    let readme = views::people::leaving::export_readme();
    let export = Export::new(app, account, listed, language, readme);
    let chunks = stream::unfold(Some(export), |export| async move {
        let mut export = export?;
        match export.step().await {
            Ok(Some(chunk)) => Some((Ok(chunk), Some(export))),
            Ok(None) => None,
            Err(error) => {
                // Without its end the file cannot be opened, so nobody takes it for complete.
                tracing::warn!(%error, "an export was broken off");
                Some((Err(error), None))
            }
        }
    });
    Ok((headers, Body::from_stream(chunks)).into_response())
}

/// What was written and not sent yet.
#[derive(Clone, Default)]
struct Unsent(Arc<Mutex<Vec<u8>>>);

impl Unsent {
    fn take(&self) -> Vec<u8> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Write for Unsent {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

struct Export {
    app: App,
    account: Account,
    /// Whether the person's name is listed among the people of a room.
    listed: bool,
    language: Option<Language>,
    readme: String,
    /// `None` after its end.
    zip: Option<ZipWriter<StreamWriter<Unsent>>>,
    unsent: Unsent,
    /// The parts that are left, the next one last.
    parts: Vec<Part>,
    /// Where the next page of the part begins; `None` if its file has not begun.
    place: Option<Bookmark>,
    begun: bool,
}

impl Export {
    fn new(app: App, account: Account, listed: bool, language: Option<Language>, readme: String) -> Self {
        let unsent = Unsent::default();
        let zip = Some(ZipWriter::new_stream(unsent.clone()));
        let parts = Part::ALL.into_iter().rev().collect();
        Self { app, account, listed, language, readme, zip, unsent, parts, place: None, begun: false }
    }

    /// The next bytes of the file; `None` after its end. At most a page is in memory.
    async fn step(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            let Some(mut zip) = self.zip.take() else { return Ok(None) };
            if !mem::replace(&mut self.begun, true) {
                self.begin(&mut zip)?;
            } else if let Some(part) = self.parts.last().copied() {
                self.write_page(&mut zip, part).await?;
            } else {
                zip.finish()?;
                return Ok(Some(self.unsent.take()));
            }
            self.zip = Some(zip);
            let chunk = self.unsent.take();
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
    }

    fn begin(&self, zip: &mut ZipWriter<StreamWriter<Unsent>>) -> Result<()> {
        zip.start_file("README.txt", SimpleFileOptions::default())?;
        zip.write_all(self.readme.as_bytes())?;
        let Account { id, email, username, name, bio, site, operator, created_at, .. } = &self.account;
        let profile = serde_json::json!({
            "id": id.to_string(),
            "email": email,
            "username": username,
            "name": name,
            "bio": bio,
            "site": site,
            "listed_in_rooms": self.listed,
            "language": self.language.map(Language::code),
            "operator": operator,
            "created_at": created_at.timestamp().to_string(),
        });
        zip.start_file("profile.json", SimpleFileOptions::default())?;
        Ok(zip.write_all(serde_json::to_string_pretty(&profile)?.as_bytes())?)
    }

    async fn write_page(&mut self, zip: &mut ZipWriter<StreamWriter<Unsent>>, part: Part) -> Result<()> {
        if self.place.is_none() {
            zip.start_file(format!("{}.csv", part.name()), SimpleFileOptions::default())?;
            zip.write_all(csv_line(part.columns().iter().map(|(name, _)| *name)).as_bytes())?;
        }
        let from = self.place.take().unwrap_or_default();
        let page = self.app.store.exports().page(part, self.account.id, from).await;
        let page = page.context("the database is unavailable")?;
        for row in &page.rows {
            let cells: Vec<String> = row.iter().map(shown).collect();
            zip.write_all(csv_line(cells.iter().map(String::as_str)).as_bytes())?;
        }
        self.place = page.next;
        if self.place.is_none() {
            self.parts.pop();
        }
        Ok(())
    }
}

/// Times are in UTC, amounts in minor units.
fn shown(datum: &Datum) -> String {
    match datum {
        Datum::Nothing => String::new(),
        Datum::Text(text) => text.clone(),
        Datum::Number(number) => number.to_string(),
        Datum::Time(at) => at.timestamp().to_string(),
    }
}
