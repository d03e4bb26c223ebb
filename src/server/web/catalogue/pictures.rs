//! Pictures and accents: files whose URL names their content, so that browsers may keep them for ever.

use crate::{
    app::App,
    web::{
        assets::immutable,
        error::{WebError, WebResult},
        extract::Path,
    },
};
use axum::{body::Bytes, extract::State, http::HeaderValue};
use domain::{
    catalogue::{
        colour::Rgb,
        cover::{Drawn, Scene, Seed},
        look::{self, Accent},
    },
    picture::{Format, PictureFile, PictureId},
};
use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, PoisonError},
};

/// The frame of a drawn cover in pixels.
const DRAWN: (f32, f32) = (1200.0, 400.0);
/// Bytes of pictures that are kept in memory: a crowd asks for the same few.
const CACHED: usize = 32 << 20;
/// The same of generated covers for link previews.
const PREVIEWS_CACHED: usize = 8 << 20;

/// `GET /static/pictures/{name}`: a file of an uploaded picture, or a generated cover. What is not in memory is looked up in the
/// database first: nobody makes us read or draw what does not exist.
pub async fn file(State(app): State<App>, Path(name): Path<String>) -> WebResult {
    if let Ok(file) = name.parse::<PictureFile>() {
        // What is for certain people only is served at their door.
        return match file.size.is_gated() {
            true => Err(WebError::not_found()),
            false => {
                Ok(immutable(HeaderValue::from_static(file.size.format.mime()), read(&app, file).await?))
            }
        };
    }
    match name.parse::<Drawn>() {
        Ok(Drawn::Svg(seed)) => {
            let scene = Scene::of(seed, DRAWN.0, DRAWN.1);
            Ok(immutable(
                HeaderValue::from_static("image/svg+xml"),
                views::catalogue::cover::svg(&scene).into_string(),
            ))
        }
        Ok(Drawn::Preview(seed)) => preview(&app, &name, seed).await,
        Err(_) => Err(WebError::not_found()),
    }
}

/// A file of an uploaded picture. Whoever calls has decided that it may be seen.
pub async fn read(app: &App, file: PictureFile) -> WebResult<Bytes> {
    let name = file.object();
    if let Some(bytes) = app.picture_cache.get(&name) {
        return Ok(bytes);
    }
    let forgotten = app.picture_cache.forgotten();
    if !app.store.pictures().has(file).await? {
        return Err(WebError::not_found());
    }
    let read = app.services.objects.get(&name).await.map_err(|why| {
        tracing::error!(%why, "the object store failed");
        WebError::unavailable(views::t!("catalogue-picture-unshown"))
    })?;
    Ok(app.picture_cache.keep(name, read.ok_or_else(WebError::not_found)?.into(), forgotten))
}

/// A generated cover for link previews, of a published space. Drawing takes a while, so it is done once at a time.
async fn preview(app: &App, name: &str, seed: Seed) -> WebResult {
    if let Some(bytes) = app.preview_cache.get(name) {
        return Ok(immutable(HeaderValue::from_static(Format::Jpeg.mime()), bytes));
    }
    if !app.store.pictures().is_drawn(seed).await? {
        return Err(WebError::not_found());
    }
    let busy = || WebError::unavailable(views::t!("catalogue-picture-undrawn"));
    let turn = app.pictures.draw().await.ok_or_else(busy)?;
    let drawn = tokio::task::spawn_blocking(move || {
        let drawn = gateways::preview(seed);
        drop(turn);
        drawn
    });
    let forgotten = app.preview_cache.forgotten();
    let bytes = app.preview_cache.keep(name.to_owned(), drawn.await.map_err(|_| busy())?.into(), forgotten);
    Ok(immutable(HeaderValue::from_static(Format::Jpeg.mime()), bytes))
}

