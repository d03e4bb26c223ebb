use super::super::framing::append;
use super::*;
use crate::net::PublicIps;
use std::io::{Read, Write};

/// A binding request's first bytes: enough for what is decided here.
const STUN: &[u8] = &[0, 1, 0, 0];

fn start(total: usize, per_network: usize) -> (TcpLines, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let own = OwnAddresses::new(address, PublicIps::default());
    (TcpLines::new(listener, own, LineLimits { total, per_network }).unwrap(), address)
}

fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream
}

fn say(stream: &mut TcpStream, datagram: &[u8]) {
    let mut bytes = vec![];
    append(&mut bytes, datagram);
    stream.write_all(&bytes).unwrap();
}

/// Looks until a datagram comes, and judges it.
fn hear(lines: &mut TcpLines, receipt: Receipt, now: Instant) -> Option<(Remote, Vec<u8>)> {
    let mut frame = [0; super::super::LONGEST];
    for _ in 0..500 {
        lines.look(now);
        if let Some((number, datagram)) = lines.next(&mut frame) {
            let heard = (datagram.from, datagram.body.to_vec());
            lines.judge(number, receipt, now);
            return Some(heard);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    None
}

/// Looks until as many connections are open.
fn settle(lines: &mut TcpLines, open: usize, now: Instant) {
    for _ in 0..500 {
        lines.look(now);
        while lines.next(&mut [0; super::super::LONGEST]).is_some() {}
        if lines.open() == open {
            return;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    panic!("{} are open, not {open}", lines.open());
}

fn is_closed(stream: &mut TcpStream) -> bool {
    match stream.read(&mut [0; 16]) {
        Ok(read) => read == 0,
        Err(error) => error.kind() == ErrorKind::ConnectionReset,
    }
}

#[test]
fn datagrams_go_both_ways_and_each_has_its_address() {
    let ((mut lines, address), now) = (start(10, 10), Instant::now());
    let mut streams = [connect(address), connect(address)];
    for (stream, number) in streams.iter_mut().zip(1..) {
        say(stream, &[STUN, &[number]].concat());
        let (from, body) = hear(&mut lines, Receipt::Taken, now).unwrap();
        assert_eq!((from, body.last()), (Remote::tcp(stream.local_addr().unwrap()), Some(&number)));
        lines.send(from.at, &[vec![number; 3].into(), vec![9].into()]);
        let mut came = [0; 8];
        stream.read_exact(&mut came).unwrap();
        assert_eq!(came, [0, 3, number, number, number, 0, 1, 9]);
    }
    lines.send(address, &[vec![1].into()]);
    assert_eq!((lines.packets_in, lines.packets_out, lines.dropped), (2, 4, 0), "one had nobody to go to");
}

#[test]
fn strangers_have_little_time_and_peers_as_long_as_they_are_heard() {
    let ((mut lines, address), start) = (start(10, 10), Instant::now());
    let at = |seconds| start + Duration::from_secs(seconds);
    let (mut stranger, mut peer) = (connect(address), connect(address));
    say(&mut peer, STUN);
    assert!(hear(&mut lines, Receipt::Taken, start).is_some());
    settle(&mut lines, 2, start);
    lines.sweep(at(4));
    assert_eq!(lines.open(), 2);
    lines.sweep(at(6));
    assert_eq!(lines.open(), 1);
    assert!(is_closed(&mut stranger), "the stranger is told");
    say(&mut peer, &[22; 9]);
    assert!(hear(&mut lines, Receipt::Taken, at(10)).is_some());
    say(&mut peer, &[22; 9]);
    assert!(hear(&mut lines, Receipt::Unclaimed, at(20)).is_some(), "what nobody takes keeps no place");
    lines.sweep(at(24));
    assert_eq!(lines.open(), 1);
    lines.sweep(at(26));
    assert_eq!((lines.open(), lines.by_address.len(), lines.networks.len()), (0, 0, 0));
    assert!(is_closed(&mut peer));
    assert_eq!(lines.take_met(), [("tcp_places", 0), ("tcp_strangers", 1), ("tcp_slow", 0)]);
}

#[test]
fn what_is_no_request_of_a_peer_is_closed_at_once() {
    let ((mut lines, address), now) = (start(10, 10), Instant::now());
    for bytes in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0, 0], &[0, 2, 22, 254], &[0, 4, 0x80, 96, 0, 1]] {
        let mut stream = connect(address);
        stream.write_all(bytes).unwrap();
        settle(&mut lines, 1, now);
        settle(&mut lines, 0, now);
        assert!(is_closed(&mut stream), "{bytes:?}");
    }
    let mut nobodys = connect(address);
    say(&mut nobodys, STUN);
    assert!(hear(&mut lines, Receipt::Unclaimed, now).is_some());
    assert!(lines.open() == 0 && is_closed(&mut nobodys));
    let mut spare = connect(address);
    say(&mut spare, STUN);
    assert!(hear(&mut lines, Receipt::Spare, now).is_some());
    assert!(lines.open() == 0 && is_closed(&mut spare), "nor does one stay whose peer comes another way");
    let mut noisy = connect(address);
    (0..=STRAYS).for_each(|_| say(&mut noisy, STUN));
    assert!(hear(&mut lines, Receipt::Taken, now).is_some());
    for _ in 0..STRAYS {
        assert!(lines.open() == 1 && hear(&mut lines, Receipt::OverLimit, now).is_some());
    }
    say(&mut noisy, STUN);
    assert!(hear(&mut lines, Receipt::OverLimit, now).is_some());
    assert_eq!(lines.open(), 0, "one that only costs");
}

#[test]
fn the_oldest_stranger_goes_and_a_peer_never() {
    let ((mut lines, address), now) = (start(1_000, 1_000), Instant::now());
    let mut peer = connect(address);
    say(&mut peer, STUN);
    assert!(hear(&mut lines, Receipt::Taken, now).is_some());
    let mut strangers = vec![];
    for n in 1..=STRANGERS_OF_NETWORK + 5 {
        strangers.push(connect(address));
        settle(&mut lines, 1 + n.min(STRANGERS_OF_NETWORK), now);
    }
    // The last ones came when the count was full already.
    for _ in 0..50 {
        lines.look(now);
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(lines.take_met()[0], ("tcp_places", 5));
    assert!(strangers[..5].iter_mut().all(is_closed));
    say(&mut strangers[5], STUN);
    assert!(hear(&mut lines, Receipt::Taken, now).is_some(), "the next one has its place still");
    say(&mut peer, STUN);
    assert!(hear(&mut lines, Receipt::Taken, now).is_some());
}

#[test]
fn where_all_places_are_peers_a_newcomer_is_refused() {
    for (total, per_network) in [(2, 10), (10, 2)] {
        let ((mut lines, address), now) = (start(total, per_network), Instant::now());
        let mut peers = [connect(address), connect(address)];
        for peer in &mut peers {
            say(peer, STUN);
            assert!(hear(&mut lines, Receipt::Taken, now).is_some());
        }
        let mut newcomer = connect(address);
        for _ in 0..50 {
            lines.look(now);
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!((lines.open(), lines.take_met()[0].1), (2, 1));
        assert!(is_closed(&mut newcomer));
    }
}

#[test]
fn a_slow_reader_loses_what_does_not_fit_and_then_its_place() {
    let ((mut lines, address), now) = (start(10, 10), Instant::now());
    let mut slow = connect(address);
    say(&mut slow, STUN);
    let (from, _) = hear(&mut lines, Receipt::Taken, now).unwrap();
    let send = |lines: &mut TcpLines, times: usize| {
        (0..times).for_each(|n| lines.send(from.at, &[vec![n as u8; 1_000].into()]));
    };
    send(&mut lines, 20_000);
    assert!(lines.dropped > 0 && lines.packets_out < 15_000, "{} went out", lines.packets_out);
    // Once it reads, it gets whole datagrams, in order, and then what comes next.
    let (kept, mut came) = (lines.packets_out, 0);
    let mut space = [0; 1_002];
    while came < kept {
        lines.look(now);
        slow.read_exact(&mut space).unwrap();
        assert_eq!((space[..2].to_vec(), space[2]), (vec![3, 232], came as u8));
        came += 1;
    }
    lines.look(now);
    assert!(lines.lines.values().all(|line| line.behind.is_none()), "it has caught up");
    send(&mut lines, 20_000);
    let since = Instant::now();
    say(&mut slow, STUN);
    assert!(hear(&mut lines, Receipt::Taken, since).is_some());
    lines.sweep(since + Duration::from_secs(4));
    assert_eq!(lines.open(), 1);
    lines.sweep(since + Duration::from_secs(6));
    assert_eq!((lines.open(), lines.take_met()[2]), (0, ("tcp_slow", 1)));
}

#[test]
fn a_network_is_an_address_or_a_64() {
    let of = |text: &str| network(text.parse().unwrap());
    assert_eq!(of("2001:db8:0:1::1"), of("2001:db8:0:1:ffff::9"));
    assert_ne!(of("2001:db8:0:1::1"), of("2001:db8:0:2::1"));
    assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
}
