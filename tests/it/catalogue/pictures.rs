//! The pictures of spaces and people: who may upload them, where they are shown, and when their files go.

use crate::{
    people::teams::Team,
    support::{
        Browser, Reply, TestServer,
        browser::{BOUNDARY, multipart},
        eventually,
        raw::Raw,
    },
};
use anyhow::{Context, Result, ensure};
use domain::{
    clock::Clock,
    people::account::TeamRole,
    picture::{PictureFile, Purpose},
};
use image::{ImageEncoder as _, RgbImage, codecs::jpeg::JpegEncoder, codecs::png::PngEncoder};
use reqwest::{Method, header};
use std::time::{Duration, Instant};
use store::PictureOwner;

/// What the camera wrote into each photograph.
const NOTE: &[u8] = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\0 taken in Rua do Norte 12";

/// A photograph with a note of its camera; `tone` makes it another one.
pub fn photograph(width: u32, height: u32, tone: u8) -> Vec<u8> {
    let picture = RgbImage::from_fn(width, height, |x, y| image::Rgb([tone, (x / 4) as u8, (y / 4) as u8]));
    let mut jpeg = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 80)).expect("a JPEG");
    let segment = [&[0xff, 0xe1][..], &(NOTE.len() as u16 + 2).to_be_bytes(), NOTE].concat();
    [&jpeg[..2], &segment, &jpeg[2..]].concat()
}

/// A square with a transparent corner.
fn sign() -> Vec<u8> {
    let mut png = Vec::new();
    let pixels = vec![[200, 40, 40, 128]; 256 * 256].concat();
    let encoder = PngEncoder::new(&mut png);
    encoder.write_image(&pixels, 256, 256, image::ExtendedColorType::Rgba8).expect("a PNG");
    png
}

/// The form as a browser without scripts sends it.
fn form(alt: Option<&str>, file: &[u8]) -> Vec<u8> {
    multipart(alt.map(|alt| ("alt", alt)).as_slice(), ("picture.jpg", "image/jpeg", file))
}

pub async fn upload(who: &Browser, path: &str, alt: Option<&str>, file: &[u8]) -> Result<Reply> {
    let alt = alt.map(|alt| ("alt", alt));
    who.attach(path, alt.as_slice(), ("picture.jpg", "image/jpeg", file)).await
}

/// The source of the first picture of a page that has this class.
pub fn source(page: &str, class: &str) -> Result<String> {
    let tag = page.split("<img ").find(|tag| tag.starts_with(&format!("class=\"{class}")));
    let tag = tag.with_context(|| format!("no picture {class} in {page}"))?;
    let source = tag.split("src=\"").nth(1).and_then(|rest| rest.split('"').next());
    Ok(source.context("a source")?.to_owned())
}

/// The path of the picture that link previews show.
fn og_image(server: &TestServer, page: &str) -> Result<String> {
    let content = page.split("property=\"og:image\" content=\"").nth(1).context("no og:image")?;
    let url = content.split('"').next().unwrap_or_default();
    Ok(url.strip_prefix(&server.url).context("another site")?.to_owned())
}

async fn pixels(who: &Browser, path: &str) -> Result<(u32, u32)> {
    let reply = who.request(Method::GET, path).send().await?;
    assert_eq!(reply.status(), 200, "{path}");
    assert_eq!(reply.headers()["cache-control"], "public, max-age=31536000, immutable");
    assert_eq!(reply.headers()["x-content-type-options"], "nosniff");
    assert_eq!(reply.headers()["content-security-policy"], "default-src 'none'; sandbox");
    let kind = if path.ends_with(".png") { "image/png" } else { "image/jpeg" };
    assert_eq!(reply.headers()["content-type"], kind);
    let bytes = reply.bytes().await?;
    let words = b"Rua do Norte";
    ensure!(!bytes.windows(words.len()).any(|window| window == words), "{path} tells the place");
    let picture = image::load_from_memory(&bytes)?;
    Ok((picture.width(), picture.height()))
}

