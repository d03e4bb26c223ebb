//! One subscriber: its connection, and which messages it has seen.

use crate::{account::DeliveryRecord, args::Args, scan::Carry};
use anyhow::{Result, bail, ensure};
use load::{
    plan::source,
    wire::{self, Chunks, Framing},
};
use mio::net::TcpStream;
use socket2::{Domain, SockAddr, Socket, Type};
use std::{
    io::{ErrorKind, Read, Write},
    net::{Ipv4Addr, SocketAddrV4},
};

pub struct Reader {
    pub stream: TcpStream,
    phase: Phase,
    carry: Carry,
    last: usize,
}

enum Phase {
    Connecting(Vec<u8>),
    Head(Vec<u8>),
    /// With the state of its chunked encoding, if it has one.
    Body(Option<Chunks>),
}

impl Reader {
    /// Begins to connect, from an address with enough free ports.
    pub fn connect(args: &Args, index: usize) -> Result<Self> {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
        socket.set_nonblocking(true)?;
        let from = Ipv4Addr::new(127, 0, 0, 2 + u8::try_from(index / args.connections_per_source.max(1))?);
        source::bind(&socket, SocketAddrV4::new(from, 0).into())?;
        match socket.connect(&SockAddr::from(args.url.at)) {
            Err(error) if error.raw_os_error() != Some(rustix::io::Errno::INPROGRESS.raw_os_error()) => {
                Err(error)?
            }
            _ => {}
        }
        let stream = TcpStream::from_std(socket.into());
        Ok(Self { stream, phase: Phase::Connecting(request(args, index)), carry: Carry::new(), last: 0 })
    }

    /// True once the head of a 200 has arrived.
    pub fn inside(&self) -> bool {
        matches!(self.phase, Phase::Body(_))
    }

    /// Sends the request when the socket is writable.
    pub fn write(&mut self) -> Result<()> {
        if let Phase::Connecting(request) = &self.phase {
            if let Some(error) = self.stream.take_error()? {
                return Err(error.into());
            }
            match self.stream.write(request) {
                Ok(sent) => ensure!(sent == request.len(), "the request did not fit into the socket"),
                Err(error) if error.kind() == ErrorKind::NotConnected => return Ok(()),
                Err(error) => return Err(error.into()),
            }
            self.phase = Phase::Head(Vec::new());
        }
        Ok(())
    }

    /// Reads everything available.
    pub fn read(&mut self, buffer: &mut [u8], account: &mut DeliveryRecord) -> Result<()> {
        while !matches!(self.phase, Phase::Connecting(_)) {
            let length = match self.stream.read(buffer) {
                Ok(0) => bail!("closed by the server"),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            };
            account.read(length);
            self.take(&buffer[..length], account)?;
            // The poll is edge-triggered: a short read has emptied the socket.
            if length < buffer.len() {
                return Ok(());
            }
        }
        Ok(())
    }

    fn take(&mut self, piece: &[u8], account: &mut DeliveryRecord) -> Result<()> {
        let Phase::Head(head) = &mut self.phase else { return self.body(piece, account) };
        head.extend_from_slice(piece);
        let Some((answer, end)) = wire::head(head)? else { return Ok(()) };
        let rest = head.split_off(end);
        ensure!(answer.status == 200, "answered {}", answer.status);
        let chunked = (answer.framing == Framing::Chunked).then(Chunks::default);
        self.phase = Phase::Body(chunked);
        self.body(&rest, account)
    }

    fn body(&mut self, piece: &[u8], account: &mut DeliveryRecord) -> Result<()> {
        let Self { phase: Phase::Body(chunked), carry, last, .. } = self else { return Ok(()) };
        let finder = account.finder();
        let mut data =
            |data: &[u8]| carry.feed(data, &finder, &mut |ns, number| account.token(ns, number, last));
        let Some(chunked) = chunked else {
            data(piece);
            return Ok(());
        };
        chunked.feed(piece, &mut data)?;
        ensure!(!chunked.ended(), "the server ended the feed");
        Ok(())
    }
}

fn request(args: &Args, index: usize) -> Vec<u8> {
    let mut text = format!(
        "GET {} HTTP/1.1\r\nHost: {}\r\nAccept: text/event-stream\r\nCache-Control: no-cache\r\n",
        args.url.path, args.url.at
    );
    let own = args.header_lines.get(index % args.header_lines.len().max(1));
    for header in args.headers.iter().chain(own) {
        text += header;
        text += "\r\n";
    }
    text += "\r\n";
    text.into_bytes()
}