/// `GET /static/accents/{name}`: the stylesheet of a space's accent.
pub async fn accent(Path(name): Path<String>) -> WebResult {
    let ending = format!("-{}.css", look::EDITION);
    let colour = name.strip_suffix(ending.as_str()).and_then(|digits| {
        let colour: Rgb = digits.parse().ok()?;
        (colour.to_string()[1..] == *digits).then_some(colour)
    });
    let accent = colour.and_then(|colour| Accent::of(colour).ok()).ok_or_else(WebError::not_found)?;
    Ok(immutable(
        HeaderValue::from_static("text/css; charset=utf-8"),
        views::catalogue::look::stylesheet(&accent),
    ))
}

/// The files that were asked for lately, up to so many bytes.
pub struct PictureCache {
    cached: Mutex<Cached>,
    most: usize,
}

#[derive(Default)]
struct Cached {
    files: HashMap<String, Bytes>,
    /// The oldest first.
    order: VecDeque<String>,
    bytes: usize,
    /// How often a picture was forgotten.
    forgotten: u64,
}

impl PictureCache {
    pub fn of_uploads() -> Self {
        Self { cached: Mutex::default(), most: CACHED }
    }

    pub fn of_previews() -> Self {
        Self { cached: Mutex::default(), most: PREVIEWS_CACHED }
    }

    fn get(&self, name: &str) -> Option<Bytes> {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner).files.get(name).cloned()
    }

    /// How often a picture was forgotten, to be asked before a file is looked up.
    fn forgotten(&self) -> u64 {
        self.cached.lock().unwrap_or_else(PoisonError::into_inner).forgotten
    }

    /// Forgets all files of a picture, and those that are being read.
    pub fn forget(&self, picture: PictureId) {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        let Cached { files, order, bytes, forgotten } = &mut *cached;
        *forgotten += 1;
        order.retain(|name| {
            let is_its = name.rsplit('/').next().and_then(|name| name.parse().ok());
            let kept = is_its.is_none_or(|file: PictureFile| file.id != picture);
            if !kept {
                *bytes -= files.remove(name).map_or(0, |file| file.len());
            }
            kept
        });
    }

    /// `forgotten`: see [`Self::forgotten`]. A file that was looked up before another number is not kept: it may be gone.
    fn keep(&self, name: String, bytes: Bytes, forgotten: u64) -> Bytes {
        let mut cached = self.cached.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.forgotten != forgotten {
            return bytes;
        }
        if cached.files.insert(name.clone(), bytes.clone()).is_none() {
            cached.order.push_back(name);
            cached.bytes += bytes.len();
        }
        while cached.bytes > self.most {
            let Some(oldest) = cached.order.pop_front() else { break };
            cached.bytes -= cached.files.remove(&oldest).map_or(0, |bytes| bytes.len());
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_files_make_room() {
        let cache = PictureCache::of_uploads();
        let file = |n: usize| Bytes::from(vec![n as u8; CACHED / 4]);
        for n in 0..6 {
            cache.keep(n.to_string(), file(n), 0);
            cache.keep(n.to_string(), file(n), 0);
        }
        let kept: Vec<usize> = (0..6).filter(|n| cache.get(&n.to_string()).is_some()).collect();
        assert_eq!(kept, [2, 3, 4, 5]);
        assert_eq!(cache.get("5"), Some(file(5)));
        assert_eq!(cache.cached.lock().expect("no panic").bytes, CACHED);
    }

    #[test]
    fn what_was_read_while_a_picture_was_taken_away_is_not_kept() {
        let (cache, file) = (PictureCache::of_uploads(), Bytes::from_static(b"a face"));
        let before = cache.forgotten();
        cache.forget(PictureId([7; 32]));
        assert_eq!(cache.keep("face".into(), file.clone(), before), file, "whoever asked gets it");
        assert_eq!(cache.get("face"), None);
        cache.keep("face".into(), file.clone(), cache.forgotten());
        assert_eq!(cache.get("face"), Some(file));
    }
}
