//! Turns an offer into a connection and its answer. It runs in the caller's task, because the key exchange takes a few
//! hundred microseconds that the media thread cannot spare.

use crate::{
    codec::terms,
    offer::{self, Media},
    sfu::Role,
};
use domain::live::media::{Codec, MediaError, Transport};
use std::{
    net::SocketAddr,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Rtc,
    change::SdpOffer,
    config::{CryptoProvider, DtlsCert},
    crypto,
    media::Rid,
    net::{Protocol, TcpType},
};

const STATS: Duration = Duration::from_secs(1);
/// Players synchronise sound and picture after a report of each. str0m's default of 5 s for sound would delay that.
const REPORTS: Duration = Duration::from_secs(1);

/// What all connections share.
pub struct Door {
    crypto: Arc<CryptoProvider>,
    certificate: DtlsCert,
    candidates: Vec<Candidate>,
}

pub struct Connection {
    pub rtc: Box<Rtc>,
    /// Our half of the USERNAME in its STUN requests.
    pub ufrag: String,
    /// The sources declared in the offer; empty unless every media line declares its own.
    pub ssrcs: Vec<u32>,
    /// The codecs of pictures that both take. Of a publisher it is the one that it sends, or none.
    pub codecs: Vec<Codec>,
    /// The names of the layers of a publisher's picture; none if it has one.
    pub rids: Vec<Rid>,
    /// The SDP answer.
    pub sdp: String,
}

impl Door {
    /// `addresses` are offered to each peer as host candidates, by UDP and, for those that UDP does not reach, by TCP. `None` if a
    /// certificate cannot be made.
    pub fn new(addresses: &[SocketAddr]) -> Option<Self> {
        let crypto = Arc::new(crypto::from_feature_flags());
        let certificate = crypto.dtls_provider.generate_certificate()?;
        let by_udp = addresses.iter().map(|address| Candidate::host(*address, Protocol::Udp));
        let by_tcp = addresses
            .iter()
            .map(|address| Candidate::builder().tcp().host(*address).tcptype(TcpType::Passive).build());
        let candidates = by_udp.chain(by_tcp).flatten().collect();
        Some(Self { crypto, certificate, candidates })
    }

    /// `by`: offers our addresses of one transport only.
    ///
    /// # Errors
    /// `Offer`: the offer exceeds a limit of [`offer::Offer`], is not SDP, or has nothing that this role can use.
    /// `Codecs`: we could take only a part of it.
    pub fn answer(
        &self,
        role: Role,
        offer: &str,
        by: Option<Transport>,
        now: Instant,
    ) -> Result<Connection, MediaError> {
        let offer = offer::Offer::read(offer, role == Role::Publisher)?;
        // str0m parses untrusted input here, in the task of a request: if it panics, only this offer fails.
        let answered = catch_unwind(AssertUnwindSafe(|| match role {
            Role::Publisher => self.choose(&offer, now),
            Role::Viewer => self.accept((role, by), &offer, &Codec::VIDEO, now),
        }));
        answered.unwrap_or_else(|_| Err(MediaError::Offer("it cannot be read".into())))
    }

    /// Answers a publisher with the first codec of its own order that we can take: with one in the answer, a sender cannot
    /// change it in the middle of a show.
    fn choose(&self, offer: &offer::Offer, now: Instant) -> Result<Connection, MediaError> {
        let mut refused = None;
        for codec in offer.pictures() {
            match self.accept((Role::Publisher, None), offer, &[codec], now) {
                Err(error @ MediaError::Codecs { .. }) => refused = refused.or(Some(error)),
                answered => return answered,
            }
        }
        match refused {
            Some(error) => Err(error),
            None => self.accept((Role::Publisher, None), offer, &[], now),
        }
    }

    fn accept(
        &self,
        (role, by): (Role, Option<Transport>),
        offer: &offer::Offer,
        codecs: &[Codec],
        now: Instant,
    ) -> Result<Connection, MediaError> {
        let refused = |error: &dyn std::fmt::Display| MediaError::Offer(error.to_string());
        let parsed = SdpOffer::from_sdp_string(&offer.sdp).map_err(|e| refused(&e))?;
        let publisher = role == Role::Publisher;
        // Full ICE: with an ICE-lite server some clients need another round trip of 200 ms.
        let config = Rtc::builder()
            .set_crypto_provider(self.crypto.clone())
            .set_dtls_cert(self.certificate.clone())
            .set_rtp_mode(true)
            .set_rtcp_report_interval_audio(REPORTS)
            .set_stats_interval(Some(STATS));
        let mut rtc = terms::take(config, codecs, offer.stereo).build(now);
        let is_wanted = |candidate: &&Candidate| by.is_none_or(|by| protocol(by) == candidate.proto());
        for candidate in self.candidates.iter().filter(is_wanted) {
            rtc.add_local_candidate(candidate.clone());
        }
        let sdp = rtc.sdp_api().accept_offer(parsed).map_err(|e| refused(&e))?.to_sdp_string();
        refuse_in_part(&offer.media, &sdp)?;
        if !carries_media(&sdp, role) {
            return Err(MediaError::Offer("it has no picture or sound for us".into()));
        }
        let ufrag = rtc.direct_api().local_ice_credentials().ufrag;
        let ssrcs = if publisher { offer.ssrcs.clone() } else { vec![] };
        let codecs = offer::pictures(&offer::media(&sdp));
        let rids = offer.layers.iter().map(|name| name.as_str().into()).collect();
        Ok(Connection { rtc: Box::new(rtc), ufrag, ssrcs, codecs, rids, sdp })
    }
}

fn protocol(transport: Transport) -> Protocol {
    match transport {
        Transport::Udp => Protocol::Udp,
        Transport::Tcp => Protocol::Tcp,
    }
}

/// Refuses an offer of which we can take only a part: otherwise its sender would believe that everything is shown.
fn refuse_in_part(offered: &[Media], answer: &str) -> Result<(), MediaError> {
    let answered = answer.split("\nm=").skip(1);
    let refused = offered.iter().zip(answered).find(|(media, answer)| media.wanted && !is_accepted(answer));
    let Some((media, _)) = refused else { return Ok(()) };
    Err(MediaError::Codecs { kind: media.kind.clone(), offered: media.codecs.clone() })
}

fn is_accepted(section: &str) -> bool {
    let port = section.split(' ').nth(1);
    port.is_some_and(|port| port != "0") && section.contains("\na=rtpmap:")
}

/// Whether a media line of the answer has our direction and one of our codecs.
fn carries_media(answer: &str, role: Role) -> bool {
    let ways = match role {
        Role::Publisher => ["a=recvonly", "a=sendrecv"],
        Role::Viewer => ["a=sendonly", "a=sendrecv"],
    };
    let sections = answer.split("\nm=").skip(1).filter(|section| !section.starts_with("application"));
    sections
        .into_iter()
        .any(|section| is_accepted(section) && section.lines().any(|line| ways.contains(&line)))
}

#[cfg(test)]
#[path = "door_tests.rs"]
mod tests;
