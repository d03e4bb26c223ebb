//! What a reader sees on the wire. Each test runs over both transports: the socket taken over from hyper, and hyper.

mod client;
mod doors;
mod encoding;
mod ends;
mod lasting;
mod order;
mod slow;
mod world;

/// Runs each test over both transports.
macro_rules! over_both {
    ($($story:ident),* $(,)?) => {
        mod taken_over {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(crate::world::Transport::Takeover).await;
            })*
        }
        mod by_hyper {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                super::$story(crate::world::Transport::Hyper).await;
            })*
        }
    };
}
pub(crate) use over_both;
