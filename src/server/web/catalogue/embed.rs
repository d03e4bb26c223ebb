//! Cards for other sites: oEmbed (<https://oembed.com>), the page in the frame, and who may show it. None of it reads a cookie,
//! except for the settings.

use crate::{
    app::App,
    web::{
        catalogue::{
            manage::own_space,
            spaces::{Seen, moved, see},
        },
        error::{WebError, WebResult, refused},
        extract::{Form, Path, Query},
        flash,
        people::session::{SignedIn, Visitor},
    },
};
use axum::{
    Json,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::{
    catalogue::{
        embed::Sites,
        offer::{Experience, Space},
        slug::page_path,
    },
    clock::Clock,
    id::SpaceId,
    live::calendar,
    people::account::Account,
};
use serde::Deserialize;
use serde_json::json;
use store::Resolved;
use views::{
    form::{Errors, FieldError},
    live::{
        card::{self, Card, Stage},
        embedding::{self, HEIGHT, SitesDraft, WIDTH, choice},
    },
};

/// Seconds for which a consumer may keep an answer.
const CACHE_AGE: u32 = 300;

/// What a card is of.
struct EmbedTarget {
    space: Space,
    owner: Account,
    /// Of one experience alone.
    experience: Option<Experience>,
}

impl EmbedTarget {
    fn path(&self) -> String {
        match &self.experience {
            Some(experience) => page_path(&self.space.slug, &experience.slug),
            None => format!("/{}", self.space.slug),
        }
    }

    fn title(&self) -> &str {
        self.experience.as_ref().map_or(&self.space.name, |experience| &experience.title)
    }
}

/// What is public at `/{space}` or `/{space}/{slug}`, or where it has moved to.
async fn find(app: &App, space: &str, slug: Option<&str>) -> WebResult<Result<EmbedTarget, String>> {
    let visit = match see(app, &Visitor(None), space).await? {
        Seen::Here(visit) => *visit,
        Seen::Moved(to) => return Ok(Err(slug.map_or(format!("/{to}"), |slug| page_path(&to, slug)))),
    };
    let (space, owner) = (visit.space, visit.owner);
    let Some(slug) = slug else { return Ok(Ok(EmbedTarget { space, owner, experience: None })) };
    match app.store.spaces().resolve(space.id, slug).await? {
        Resolved::Experience(id) => {
            let experience = app.store.experiences().by_id(id).await?;
            Ok(Ok(EmbedTarget { space, owner, experience: Some(experience) }))
        }
        Resolved::Moved(to) => Ok(Err(page_path(&space.slug, &to))),
        Resolved::Pass(_) | Resolved::Nothing => Err(WebError::not_found()),
    }
}

#[derive(Deserialize)]
pub struct OembedQuery {
    url: String,
    #[serde(default)]
    format: String,
    maxwidth: Option<u32>,
    maxheight: Option<u32>,
}

pub async fn oembed(State(app): State<App>, Query(asked): Query<OembedQuery>) -> WebResult {
    if !matches!(asked.format.as_str(), "" | "json") {
        return Err(WebError::new(StatusCode::NOT_IMPLEMENTED, "format", views::t!("catalogue-embed-json")));
    }
    let public_url = app.public_url.to_string();
    let path = asked.url.strip_prefix(&public_url).ok_or_else(WebError::not_found)?;
    let path = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    let mut segments = path.split('/').filter(|segment| !segment.is_empty());
    let (space, slug) = (segments.next().ok_or_else(WebError::not_found)?, segments.next());
    if segments.next().is_some() {
        return Err(WebError::not_found());
    }
    let subject = match find(&app, space, slug).await? {
        Ok(subject) => subject,
        Err(to) => {
            // A consumer that follows redirects finds it; oEmbed has no other way to say so.
            let to = format!("/oembed?url={}", crate::web::encode(&format!("{public_url}{to}")));
            return Ok((StatusCode::MOVED_PERMANENTLY, [(header::LOCATION, to)]).into_response());
        }
    };
    let mut answer = json!({
        "version": "1.0",
        "type": "link",
        "title": subject.title(),
        "author_name": subject.owner.name,
        "author_url": app.url(&format!("/@{}", subject.owner.username)),
        "provider_name": "Backstage Pass",
        "provider_url": public_url,
        "cache_age": CACHE_AGE,
    });
    if app.store.spaces().embed_sites(subject.space.id).await? != Sites::Nobody {
        let width = asked.maxwidth.map_or(WIDTH, |most| most.clamp(1, WIDTH));
        let height = asked.maxheight.map_or(HEIGHT, |most| most.clamp(1, HEIGHT));
        let frame = embedding::frame(&public_url, &subject.path(), subject.title(), (width, height));
        answer["type"] = "rich".into();
        answer["html"] = frame.into_string().into();
        answer["width"] = width.into();
        answer["height"] = height.into();
    }
    let headers = [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")];
    Ok((headers, Json(answer)).into_response())
}

pub async fn of_space(State(app): State<App>, Path(space): Path<String>) -> WebResult {
    answer(&app, &space, None).await
}

pub async fn of_show(State(app): State<App>, Path((space, slug)): Path<(String, String)>) -> WebResult {
    answer(&app, &space, Some(&slug)).await
}

async fn answer(app: &App, space: &str, slug: Option<&str>) -> WebResult {
    let subject = match find(app, space, slug).await? {
        Ok(subject) => subject,
        Err(to) => return Ok(moved(&format!("/oembed{to}"))),
    };
    let sites = app.store.spaces().embed_sites(subject.space.id).await?;
    let now = app.clock.now();
    let mut streams = app.store.streams().not_ended(subject.space.id).await?;
    if let Some(only) = &subject.experience {
        streams.retain(|stream| stream.experience == only.id);
    }
    let next = calendar::next(&streams, now);
    let stage = match (streams.iter().find(|stream| stream.state.on_air()), next) {
        (Some(stream), _) => {
            let people = stream.public_count(app.engine.people(stream.room));
            Stage::Live { title: &stream.title, people }
        }
        (None, Some((stream, at))) => Stage::Next { title: &stream.title, at },
        (None, None) => Stage::Quiet,
    };
    let url = app.url(&subject.path());
    let experience = subject.experience.as_ref().map(|experience| experience.title.as_str());
    let card = Card { space: &subject.space, experience, url: &url, stage };
    let mut response = card::page(&app.shell(None, ""), &card).into_response();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy(&sites));
    Ok(response)
}

/// Nothing but our style sheet and pictures, in frames of the sites that the space allows.
fn policy(sites: &Sites) -> HeaderValue {
    let ancestors = sites.frame_ancestors();
    let text = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    );
    HeaderValue::from_str(&text)
        .unwrap_or(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"))
}

pub async fn settings(State(app): State<App>, me: SignedIn, Path(id): Path<SpaceId>) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let draft = SitesDraft::from(&app.store.spaces().embed_sites(id).await?);
    Ok(settings_page(&app, &me, &space, &draft, &Errors::default()))
}

