//! The files of `static/`, embedded in the binary. Their names contain a content hash, so browsers may cache them
//! forever.

use axum::{
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;
use std::{collections::HashMap, sync::LazyLock};

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/../../static"]
struct Files;

struct Asset {
    bytes: std::borrow::Cow<'static, [u8]>,
    mime: HeaderValue,
}

struct AssetTable {
    /// `site.css` → `/static/site.1a2b3c4d.css`.
    urls: HashMap<String, String>,
    assets: HashMap<String, Asset>,
}

static TABLE: LazyLock<AssetTable> = LazyLock::new(|| {
    let (mut urls, mut assets) = (HashMap::new(), HashMap::new());
    for name in Files::iter().filter(|name| !name.ends_with(".md")) {
        let Some(file) = Files::get(&name) else { continue };
        let hash = file.metadata.sha256_hash();
        let short: String = hash[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        let hashed = match name.rsplit_once('.') {
            Some((stem, ending)) => format!("{stem}.{short}.{ending}"),
            None => format!("{name}.{short}"),
        };
        let mime = HeaderValue::from_str(file.metadata.mimetype())
            .unwrap_or(HeaderValue::from_static("application/octet-stream"));
        urls.insert(name.to_string(), format!("/static/{hashed}"));
        assets.insert(hashed, Asset { bytes: file.data, mime });
    }
    AssetTable { urls, assets }
});

/// The URL of a file of `static/`. An unknown name is a bug and yields a URL that does not exist.
pub fn url(name: &str) -> &'static str {
    TABLE.urls.get(name).map_or("/static/missing", String::as_str)
}

pub async fn serve(Path(name): Path<String>) -> Response {
    let Some(asset) = TABLE.assets.get(&name) else { return StatusCode::NOT_FOUND.into_response() };
    immutable(asset.mime.clone(), axum::body::Bytes::from(asset.bytes.clone().into_owned()))
}

/// What never changes under its address. The CSP keeps a file that is opened as a document from running scripts or loading anything;
/// it is shorter than that of pages, which a page would otherwise pay for with each of its files.
pub fn immutable(mime: HeaderValue, body: impl IntoResponse) -> Response {
    let headers = [
        (header::CONTENT_TYPE, mime),
        (header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable")),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
    ];
    (headers, body).into_response()
}
