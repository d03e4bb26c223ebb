//! The networks that a request comes from. They travel beside it, as the request's id does, so that no use case has to
//! pass them on.

use domain::people::networks::Networks;
use std::{future::Future, net::IpAddr};

tokio::task_local! {
    static FROM: Networks<IpAddr>;
}

/// Runs a request from these networks: what it makes us keep counts for them, too.
pub fn from_networks<F: Future>(networks: Networks<IpAddr>, request: F) -> impl Future<Output = F::Output> {
    FROM.scope(networks, request)
}

/// `None` outside of requests: for jobs and the command line.
pub(crate) fn current() -> Option<Networks<IpAddr>> {
    FROM.try_with(|networks| *networks).ok()
}
