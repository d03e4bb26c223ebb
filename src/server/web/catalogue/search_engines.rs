//! What only search engines ask for.

use crate::{
    app::App,
    web::{error::WebResult, extract::Query},
};
use axum::{extract::State, http::header, response::IntoResponse};
use serde::Deserialize;
use service::catalogue::sitemap;
use views::search;

/// How long anybody may keep an answer.
const KEEP: &str = "public, max-age=300";

#[derive(Deserialize)]
pub struct SitemapQuery {
    page: Option<usize>,
}

/// The list of sitemaps, or one of them.
pub async fn sitemap(State(app): State<App>, Query(asked): Query<SitemapQuery>) -> WebResult {
    let public_url = app.public_url.to_string();
    let text = match asked.page {
        None => search::sitemap_index(&public_url, sitemap::count(&app.services).await?),
        Some(page) => {
            let paths = sitemap::page(&app.services, page).await?;
            search::sitemap(&public_url, paths.iter().map(String::as_str))
        }
    };
    let headers = [(header::CONTENT_TYPE, "application/xml; charset=utf-8"), (header::CACHE_CONTROL, KEEP)];
    Ok((headers, text).into_response())
}

pub async fn robots(State(app): State<App>) -> WebResult {
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, KEEP)];
    Ok((headers, search::robots(&app.public_url.to_string())).into_response())
}
