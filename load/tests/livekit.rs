//! A short run on a real livekit-server, which `LIVEKIT_SERVER` names: `tests/run livekit`.

use load::{
    live::{self, Film, MediaStage},
    measure::progress::Progress,
};
use std::{
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, time::sleep};

const KEY: (&str, &str) = ("devkey", "secret-of-the-livekit-in-these-films");
const FILM: Film = Film {
    rooms: 2,
    viewers: 4,
    seconds: 3.0,
    bitrate: 300_000,
    layers: 1,
    sound: true,
    joins: 1.0,
    loss: 0.0,
    seed: 1,
};

/// It ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Media only over loopback, where nobody else is.
async fn start() -> (Server, String) {
    let program = std::env::var("LIVEKIT_SERVER").expect("LIVEKIT_SERVER: run this by tests/run livekit");
    let free = || TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a port").port();
    let (port, tcp) = (free(), free());
    let config = format!(
        "{{port: {port}, bind_addresses: ['127.0.0.1'], keys: {{{}: {}}}, logging: {{level: error}}, \
        rtc: {{tcp_port: {tcp}, port_range_start: 52300, port_range_end: 52500, node_ip: 127.0.0.1, use_external_ip: false, \
        enable_loopback_candidate: true, interfaces: {{includes: [lo]}}}}}}",
        KEY.0, KEY.1
    );
    let mut command = Command::new(program);
    command.args(["--config-body", &config]).stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server(command.spawn().expect("livekit-server starts"));
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(20), "livekit-server does not answer");
        sleep(Duration::from_millis(100)).await;
    }
    (server, format!("http://127.0.0.1:{port}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn viewers_of_a_livekit_server_get_the_frames_of_their_room() {
    let (_server, url) = start().await;
    let stage = MediaStage::of_livekit(&url, KEY, FILM.rooms).expect("a stage");
    let report = live::run(stage, FILM, None, &mut Progress::new()).await.expect("a run");
    // Two left within the three seconds, and two came.
    assert_eq!((report.all.viewers, report.all.first_key_ms.count), (6, 4), "{:?}", report.differences);
    let (pictures, sounds) = (report.all.pictures, report.all.sounds);
    assert!(pictures.came > 4 * 3 * 25 && sounds.came > 4 * 3 * 45, "{pictures:?} {sounds:?}");
    assert_eq!((pictures.damaged, pictures.twice), (0, 0), "nobody sees another room");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_secret_lets_nobody_in() {
    let (_server, url) = start().await;
    let stage =
        MediaStage::of_livekit(&url, (KEY.0, "another-secret-than-that-of-livekit"), 1).expect("a stage");
    let refused = live::run(stage, Film { rooms: 1, viewers: 1, ..FILM }, None, &mut Progress::new()).await;
    assert!(refused.is_err_and(|why| format!("{why:#}").contains("401")));
}
