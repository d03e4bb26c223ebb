//! Which responses leave hyper and which stay. The reader sees the same bytes either way.

use crate::{
    client::{Client, Dial, Next, SOON},
    world::{Settings, Transport, World},
};
use axum::{Extension, Router, routing};
use fanout::{Closed, Config, Event, Fanout, Peer, Serve, serve};
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    service::TowerToHyperService,
};
use std::{
    convert::Infallible,
    future::pending,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
    time::{sleep, timeout},
};

#[tokio::test]
async fn a_connection_that_was_used_before_is_taken_over() {
    let mut world = World::new(Transport::Takeover).await;
    let mut client = Client::connect(world.addr, Dial::default()).await;
    for _ in 0..2 {
        client.ask("GET /ping HTTP/1.1\r\nhost: test\r\n\r\n").await;
        assert_eq!(client.take(4).await, b"pong");
    }
    client.ask("GET /events HTTP/1.1\r\nhost: test\r\n\r\n").await;
    let _link = world.link().await;
    assert_eq!(client.event().await.data, "you");
    world.until("it left hyper", |_, counters| counters.takeovers == 1).await;
}

/// A body that never yields a frame; the receiver notices when it is dropped.
struct Silent(#[expect(dead_code, reason = "dropped with the body")] oneshot::Sender<()>);

impl http_body::Body for Silent {
    type Data = bytes::Bytes;
    type Error = Infallible;
    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<http_body::Frame<bytes::Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// While a handoff of the socket was expected, nobody polled it for reads.
#[tokio::test]
async fn whoever_leaves_a_silent_answer_is_missed_at_once() {
    let (sender, ended) = oneshot::channel();
    let sender = Arc::new(Mutex::new(Some(sender)));
    let silent = async move || {
        let sender = sender.lock().expect("no panic under it").take().expect("one asks");
        axum::body::Body::new(Silent(sender))
    };
    let (addr, served) = router(Router::new().route("/silent", routing::get(silent)));
    let client = Client::get(addr, "/silent").await;
    assert!(client.head.starts_with("http/1.1 200"), "{}", client.head);
    drop(client);
    assert!(timeout(SOON, ended).await.expect("in time").is_err(), "the body was dropped");
    served.abort();
}

/// Serves a router without feeds.
fn router(router: Router) -> (SocketAddr, JoinHandle<()>) {
    let fanout = Fanout::start(Config::default()).expect("threads");
    let listener = Serve::default().listen(([127, 0, 0, 1], 0).into()).expect("a port");
    let addr = listener.address().expect("an address");
    (addr, tokio::spawn(serve(listener, TowerToHyperService::new(router), fanout, pending())))
}

#[tokio::test]
async fn who_asks_for_events_and_gets_something_else_may_ask_again() {
    let late = async || {
        sleep(Duration::from_millis(20)).await;
        "late"
    };
    let router =
        Router::new().route("/late", routing::get(late)).route("/soon", routing::get(async || "soon"));
    let fanout = Fanout::start(Config::default()).expect("threads");
    let listener = Serve::default().listen(([127, 0, 0, 1], 0).into()).expect("a port");
    let addr = listener.address().expect("an address");
    let served = tokio::spawn(serve(listener, TowerToHyperService::new(router), fanout, pending()));
    let mut client = Client::connect(addr, Dial::default()).await;
    for path in ["late", "soon", "soon", "late", "late"] {
        client.ask(&format!("GET /{path} HTTP/1.1\r\nhost: test\r\naccept: text/event-stream\r\n\r\n")).await;
        assert_eq!(client.take(4).await, path.as_bytes());
        // By then the server's task is asleep.
        sleep(Duration::from_millis(5)).await;
    }
    served.abort();
}

#[tokio::test]
async fn what_a_reader_says_is_not_listened_to() {
    let mut world = World::new(Transport::Takeover).await;
    let mut client = Client::connect(world.addr, Dial::default()).await;
    let request = "GET /events HTTP/1.1\r\nhost: test\r\n\r\n";
    client.ask(&request.repeat(2)).await;
    let _link = world.link().await;
    assert_eq!(client.event().await.data, "you");
    let id = world.room.publish("still here");
    assert_eq!(client.event().await.id, Some(id));
    assert_eq!(world.fanout.counters().connections, 1);
}

#[tokio::test]
async fn an_answer_of_another_form_stays_with_hyper() {
    let mut world = World::new(Transport::Takeover).await;
    for path in ["/encoded", "/foreign"] {
        let (mut client, _link) = world.open(path).await;
        assert_eq!(client.event().await.data, "you");
        let id = world.room.publish("same words");
        assert_eq!(client.event().await.id, Some(id));
    }
    assert_eq!(world.fanout.counters().takeovers, 0);
}

#[tokio::test]
async fn a_head_request_holds_no_seat() {
    let mut world = World::new(Transport::Takeover).await;
    let mut client = Client::connect(world.addr, Dial::default()).await;
    client.ask("HEAD /events HTTP/1.1\r\nhost: test\r\n\r\n").await;
    assert_eq!(timeout(SOON, world.link().await.closed()).await, Ok(Closed::Peer));
    assert_eq!(world.room.log.readers(), 0);
}

#[tokio::test]
async fn an_axum_handler_need_not_know() {
    let fanout = Fanout::start(Config::default()).expect("threads");
    let log = fanout.log(0);
    let (readers, said) = (fanout.clone(), log.clone());
    let events = async move |Extension(Peer(peer)): Extension<Peer>| {
        let greeting = Event::named("peer", &peer.ip().to_string()).into();
        readers.subscribe(said.head(), [greeting]).1.respond()
    };
    let router = Router::new().route("/events", routing::get(events));
    let listener = Serve::default().listen(([127, 0, 0, 1], 0).into()).expect("a port");
    let addr = listener.address().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async { drop(stopped.await) };
    let service = TowerToHyperService::new(router);
    let served = tokio::spawn(serve(listener, service, fanout.clone(), stopped));
    let mut client = Client::get(addr, "/events").await;
    assert_eq!(client.event().await.data, "127.0.0.1");
    log.append(Event::new("through the shard"));
    assert_eq!(client.event().await.data, "through the shard");
    assert_eq!(fanout.counters().takeovers, 1);
    drop(stop);
    assert_eq!(client.event().await.name, "bye");
    assert_eq!(client.next().await, Next::End);
    timeout(SOON, served).await.expect("the server ends").expect("no panic");
}

#[tokio::test]
async fn http_1_0_gets_the_bare_stream() {
    let mut world = World::new(Transport::Takeover).await;
    let mut client = Client::connect(world.addr, Dial::default()).await;
    client.ask("GET /events HTTP/1.0\r\nhost: test\r\n\r\n").await;
    let _link = world.link().await;
    assert!(!client.head.contains("chunked"), "{}", client.head);
    assert_eq!(client.take(24).await, b"event: hello\ndata: you\n\n");
    assert_eq!(world.fanout.counters().takeovers, 0);
}

#[tokio::test]
async fn http_2_carries_several_readers() {
    let mut world = World::with(Transport::Takeover, Settings::default()).await;
    let stream = TcpStream::connect(world.addr).await.expect("connect");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("HTTP/2");
    let connection = tokio::spawn(connection);
    let mut bodies = Vec::new();
    for _ in 0..3 {
        let request =
            Request::get("http://test/events?since=0").body(Empty::<bytes::Bytes>::new()).expect("request");
        let answer = timeout(SOON, sender.send_request(request)).await.expect("in time").expect("an answer");
        bodies.push((answer.into_body(), world.link().await));
    }
    world.room.publish("to three streams");
    for (body, _) in &mut bodies {
        let frame = timeout(SOON, body.frame()).await.expect("in time").expect("a frame").expect("no error");
        assert_eq!(frame.into_data().expect("data"), "event: line\nid: 1\ndata: to three streams\n\n");
    }
    let (body, link) = bodies.remove(0);
    drop(body);
    world.room.publish("the reset is noticed");
    assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::Peer));
    world.stop().await;
    let (body, link) = bodies.remove(0);
    let rest = timeout(SOON, body.collect()).await.expect("in time").expect("a clean end").to_bytes();
    assert!(rest.windows(10).any(|window| window == b"event: bye"), "{rest:?}");
    assert_eq!(timeout(SOON, link.closed()).await, Ok(Closed::Shutdown));
    drop(connection);
}

#[tokio::test]
async fn both_transports_say_the_same_words() {
    let mut said = Vec::new();
    for transport in [Transport::Takeover, Transport::Hyper] {
        let mut world = World::new(transport).await;
        let (mut client, link) = world.open("/events").await;
        world.room.publish("a\r\nb\rc\nd");
        let mut words = vec![client.event().await, client.event().await];
        link.end(Event::named("end", "enough"));
        words.push(client.event().await);
        said.push(words);
        if transport == Transport::Takeover {
            assert_eq!(client.next().await, Next::End);
        }
    }
    assert_eq!(said[0], said[1]);
}
