//! A reported picture is taken away alone: the space and the person stay as they are.

use crate::{
    catalogue::pictures::{photograph, source, upload},
    support::{Browser, TestServer, eventually},
};
use anyhow::{Context, Result, ensure};

const WHY: &str = "It shows somebody else's painting.";

/// Reports, and returns the path of the report.
async fn reported(server: &TestServer, path: &str) -> Result<String> {
    assert_eq!(server.person("viewer").post(path, &[("reason", "copyright")]).await?.status, 303);
    let queue = server.person("operator").get("/ops/reports").await?.text;
    let id = queue.split("href=\"/ops/reports/").nth(1).and_then(|rest| rest.split('"').next());
    Ok(format!("/ops/reports/{}", id.context("a report")?))
}

async fn is_deleted(who: &Browser, file: &str) -> Result<()> {
    let gone = async || anyhow::Ok((who.get(file).await?.status == 404).then_some(()));
    eventually("the file is still there", gone).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reported_cover_goes_and_the_space_stays() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, operator, visitor) = (server.person("host"), server.person("operator"), server.anybody());
    let space = server.space("maya").await?;
    for (part, tone) in [("cover", 1), ("logo", 2)] {
        let file = photograph(800, 400, tone);
        assert_eq!(upload(&host, &format!("/account/spaces/{space}/{part}"), None, &file).await?.status, 303);
    }
    let page = visitor.get("/maya").await?.text;
    let (cover, logo) = (source(&page, "banner")?, source(&page, "avatar xl")?);
    assert_eq!(visitor.get(&cover).await?.status, 200);
    let report = reported(&server, &format!("/account/reports/picture/{space}")).await?;
    let shown = operator.get(&report).await?.text;
    ensure!(shown.contains("value=\"cover\"") && shown.contains("value=\"logo\""), "{shown}");
    let path = format!("{report}/pictures");
    assert_eq!(host.post(&path, &[("picture", "cover"), ("reason", WHY)]).await?.status, 404);
    for (picture, reason) in [("cover", ""), ("", WHY), ("avatar-of-nobody", WHY)] {
        let refused = operator.post(&path, &[("picture", picture), ("reason", reason)]).await?;
        assert_eq!(refused.status, 422, "{picture} {reason}");
        ensure!(refused.text.contains(reason), "what was written stays");
    }
    assert_eq!(operator.post(&path, &[("picture", "avatar"), ("reason", WHY)]).await?.status, 409);
    assert_eq!(operator.post(&path, &[("picture", "cover"), ("reason", WHY)]).await?.status, 303);
    let page = visitor.get("/maya").await?.text;
    ensure!(source(&page, "banner")?.ends_with(".svg") && source(&page, "avatar xl")? == logo, "{page}");
    is_deleted(&visitor, &cover).await?;
    assert_eq!(visitor.get(&logo).await?.status, 200);
    assert_eq!(operator.post(&path, &[("picture", "cover"), ("reason", WHY)]).await?.status, 409, "once");
    server.rest().await?;
    let told = server.mail_texts("maya@demo.example", "was taken away").await?;
    ensure!(
        told.len() == 1 && told[0].contains(WHY) && told[0].contains("the cover of Maya Lin"),
        "{told:?}"
    );
    for other in ["vera@demo.example", "sam@demo.example"] {
        assert_eq!(server.mails(other, "was taken away").await?, 0, "{other}");
    }
    let audit = operator.get(&format!("/ops/audit?about={space}")).await?.text;
    ensure!(audit.contains("picture.take_down"), "{audit}");
    server.close().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_of_a_person_goes_alone_too() -> Result<()> {
    let server = TestServer::open().await?;
    let (host, operator, visitor) = (server.person("host"), server.person("operator"), server.anybody());
    assert_eq!(upload(&host, "/account/avatar", None, &photograph(400, 300, 9)).await?.status, 303);
    let face = source(&visitor.get("/@maya").await?.text, "avatar l")?;
    let maya = server.account("maya@demo.example").await?;
    let report = reported(&server, &format!("/account/reports/person/{maya}")).await?;
    let form = [("picture", "avatar"), ("reason", WHY)];
    assert_eq!(operator.post(&format!("{report}/pictures"), &form).await?.status, 303);
    let page = visitor.get("/@maya").await?;
    ensure!(page.status == 200 && source(&page.text, "avatar l").is_err(), "{}", page.text);
    is_deleted(&visitor, &face).await?;
    server.rest().await?;
    let told = server.mail_texts("maya@demo.example", "was taken away").await?;
    ensure!(told.len() == 1 && told[0].contains("took your picture away"), "{told:?}");
    assert_eq!(host.get("/account").await?.status, 200, "she is still signed in");
    server.close().await
}
