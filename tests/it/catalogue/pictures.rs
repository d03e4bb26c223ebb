//! The pictures of spaces and people.

use crate::support::TestServer;
use anyhow::{Context, Result, ensure};

/// The source of the first picture of a page that has this class.
fn source(page: &str, class: &str) -> Result<String> {
    let tag = page.split("<img ").find(|tag| tag.starts_with(&format!("class=\"{class}")));
    let tag = tag.with_context(|| format!("no picture {class} in {page}"))?;
    let source = tag.split("src=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(source.context("a source")?.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_space_without_a_cover_shows_one_drawn_from_its_name() -> Result<()> {
    let server = TestServer::open().await?;
    let visitor = server.anybody();
    let space = visitor.get("/maya").await?.text;
    let drawn = source(&space, "banner")?;
    for page in ["/", "/explore", "/@maya"] {
        assert_eq!(source(&visitor.get(page).await?.text, "cover")?, drawn, "{page}");
    }
    let picture = visitor.get(&drawn).await?;
    assert_eq!(picture.status, 200);
    assert_eq!(picture.headers["content-type"], "image/svg+xml");
    assert_eq!(picture.headers["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(picture.headers["x-content-type-options"], "nosniff");
    assert_eq!(picture.headers["content-security-policy"], "default-src 'none'; sandbox");
    ensure!(picture.text.starts_with("<svg "), "{}", picture.text);

    // Another seed is another picture. Another edition or format, and another spelling of the seed, do not exist.
    let seed = drawn.split('/').nth(2).context("a seed")?;
    let (rest, last) = seed.split_at(seed.len() - 1);
    let other = drawn.replace(seed, &format!("{rest}{}", if last == "7" { 8 } else { 7 }));
    let other = visitor.get(&other).await?;
    assert_eq!(other.status, 200);
    ensure!(other.text.starts_with("<svg ") && other.text != picture.text, "{}", other.text);
    let spelling = drawn.replace(seed, &seed.to_uppercase());
    assert_ne!(spelling, drawn, "the seed has letters");
    for unknown in [drawn.replace(".svg", ".png"), drawn.replace("/1.svg", "/2.svg"), spelling] {
        assert_eq!(visitor.get(&unknown).await?.status, 404, "{unknown}");
    }
    server.close().await
}
