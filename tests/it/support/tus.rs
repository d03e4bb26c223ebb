//! A program that sends a file piece by piece, as the protocol says.

use crate::support::{Browser, Reply, TestServer};
use anyhow::{Context, Result};
use domain::{
    catalogue::offer::{ExperienceKind, PriceKind},
    clock::Clock,
    id::{ExperienceId, PassId},
};
use reqwest::{Method, RequestBuilder, header};
use store::{ExperienceText, PassText};

/// A place for files in Maya's space, `/maya/liner-notes`, with a free pass that opens it.
pub async fn files_of_maya(server: &TestServer) -> Result<(ExperienceId, PassId)> {
    shelf_of_maya(server, ExperienceKind::Files).await
}

/// The same of what this kind holds.
pub async fn shelf_of_maya(server: &TestServer, kind: ExperienceKind) -> Result<(ExperienceId, PassId)> {
    let (store, now, space) = (&server.app.store, server.app.clock.now(), server.space("maya").await?);
    let text = ExperienceText {
        slug: "liner-notes".into(),
        title: "Liner notes".into(),
        about: "To read along.".into(),
    };
    let experience = store.experiences().create(space, kind, &text, now).await?.id;
    let pass = PassText {
        slug: "reader".into(),
        title: "Reader".into(),
        about: "The notes".into(),
        price: PriceKind::Free,
        includes: vec![experience],
    };
    Ok((experience, store.passes().create(space, &pass, now).await?.id))
}

/// Bytes that differ at each place of a file.
pub fn bytes(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn spoken(request: RequestBuilder) -> RequestBuilder {
    request.header("tus-resumable", "1.0.0")
}

/// Announces a file of this size; `metadata` as the header has it.
pub async fn announce(who: &Browser, at: &str, size: usize, metadata: &str) -> Result<Reply> {
    let request = spoken(who.request(Method::POST, at)).header("upload-length", size);
    who.send(request.header("upload-metadata", metadata)).await
}

/// `notes.txt` in an `Upload-Metadata`.
pub const NOTES: &str = "filename bm90ZXMudHh0";

/// Where the pieces of a new file go.
pub async fn create(who: &Browser, experience: ExperienceId, size: usize) -> Result<String> {
    create_named(who, experience, size, NOTES).await
}

/// The same with another `Upload-Metadata`.
pub async fn create_named(
    who: &Browser,
    experience: ExperienceId,
    size: usize,
    metadata: &str,
) -> Result<String> {
    let made = announce(who, &format!("/account/experiences/{experience}/uploads"), size, metadata).await?;
    anyhow::ensure!(made.status == 201, "{}: {}", made.status, made.text);
    Ok(made.location().to_owned())
}

pub async fn append(who: &Browser, upload: &str, offset: usize, piece: &[u8]) -> Result<Reply> {
    let request = spoken(who.request(Method::PATCH, upload)).header("upload-offset", offset);
    let request = request.header(header::CONTENT_TYPE, "application/offset+octet-stream");
    who.send(request.body(piece.to_vec())).await
}

/// How much has arrived.
pub async fn offset(who: &Browser, upload: &str) -> Result<usize> {
    let reply = who.send(spoken(who.request(Method::HEAD, upload))).await?;
    anyhow::ensure!(reply.status == 200, "{}", reply.status);
    Ok(reply.headers.get("upload-offset").context("no offset")?.to_str()?.parse()?)
}

pub async fn end(who: &Browser, upload: &str) -> Result<Reply> {
    who.send(spoken(who.request(Method::DELETE, upload))).await
}

/// Sends a whole file. Returns the path from which it is downloaded.
pub async fn send(who: &Browser, experience: ExperienceId, all: &[u8]) -> Result<String> {
    let upload = create(who, experience, all.len()).await?;
    let sent = append(who, &upload, 0, all).await?;
    anyhow::ensure!(sent.status == 204, "{}: {}", sent.status, sent.text);
    Ok(download(&upload))
}

/// The path from which a complete file is downloaded.
pub fn download(upload: &str) -> String {
    upload.replace("/account/uploads/", "/media/files/")
}
