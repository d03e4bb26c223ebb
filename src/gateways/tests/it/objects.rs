//! The object store: one test, on a folder and on a real S3 server that checks signatures (`VERSITYGW`: the binary).

use crate::{outside::given, shop::http};
use domain::objects::{Objects, Whole};
use gateways::{ObjectFiles, ObjectsConfig};
use sha2::{Digest, Sha256};
use std::{
    net::TcpListener,
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicU16, Ordering::Relaxed},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::sleep,
};

/// What every store must do.
async fn a_store_keeps_what_it_is_given(files: &dyn Objects) {
    let (name, other) = ("pictures/aa-1500.jpg", "pictures/bb-96.png");
    assert_eq!(files.get(name).await, Ok(None));
    files.delete(name).await.expect("there is nothing to delete");
    let large: Vec<u8> = (0..300_000_u32).map(|n| (n % 251) as u8).collect();
    files.put(name, large.clone()).await.expect("kept");
    files.put(other, b"other".to_vec()).await.expect("kept");
    assert_eq!(files.get(name).await, Ok(Some(large.clone())));
    files.put(name, b"replaced".to_vec()).await.expect("replaced");
    assert_eq!(files.get(name).await, Ok(Some(b"replaced".to_vec())));
    // The same bytes again, as when a picture is uploaded twice.
    let (one, two) = tokio::join!(files.put(name, large.clone()), files.put(name, large.clone()));
    assert_eq!((one, two), (Ok(()), Ok(())));
    assert_eq!(files.get(name).await, Ok(Some(large)));
    files.delete(name).await.expect("deleted");
    files.delete(name).await.expect("deleted already");
    assert_eq!(files.get(name).await, Ok(None));
    assert_eq!(files.get(other).await, Ok(Some(b"other".to_vec())), "the other one stays");
}

