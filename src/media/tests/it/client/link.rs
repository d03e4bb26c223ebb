//! How a client reaches the SFU: by a UDP socket, or by one TCP connection with two octets of length before each datagram
//! (RFC 4571).

use std::{
    io::{Read, Write},
    net::{IpAddr, SocketAddr, TcpStream, UdpSocket},
    time::Duration,
};
use str0m::{
    Candidate,
    net::{Protocol, TcpType},
};

pub enum Link {
    Udp(UdpSocket),
    Tcp { stream: TcpStream, came: Vec<u8> },
}

impl Link {
    pub fn to(sfu: SocketAddr, by_tcp: bool) -> Self {
        let reached = match sfu.ip() {
            IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::new([127, 0, 0, 1].into(), sfu.port()),
            _ => sfu,
        };
        match by_tcp {
            false => Self::Udp(UdpSocket::bind((reached.ip(), 0)).unwrap()),
            true => {
                let stream = TcpStream::connect(reached).unwrap();
                stream.set_nodelay(true).unwrap();
                Self::Tcp { stream, came: vec![] }
            }
        }
    }

    pub fn local(&self) -> SocketAddr {
        match self {
            Self::Udp(socket) => socket.local_addr().unwrap(),
            Self::Tcp { stream, .. } => stream.local_addr().unwrap(),
        }
    }

    pub fn protocol(&self) -> Protocol {
        match self {
            Self::Udp(_) => Protocol::Udp,
            Self::Tcp { .. } => Protocol::Tcp,
        }
    }

    pub fn candidate(&self) -> Candidate {
        match self {
            Self::Udp(_) => Candidate::host(self.local(), Protocol::Udp).unwrap(),
            Self::Tcp { .. } => {
                Candidate::builder().tcp().host(self.local()).tcptype(TcpType::Active).build().unwrap()
            }
        }
    }

    /// Another port of UDP, as a NAT on the way may choose it.
    pub fn rebind(&mut self) {
        let ip = self.local().ip();
        *self = Self::Udp(UdpSocket::bind((ip, 0)).unwrap());
    }

    /// What cannot be sent is lost. The one connection reaches one address.
    pub fn send(&mut self, datagram: &[u8], to: SocketAddr) {
        match self {
            Self::Udp(socket) => drop(socket.send_to(datagram, to)),
            Self::Tcp { stream, .. } if stream.peer_addr().is_ok_and(|peer| peer == to) => {
                let mut framed = (datagram.len() as u16).to_be_bytes().to_vec();
                framed.extend(datagram);
                drop(stream.write_all(&framed));
            }
            Self::Tcp { .. } => {}
        }
    }

    /// The next datagram: its length and its source. `None` if none comes within `pause`.
    pub fn receive(&mut self, buffer: &mut [u8; 2048], pause: Duration) -> Option<(usize, SocketAddr)> {
        match self {
            Self::Udp(socket) => {
                socket.set_read_timeout(Some(pause)).unwrap();
                socket.recv_from(buffer).ok()
            }
            Self::Tcp { stream, came } => {
                let source = stream.peer_addr().ok()?;
                stream.set_read_timeout(Some(pause)).unwrap();
                loop {
                    if let Some((head, rest)) = came.split_first_chunk::<2>() {
                        let length = usize::from(u16::from_be_bytes(*head));
                        if let Some(datagram) = rest.get(..length) {
                            buffer[..length].copy_from_slice(datagram);
                            came.drain(..2 + length);
                            return Some((length, source));
                        }
                    }
                    let read = stream.read(buffer).ok().filter(|read| *read > 0)?;
                    came.extend(&buffer[..read]);
                }
            }
        }
    }
}
