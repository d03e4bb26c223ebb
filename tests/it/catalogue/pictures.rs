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

    // Another name is another picture; what is no seed, or another edition, is nothing.
    let other = drawn.replace(|c: char| c.is_ascii_digit(), "7");
    ensure!(visitor.get(&other).await?.text != picture.text);
    for nothing in [drawn.replace(".svg", ".png"), drawn.replace("/1.svg", "/2.svg"), drawn.to_uppercase()] {
        assert_ne!(visitor.get(&nothing).await?.status, 200, "{nothing}");
    }
    server.close().await
}