fn settings_page(app: &App, me: &SignedIn, space: &Space, draft: &SitesDraft, errors: &Errors) -> Response {
    let shell = app.shell(Some(&me.0.account), &path(space.id));
    embedding::page(&shell, space, draft, errors).into_response()
}

fn path(space: SpaceId) -> String {
    format!("/account/spaces/{space}/embedding")
}

/// Missing fields count as empty, and the page reports what is wrong with them.
#[derive(Deserialize)]
pub struct EmbedSitesForm {
    #[serde(default)]
    who: String,
    #[serde(default)]
    sites: String,
}

pub async fn allow(
    State(app): State<App>,
    me: SignedIn,
    Path(id): Path<SpaceId>,
    Form(fields): Form<EmbedSitesForm>,
) -> WebResult {
    let space = own_space(&app, &me, id).await?;
    let draft = SitesDraft { who: fields.who, sites: fields.sites };
    let sites = match draft.who.as_str() {
        choice::ANYBODY => Ok(Sites::Anybody),
        choice::NOBODY => Ok(Sites::Nobody),
        choice::THESE => Sites::these(&draft.sites).map_err(|error| FieldError::new("sites", error)),
        _ => Err(FieldError::new("who", views::t!("catalogue-embed-choose"))),
    };
    match sites {
        Ok(sites) => {
            service::catalogue::embedding::allow(&app.services, me.0.account.id, id, &sites).await?;
            Ok(flash::redirect(&app, &path(id), &views::t!("catalogue-embed-saved")))
        }
        Err(wrong) => {
            let errors = Errors::one("embedding", wrong);
            Ok(refused(settings_page(&app, &me, &space, &draft, &errors), &errors))
        }
    }
}