/// The files of uploaded pictures that are kept.
fn kept(server: &TestServer) -> Result<usize> {
    let data = std::path::Path::new(server.door("data"));
    match data.join("objects/pictures").read_dir() {
        Ok(files) => Ok(files.count()),
        Err(_) => Ok(0),
    }
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

    // Link previews get the same drawing in their dimensions, on every public page of the space.
    for page in ["/maya", "/maya/friday-session", "/maya/front-row"] {
        let text = visitor.get(page).await?.text;
        ensure!(text.contains("content=\"summary_large_image\""), "{page}");
        assert_eq!(pixels(&visitor, &og_image(&server, &text)?).await?, (1200, 630), "{page}");
    }

    // Another seed is another picture. Another edition or format, and another spelling of the seed, do not exist.
    let seed = drawn.rsplit('/').next().and_then(|name| name.split('-').next()).context("a seed")?;
    let (rest, last) = seed.split_at(seed.len() - 1);
    let other = drawn.replace(seed, &format!("{rest}{}", if last == "7" { 8 } else { 7 }));
    let other = visitor.get(&other).await?;
    assert_eq!(other.status, 200);
    ensure!(other.text.starts_with("<svg ") && other.text != picture.text, "{}", other.text);
    // What costs something to draw is drawn for spaces that exist, and only while they are published.
    let invented = drawn.replace(seed, "0123456789abcdef").replace(".svg", ".jpg");
    assert_eq!(visitor.get(&invented).await?.status, 404, "nobody has it");
    let spelling = drawn.replace(seed, &seed.to_uppercase());
    assert_ne!(spelling, drawn, "the seed has letters");
    for unknown in [drawn.replace(".svg", ".png"), drawn.replace("-1.svg", "-2.svg"), spelling] {
        assert_eq!(visitor.get(&unknown).await?.status, 404, "{unknown}");
    }
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cover_and_a_logo_are_cleaned_and_shown_everywhere() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, visitor, space) = (server.person("host"), server.anybody(), server.space("maya").await?);
    let look = format!("/account/spaces/{space}/look");
    let alt = Some("Maya & her piano");
    let photograph = photograph(1600, 900, 40);
    let answer = upload(&host, &format!("/account/spaces/{space}/cover"), alt, &photograph).await?;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, look.as_str()), "{}", answer.text);
    let answer = upload(&host, &format!("/account/spaces/{space}/logo"), None, &sign()).await?;
    assert_eq!(answer.status, 303, "{}", answer.text);

    let page = visitor.get("/maya").await?.text;
    let banner = source(&page, "banner")?;
    assert_eq!(pixels(&visitor, &banner).await?, (1500, 500));
    ensure!(page.contains("alt=\"Maya &amp; her piano\""), "{page}");
    assert_eq!(pixels(&visitor, &source(&page, "avatar xl")?).await?, (208, 208));
    assert_eq!(pixels(&visitor, &og_image(&server, &page)?).await?, (1200, 630));
    for page in ["/", "/explore", "/@maya"] {
        let cover = source(&visitor.get(page).await?.text, "cover")?;
        assert_eq!(cover, banner.replace("1500", "750"), "{page}");
        assert_eq!(pixels(&visitor, &cover).await?, (750, 250), "{page}");
    }
    for page in [format!("/account/spaces/{space}"), look.clone()] {
        assert_eq!(source(&host.get(&page).await?.text, "banner")?, banner, "{page}");
    }
    // Holders see the logo beside the show, also those whose access was decided before.
    let watch = server.person("viewer").get("/maya/friday-session").await?.text;
    ensure!(source(&watch, "avatar l")?.ends_with("-208.png"), "{watch}");
    // An unknown file is not there, whatever it is asked for.
    for unknown in [banner.replace("1500", "208"), banner.replace(".jpg", ".png"), format!("{banner}/x")] {
        assert_eq!(visitor.get(&unknown).await?.status, 404, "{unknown}");
    }

    // Other words about the same picture; then neither.
    let answer = upload(&host, &format!("/account/spaces/{space}/cover"), Some("A piano"), b"").await?;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = visitor.get("/maya").await?.text;
    ensure!(source(&page, "banner")? == banner && page.contains("alt=\"A piano\""), "{page}");
    for part in ["cover", "logo"] {
        let page = host.submit(&format!("/account/spaces/{space}/{part}/removal"), &[]).await?;
        ensure!(page.text.contains("is removed."), "{}", page.text);
    }
    let page = visitor.get("/maya").await?.text;
    ensure!(source(&page, "banner")?.ends_with(".svg") && !page.contains("A piano"), "{page}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_who_may_edit_a_space_uploads_its_pictures() -> Result<()> {
    let server = TestServer::open().await?;
    let (space, team) = (server.space("maya").await?, Team::of_maya(&server).await?);
    let (moderator, _) = team.member("moderator@example.org", TeamRole::Moderator).await?;
    let (editor, _) = team.member("editor@example.org", TeamRole::Editor).await?;
    let (cover, file) = (format!("/account/spaces/{space}/cover"), photograph(800, 300, 1));
    for (who, status) in [
        (&server.anybody(), 401),
        (&server.person("stranger"), 404),
        (&server.person("viewer"), 404),
        (&server.person("operator"), 404),
        (&moderator, 403),
    ] {
        for (path, file) in [("cover", &file), ("logo", &sign())] {
            let answer = upload(who, &format!("/account/spaces/{space}/{path}"), None, file).await?;
            assert_eq!(answer.status, status, "{path}");
        }
        for path in ["cover/removal", "logo/removal", "accent"] {
            let answer =
                who.post(&format!("/account/spaces/{space}/{path}"), &[("accent", "#0a3d62")]).await?;
            assert_eq!(answer.status, status, "{path}");
        }
        // A page that needs a sign-in leads to it.
        let page = if status == 401 { 303 } else { status };
        assert_eq!(who.get(&format!("/account/spaces/{space}/look")).await?.status, page);
    }
    let look = server.app.store.spaces().by_id(space).await?;
    assert_eq!((look.cover, look.logo, look.accent, kept(&server)?), (None, None, None, 0));
    assert_eq!(upload(&editor, &cover, None, &file).await?.status, 303);
    assert_eq!(kept(&server)?, Purpose::Cover.sizes().len());
    // A page of another site cannot make a browser send one.
    let foreign =
        server.person("host").request(Method::POST, &cover).header("origin", "https://evil.example");
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let foreign = foreign.header("sec-fetch-site", "cross-site").header(header::CONTENT_TYPE, kind);
    assert_eq!(foreign.body(form(None, &file)).send().await?.status(), 403);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bad_file_ends_in_words_on_the_form() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let cover = format!("/account/spaces/{space}/cover");
    let cut_off = photograph(1600, 900, 2);
    for (file, words) in [
        (&b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"[..], "This is an SVG"),
        (b"GIF89a\x01\0\x01\0\0\0\0;", "This is a GIF"),
        (b"not a picture", "not a picture that we know"),
        (&cut_off[..cut_off.len() / 2], "damaged or ends too early"),
        (&photograph(300, 100, 3), "300 × 100 pixels. It needs at least 750 × 250"),
        (b"", "Choose a picture first"),
    ] {
        let begun = Instant::now();
        let answer = upload(&host, &cover, Some("what I wrote"), file).await?;
        ensure!(begun.elapsed() < Duration::from_secs(3), "{words} took {:?}", begun.elapsed());
        assert_eq!(answer.status, 422, "{words}: {}", answer.text);
        ensure!(
            answer.text.contains(words) && answer.text.contains("#field-cover-file"),
            "{words}: {}",
            answer.text
        );
        ensure!(answer.text.contains("value=\"what I wrote\""), "{words}: {}", answer.text);
    }
    let long = "x".repeat(201);
    let answer = upload(&host, &cover, Some(&long), &photograph(800, 300, 4)).await?;
    assert_eq!(answer.status, 422);
    ensure!(answer.text.contains("#field-cover-alt") && answer.text.contains(&long), "{}", answer.text);
    assert_eq!(kept(&server)?, 0, "nothing of it is kept");
    server.close().await
}

/// 200 MB are refused before they have arrived, whether or not the request says how much will come.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_too_large_is_refused_while_it_is_sent() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let beginning = form(Some("what I wrote"), &vec![0xff; 11 << 20]);
    let chunk = [format!("{:x}\r\n", beginning.len()).as_bytes(), &beginning].concat();
    for (length, body) in [
        (format!("content-length: {}", 200 << 20), &beginning),
        ("transfer-encoding: chunked".into(), &chunk),
    ] {
        let head = format!(
            "POST /account/spaces/{space}/cover HTTP/1.1\r\nhost: localhost\r\ncookie: {}\r\naccept: text/html\r\n\
             content-type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n",
            host.cookie()
        );
        let (begun, mut raw) = (Instant::now(), Raw::connect(server.address).await?);
        let answer = raw.exchange(&head, body, Duration::ZERO).await?;
        ensure!(begun.elapsed() < Duration::from_secs(4), "{length}: {:?}", begun.elapsed());
        let text = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 422, "{length}: {text}");
        ensure!(
            text.contains("larger than 10 MB") && text.contains("value=\"what I wrote\""),
            "{length}: {text}"
        );
    }
    // Whoever is not signed in sends nothing at all.
    let mut raw = Raw::connect(server.address).await?;
    let head = "POST /account/avatar HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9000000\r\n\r\n";
    assert_eq!(raw.exchange(head, b"", Duration::ZERO).await?.status, 401);
    assert_eq!(kept(&server)?, 0, "nothing of it is kept");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_few_for_each_person() -> Result<()> {
    let server = TestServer::open().await?;
    let host = server.person("host");
    let mut answers = Vec::new();
    for _ in 0..31 {
        answers.push(upload(&host, "/account/avatar", None, b"not a picture").await?);
    }
    let last = answers.pop().context("the last one")?;
    ensure!(answers.iter().all(|answer| answer.status == 422), "the others are answered");
    assert_eq!(last.status, 429);
    ensure!(last.headers.contains_key("retry-after"), "it says when to try again");
    ensure!(last.text.contains("You have sent many pictures lately. Try again in"), "{}", last.text);
    let other = server.person("viewer");
    assert_eq!(upload(&other, "/account/avatar", None, &photograph(300, 300, 1)).await?.status, 303);
    server.advance(3600).await?;
    assert_eq!(upload(&host, "/account/avatar", None, &photograph(300, 300, 1)).await?.status, 303);
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_avatar_is_shown_and_removed_by_its_person() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, visitor) = (server.person("host"), server.anybody());
    let answer = upload(&host, "/account/avatar", None, &photograph(400, 300, 9)).await?;
    assert_eq!((answer.status.as_u16(), answer.location()), (303, "/account"), "{}", answer.text);
    let face = source(&visitor.get("/@maya").await?.text, "avatar l")?;
    assert_eq!(pixels(&visitor, &face).await?, (208, 208));
    assert_eq!(source(&host.get("/account").await?.text, "avatar l")?, face);
    let refused = upload(&host, "/account/avatar", None, b"GIF89a").await?;
    assert_eq!(refused.status, 422);
    ensure!(refused.text.contains("#field-avatar-file") && refused.text.contains(&face), "{}", refused.text);
    assert_eq!(server.anybody().post("/account/avatar/removal", &[]).await?.status, 401);
    let page = host.submit("/account/avatar/removal", &[]).await?;
    ensure!(page.text.contains("Your picture is removed."), "{}", page.text);
    ensure!(source(&visitor.get("/@maya").await?.text, "avatar l").is_err(), "it is gone");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accent_on_which_nothing_can_be_read_is_refused_with_another_one() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, visitor, space) = (server.person("host"), server.anybody(), server.space("maya").await?);
    let path = format!("/account/spaces/{space}/accent");
    ensure!(!visitor.get("/maya").await?.text.contains("/static/accents/"), "it has none yet");
    let refused = host.post(&path, &[("accent", "#7a7a7a")]).await?;
    assert_eq!(refused.status, 422);
    ensure!(refused.text.contains("Neither dark nor light text can be read"), "{}", refused.text);
    ensure!(refused.text.contains("value=\"#7a7a7a\""), "what was typed stays: {}", refused.text);
    let instead = refused.text.split("name=\"accent\" value=\"").nth(1).and_then(|rest| rest.get(..7));
    let instead = instead.context("a colour in place of it")?.to_owned();
    assert_eq!(host.post(&path, &[("accent", "amber")]).await?.status, 422);
    assert_eq!(host.post(&path, &[("accent", &instead)]).await?.status, 303);
    let sheet = format!("/static/accents/{}-1.css", &instead[1..]);
    for (who, page) in [(&visitor, "/maya"), (&visitor, "/maya/front-row"), (&host, "/maya/friday-session")] {
        ensure!(who.get(page).await?.text.contains(&sheet), "{page} has the accent of its space");
    }
    let sheet = visitor.get(&sheet).await?;
    assert_eq!(
        (sheet.status.as_u16(), &sheet.headers["content-type"]),
        (200, &"text/css; charset=utf-8".parse()?)
    );
    assert_eq!(sheet.headers["cache-control"], "public, max-age=31536000, immutable");
    ensure!(sheet.text.starts_with(&format!(":root{{--accent:{instead};--on-accent:#")), "{}", sheet.text);
    for unfit in ["7a7a7a-1.css", "0a3d62-2.css", "0A3D62-1.css", "0a3d62.css"] {
        assert_eq!(visitor.get(&format!("/static/accents/{unfit}")).await?.status, 404, "{unfit}");
    }
    assert_eq!(host.post(&path, &[("accent", "")]).await?.status, 303);
    ensure!(!visitor.get("/maya").await?.text.contains("/static/accents/"), "it is the product's own again");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_nothing_shows_are_deleted_after_a_day() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, space) = (server.person("host"), server.space("maya").await?);
    let cover = format!("/account/spaces/{space}/cover");
    let files = Purpose::Cover.sizes().len();
    for (tone, there) in [(10, files), (20, 2 * files), (20, 2 * files)] {
        assert_eq!(upload(&host, &cover, None, &photograph(800, 300, tone)).await?.status, 303);
        assert_eq!(kept(&server)?, there);
    }
    // As if the server had stopped between the files and the row that shows them.
    let left = gateways::process(Purpose::Cover, &photograph(800, 300, 30))?;
    let owner = PictureOwner::Space(space);
    let now = server.app.clock.now();
    server.app.store.pictures().expect(left.id, Purpose::Cover, owner, 40, now).await?;
    for (size, bytes) in left.files {
        let file = PictureFile { id: left.id, size };
        server.app.services.objects.put(&file.object(), bytes).await?;
    }
    assert_eq!(kept(&server)?, 3 * files);
    server.advance(2 * 86_400).await?;
    let shown = async || anyhow::Ok((kept(&server)? == files).then_some(()));
    eventually("more is kept than the space shows", shown).await?;
    let banner = source(&server.anybody().get("/maya").await?.text, "banner")?;
    assert_eq!(pixels(&server.anybody(), &banner).await?, (1500, 500));
    // The same picture again, although its files were deleted.
    assert_eq!(upload(&host, &cover, None, &photograph(800, 300, 10)).await?.status, 303);
    let banner = source(&server.anybody().get("/maya").await?.text, "banner")?;
    assert_eq!(pixels(&server.anybody(), &banner).await?, (1500, 500));
    server.close().await
}
