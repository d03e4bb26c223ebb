//! From an offer to a connection and its answer. This happens in the caller's task: it costs a few hundred microseconds of
//! key exchange, and the media thread has better to do.

use crate::sfu::Role;
use domain::live::media::MediaError;
use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};
use str0m::{
    Candidate, Rtc,
    change::SdpOffer,
    config::{CryptoProvider, DtlsCert},
    crypto,
};

/// Bytes; browsers offer 4 to 9 kB.
const LONGEST_OFFER: usize = 64 * 1024;
const STATS: Duration = Duration::from_secs(1);
/// Players match sound to picture once both have been reported; str0m's own 5 s for sound would keep them apart so long.
const REPORTS: Duration = Duration::from_secs(1);

/// What all connections share.
pub struct Door {
    crypto: Arc<CryptoProvider>,
    certificate: DtlsCert,
    candidates: Vec<Candidate>,
}

pub struct Connection {
    pub rtc: Box<Rtc>,
    pub ufrag: String,
    /// The answer.
    pub sdp: String,
}

impl Door {
    /// `addresses` are offered to each peer as host candidates. None when a certificate cannot be made.
    pub fn new(addresses: &[SocketAddr]) -> Option<Self> {
        let crypto = Arc::new(crypto::from_feature_flags());
        let certificate = crypto.dtls_provider.generate_certificate()?;
        let candidates =
            addresses.iter().filter_map(|address| Candidate::host(*address, "udp").ok()).collect();
        Some(Self { crypto, certificate, candidates })
    }

    /// # Errors
    /// `Offer`: too long, not SDP, or nothing in it that this role can use.
    pub fn answer(&self, role: Role, offer: &str, now: Instant) -> Result<Connection, MediaError> {
        if offer.len() > LONGEST_OFFER {
            return Err(MediaError::Offer("it is too long".into()));
        }
        let refused = |error: &dyn std::fmt::Display| MediaError::Offer(error.to_string());
        let offer = SdpOffer::from_sdp_string(&one_layer(offer)).map_err(|e| refused(&e))?;
        let publisher = role == Role::Publisher;
        // Full ICE: against a lite server some clients need another round of 200 ms.
        let mut rtc = Rtc::builder()
            .set_crypto_provider(self.crypto.clone())
            .set_dtls_cert(self.certificate.clone())
            .set_rtp_mode(true)
            .set_rtcp_report_interval_audio(REPORTS)
            .set_stats_interval(publisher.then_some(STATS))
            .clear_codecs()
            .enable_vp8(true)
            .enable_opus(true, false)
            .build(now);
        for candidate in &self.candidates {
            rtc.add_local_candidate(candidate.clone());
        }
        let sdp = rtc.sdp_api().accept_offer(offer).map_err(|e| refused(&e))?.to_sdp_string();
        if !carries_media(&sdp, role) {
            return Err(MediaError::Offer("it has no VP8 or Opus media for us".into()));
        }
        let ufrag = rtc.direct_api().local_ice_credentials().ufrag;
        Ok(Connection { rtc: Box::new(rtc), ufrag, sdp })
    }
}

/// Without its simulcast lines an offer is one of its first layer, and the publisher sends no more than that.
fn one_layer(offer: &str) -> String {
    let simulcast = |line: &&str| line.starts_with("a=simulcast:") || line.starts_with("a=rid:");
    offer.split_inclusive('\n').filter(|line| !simulcast(line)).collect()
}

/// Does one of the answer's media lines go our way, with a codec of ours?
fn carries_media(answer: &str, role: Role) -> bool {
    let ways = match role {
        Role::Publisher => ["a=recvonly", "a=sendrecv"],
        Role::Viewer => ["a=sendonly", "a=sendrecv"],
    };
    let sections = answer.split("\nm=").skip(1).filter(|section| !section.starts_with("application"));
    sections.into_iter().any(|section| {
        let mut lines = section.lines();
        let head: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
        let accepted = head.get(1).is_some_and(|port| *port != "0") && section.contains("\na=rtpmap:");
        accepted && lines.any(|line| ways.contains(&line))
    })
}

/// The UDP candidates of a fragment (RFC 8840). Names ending in `.local`, by which browsers hide their addresses, mean
/// nothing to us: their checks reach us all the same, and tell us the address.
pub fn candidates(fragment: &str) -> Vec<Candidate> {
    let lines =
        fragment.lines().filter_map(|line| line.strip_prefix("a=")).filter(|l| l.starts_with("candidate:"));
    let parsed = lines.filter_map(|line| Candidate::from_sdp_string(line).ok());
    parsed.filter(|candidate| candidate.proto() == str0m::net::Protocol::Udp).collect()
}

#[cfg(test)]
#[path = "door_tests.rs"]
mod tests;
