//! The object store: one test, on a folder and on a real S3 server that checks signatures (`VERSITYGW`: the binary).

use crate::{outside::given, shop::http};
use domain::objects::Objects;
use gateways::{ObjectFiles, ObjectsConfig};
use std::{net::TcpListener, path::Path, process::Stdio, time::Duration};
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
    let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
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
