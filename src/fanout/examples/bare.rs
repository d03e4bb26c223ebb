//! The fan-out without the application, for load tools: `GET /sub` subscribes, `POST /pub` publishes its body as one
//! event.
//!
//! `cargo run --release -p fanout --example bare -- [PORT [hyper]]`; prints its address, and its counters on ctrl-c.

use bytes::Bytes;
use fanout::{Body, Config, Event, Fanout, Log, RequestBody, Serve, serve};
use http_body_util::{BodyExt, Either, Full};
use hyper::{Method, Request, Response, StatusCode, service::service_fn};
use std::{convert::Infallible, env, io};
use tokio::signal;

type Answer = Response<Either<Body, Full<Bytes>>>;

async fn answer(request: Request<RequestBody>, fanout: Fanout, log: Log) -> Result<Answer, Infallible> {
    let said = |status, text: &'static str| {
        let mut answer = Response::new(Either::Right(Full::from(text)));
        *answer.status_mut() = status;
        Ok(answer)
    };
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/sub") => Ok(fanout.subscribe(log.head(), []).1.respond().map(Either::Left)),
        (&Method::POST, "/pub") => {
            let Ok(body) = request.into_body().collect().await else {
                return said(StatusCode::BAD_REQUEST, "");
            };
            log.append(Event::named("message", &String::from_utf8_lossy(&body.to_bytes())));
            said(StatusCode::OK, "ok")
        }
        _ => said(StatusCode::NOT_FOUND, ""),
    }
}

#[tokio::main]
async fn main() -> io::Result<()> {
    let mut args = env::args().skip(1);
    let port = args.next().and_then(|port| port.parse().ok()).unwrap_or(0);
    let takeover = args.next().is_none_or(|transport| transport != "hyper");
    let listener = Serve { takeover, ..Serve::default() }.listen(([127, 0, 0, 1], port).into())?;
    println!("http://{}", listener.address()?);

    let fanout = Fanout::start(Config::default())?;
    let log = fanout.log(0);
    let service = {
        let fanout = fanout.clone();
        service_fn(move |request| answer(request, fanout.clone(), log.clone()))
    };
    let interrupted = async { signal::ctrl_c().await.unwrap_or_default() };
    serve(listener, service, fanout.clone(), interrupted).await;
    println!("{:?}", fanout.counters());
    Ok(())
}
