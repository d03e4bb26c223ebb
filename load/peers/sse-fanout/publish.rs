//! Publishes messages at absolute times over a few blocking keep-alive connections.

use crate::{args::Args, clock};
use anyhow::{Context, Result, bail};
use hdrhistogram::Histogram;
use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    time::Duration,
};

/// An answer that takes longer counts as missing.
const PATIENCE: Duration = Duration::from_secs(10);

pub struct Published {
    /// The number of each message, and whether the server answered 2xx or 3xx.
    pub answered: Vec<(usize, bool)>,
    /// How many answers had which status; 0 where none came.
    pub status: BTreeMap<u16, u64>,
    /// The largest delay behind the schedule, in nanoseconds.
    pub late_ns: u64,
    /// Time to the answer in nanoseconds.
    pub times: Histogram<u64>,
    pub first_error: Option<String>,
}

/// Publishes the messages `first`, `first` + connections, …; number n at `begin` + n / rate.
pub fn run(args: &Args, first: usize, begin: u64) -> Published {
    let mut done = Published {
        answered: Vec::new(),
        status: BTreeMap::new(),
        late_ns: 0,
        times: Histogram::new_with_bounds(1_000, 60_000_000_000, 3).expect("constant bounds"),
        first_error: None,
    };
    let mut link = None;
    for number in (first..args.total()).step_by(args.publish_connections) {
        let due = begin + (number as f64 / args.rate * 1e9) as u64;
        clock::sleep_until(due);
        let now = clock::now();
        done.late_ns = done.late_ns.max(now.saturating_sub(due));
        let status = match publish(args, &mut link, number, now) {
            Ok(status) => {
                done.times.saturating_record(clock::now() - now);
                status
            }
            Err(error) => {
                // No retry: the first attempt may have been accepted.
                done.first_error.get_or_insert(format!("publish: {error:#}"));
                link = None;
                0
            }
        };
        *done.status.entry(status).or_default() += 1;
        done.answered.push((number, (200..400).contains(&status)));
    }
    done
}

fn publish(args: &Args, link: &mut Option<BufReader<TcpStream>>, number: usize, now: u64) -> Result<u16> {
    let url = args.publish_url.as_ref().context("nowhere to publish")?;
    let token = format!("bench-{now}-{number}");
    let mut body = args.publish_body_template.replace("{ts}", &token);
    if body.contains("{uuid}") {
        body = body.replace("{uuid}", &uuid::Uuid::new_v4().to_string());
    }
    let mut request = format!("POST {} HTTP/1.1\r\nHost: {}\r\n", url.path, url.at);
    let own = args.publish_header_lines.get(number % args.publish_header_lines.len().max(1));
    for header in args.publish_headers.iter().chain(own) {
        request += header;
        request += "\r\n";
    }
    request += &format!("Content-Length: {}\r\n\r\n{body}", body.len());
    let stream = match link {
        Some(stream) => stream,
        None => {
            let stream = TcpStream::connect_timeout(&url.at.into(), PATIENCE)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            link.insert(BufReader::new(stream))
        }
    };
    stream.get_mut().write_all(request.as_bytes())?;
    let (status, stays) = answer(stream)?;
    if !stays {
        *link = None;
    }
    Ok(status)
}

/// Reads one whole answer. Returns its status and whether the connection can be used again.
fn answer(stream: &mut impl BufRead) -> Result<(u16, bool)> {
    let mut line = String::new();
    let mut read = |line: &mut String| -> Result<()> {
        line.clear();
        if stream.read_line(line)? == 0 {
            bail!("closed before the answer");
        }
        Ok(())
    };
    read(&mut line)?;
    let status: u16 = line.get(9..12).and_then(|s| s.parse().ok()).context("no status")?;
    let (mut stays, mut length) = (!line.starts_with("HTTP/1.0"), None);
    loop {
        read(&mut line)?;
        let field = line.trim_end().to_ascii_lowercase();
        match field.split_once(':') {
            None => break,
            Some(("content-length", value)) => length = value.trim().parse::<u64>().ok(),
            Some(("connection", value)) => stays &= value.trim() != "close",
            Some(_) => {}
        }
    }
    match length {
        Some(length) => stays &= std::io::copy(&mut stream.take(length), &mut std::io::sink())? == length,
        None => stays &= matches!(status, 204 | 304),
    }
    Ok((status, stays))
}

#[cfg(test)]
mod tests {
    use super::answer;

    #[test]
    fn an_answer_is_read_to_its_end() {
        let mut wire = &b"HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 303 See Other\r\ncontent-length: 0\r\n\r\n"[..];
        assert_eq!(answer(&mut wire).expect("an answer"), (202, true));
        assert_eq!(answer(&mut wire).expect("the next"), (303, true));
        assert!(answer(&mut wire).is_err());
    }

    #[test]
    fn a_connection_that_closes_is_not_used_again() {
        let mut wire = &b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"[..];
        assert_eq!(answer(&mut wire).expect("an answer"), (200, false));
        let mut open = &b"HTTP/1.1 200 OK\r\n\r\nno end"[..];
        assert_eq!(answer(&mut open).expect("an answer"), (200, false));
    }
}