/// SHA-256 in hexadecimal.
fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Bytes that differ at each place.
fn piece(from: usize, length: usize) -> Vec<u8> {
    (from..from + length).map(|n| ((n as u32).wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

/// What every store must do with a file that comes in pieces, of which some are written twice because their progress was lost.
async fn a_store_puts_pieces_together(files: &dyn Objects) {
    let (name, size) = ("files/a1", 12_000_000);
    let mut progress = files.begin(name).await.expect("begun");
    let mut at = 0;
    for length in [1, 3_000_000, 6_000_000, 2_000_000, 999_999] {
        // A try whose progress nobody kept: longer, shorter and with other bytes.
        for lost in [length + 5, length / 2 + 1] {
            files.append(name, &progress, at as u64, vec![7; lost]).await.expect("written");
        }
        progress = files.append(name, &progress, at as u64, piece(at, length)).await.expect("written");
        at += length;
    }
    assert_eq!(at, size);
    assert_eq!(files.get(name).await, Ok(None), "it is not complete");
    assert!(files.finish(name, &progress, size as u64 + 1).await.is_err(), "a byte is missing");
    let whole = Whole { size: size as u64, sha256: digest(&piece(0, size)) };
    let twice =
        tokio::join!(files.finish(name, &progress, size as u64), files.finish(name, &progress, size as u64));
    assert!(twice.0.is_ok() || twice.1.is_ok(), "{twice:?}");
    assert_eq!(files.finish(name, &progress, size as u64).await, Ok(whole), "once more does no harm");
    for (from, length) in [(0, 1), (5_242_879, 3), (size - 9, 9), (size - 9, 99)] {
        let read = files.get_range(name, from as u64, length as u64).await.expect("a part");
        assert_eq!(read, piece(from, length.min(size - from)), "{from} {length}");
    }
    files.abandon(name, &progress).await.expect("nothing is left of the pieces");
    assert_eq!(files.get(name).await.map(|file| file.map(|bytes| bytes.len())), Ok(Some(size)));
    files.delete(name).await.expect("deleted");
    assert!(files.get_range(name, 0, 1).await.is_err());

    // What is given up leaves nothing behind.
    let progress = files.begin("files/b2").await.expect("begun");
    let progress = files.append("files/b2", &progress, 0, piece(0, 6_000_000)).await.expect("written");
    for _ in 0..2 {
        files.abandon("files/b2", &progress).await.expect("given up");
    }
    files.abandon("files/never", "").await.expect("it was not begun");
    assert!(files.finish("files/b2", &progress, 6_000_000).await.is_err());
}

/// Every file below a folder.
fn left(folder: &Path) -> Vec<String> {
    let Ok(entries) = folder.read_dir() else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| if path.is_dir() { left(&path) } else { vec![path.display().to_string()] })
        .collect()
}

#[tokio::test]
async fn a_folder_puts_pieces_together() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = ObjectsConfig::Folder(dir.path().join("objects"));
    let files = ObjectFiles::open(&config, []).expect("the folder is made");
    a_store_puts_pieces_together(&files).await;
    assert_eq!(left(dir.path()), Vec::<String>::new());
    assert_eq!(files.link("files/a1", ("text/plain", "attachment")).await, Ok(None));
}

#[tokio::test]
async fn a_bucket_puts_pieces_together_and_signs_links() {
    let client = http();
    let dir = tempfile::tempdir().expect("a folder");
    let Some((_server, endpoint)) = s3(dir.path()).await else { return };
    let config = ObjectsConfig::parse("s3://media/in").expect("an address");
    let files = ObjectFiles::open(&config, variables(&endpoint, "testsecret")).expect("not asked yet");
    a_store_puts_pieces_together(&files).await;
    assert_eq!(left(&dir.path().join("media")), Vec::<String>::new(), "no part and no tail is left");
    files.put("files/c3", b"linked".to_vec()).await.expect("kept");
    let saved = ("text/plain; charset=utf-8", "attachment; filename=\"a b.txt\"");
    let link = files.link("files/c3", saved).await.expect("signed").expect("a link");
    let answer = client.get(&link).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-disposition"], saved.1);
    assert_eq!(answer.headers()["content-type"], saved.0);
    assert_eq!(answer.text().await.expect("a text"), "linked");
    let other = link.replace("c3", "a1");
    assert_eq!(client.get(&other).send().await.expect("an answer").status(), 403, "it is good for one file");
}

#[tokio::test]
async fn a_folder_is_a_store() {
    let dir = tempfile::tempdir().expect("a folder");
    let config = ObjectsConfig::Folder(dir.path().join("objects"));
    let files = ObjectFiles::open(&config, []).expect("the folder is made");
    a_store_keeps_what_it_is_given(&files).await;
    files.check().await.expect("it can be written");
    assert!(dir.path().join("objects/pictures/bb-96.png").is_file());
    assert!(!dir.path().join("objects/check/written-by-backstage-check").exists());
    let file = ObjectsConfig::Folder(dir.path().join("objects/pictures/bb-96.png"));
    assert!(ObjectFiles::open(&file, []).is_err(), "a file is no folder");
}

/// An S3 server with an empty bucket `media`.
async fn s3(dir: &Path) -> Option<(Child, String)> {
    let binary = given("VERSITYGW")?;
    std::fs::create_dir(dir.join("media")).expect("the bucket");
    // Below those that outgoing connections get, so that it stays free until the server starts.
    static NEXT: AtomicU16 = AtomicU16::new(19_000);
    let free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let port = std::iter::repeat_with(|| NEXT.fetch_add(1, Relaxed)).find(free).expect("a port");
    let address = format!("127.0.0.1:{port}");
    let child = Command::new(binary)
        .args(["--port", &address, "--region", "us-east-1", "posix"])
        .arg(dir)
        .env("ROOT_ACCESS_KEY", "testaccess")
        .env("ROOT_SECRET_KEY", "testsecret")
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("the server starts");
    for _ in 0..200 {
        if TcpStream::connect(&address).await.is_ok() {
            return Some((child, format!("http://{address}")));
        }
        sleep(Duration::from_millis(50)).await;
    }
    panic!("{address} does not answer");
}

fn variables(endpoint: &str, secret: &str) -> Vec<(String, String)> {
    let variables = [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_ACCESS_KEY_ID", "testaccess"),
        ("AWS_SECRET_ACCESS_KEY", secret),
        ("AWS_REGION", "us-east-1"),
        ("AWS_PAGER", "less"),
    ];
    variables.map(|(name, value)| (name.into(), value.into())).into()
}

#[tokio::test]
async fn a_bucket_is_a_store() {
    // Installs the provider of cryptography that each HTTP client needs.
    drop(http());
    let dir = tempfile::tempdir().expect("a folder");
    let Some((_server, endpoint)) = s3(dir.path()).await else { return };
    for address in ["s3://media", "s3://media/in/a/prefix"] {
        let config = ObjectsConfig::parse(address).expect(address);
        let files = ObjectFiles::open(&config, variables(&endpoint, "testsecret")).expect(address);
        a_store_keeps_what_it_is_given(&files).await;
        files.check().await.expect("it can be written");
    }
    assert!(dir.path().join("media/in/a/prefix/pictures/bb-96.png").is_file());
    let config = ObjectsConfig::parse("s3://media").expect("an address");
    let thief = ObjectFiles::open(&config, variables(&endpoint, "another")).expect("not asked yet");
    assert!(thief.put("pictures/cc-96.png", b"x".to_vec()).await.is_err(), "its signature is checked");
    assert!(thief.get("pictures/bb-96.png").await.is_err());
    let missing = ObjectsConfig::parse("s3://elsewhere").expect("an address");
    let missing = ObjectFiles::open(&missing, variables(&endpoint, "testsecret")).expect("not asked yet");
    assert!(missing.check().await.is_err(), "there is no such bucket");
}
