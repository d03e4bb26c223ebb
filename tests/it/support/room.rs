//! The requests that people make to a stream's room.

use crate::support::{Browser, Reply, eventually, sse::Feed};
use anyhow::Result;
use domain::id::{AccountId, StreamId};
use uuid::Uuid;

#[derive(Clone, Copy, Debug)]
pub struct Room(pub StreamId);

impl Room {
    pub fn path(self, door: &str) -> String {
        format!("/streams/{}/{door}", self.0)
    }

    /// The host's page.
    pub async fn studio(self, host: &Browser) -> Result<String> {
        Ok(host.get(&format!("/account/streams/{}/studio", self.0)).await?.text)
    }

    /// Waits until the host's page says so.
    pub async fn studio_says(self, host: &Browser, words: &str) -> Result<()> {
        let look = async || anyhow::Ok(self.studio(host).await?.contains(words).then_some(()));
        eventually(words, look).await
    }

    /// Posts a line with a new client id.
    pub async fn say(self, who: &Browser, body: &str) -> Result<Reply> {
        self.say_as(who, Uuid::new_v4(), body).await
    }

    /// Posts a line with a given client id, which may have been used before.
    pub async fn say_as(self, who: &Browser, client: Uuid, body: &str) -> Result<Reply> {
        who.post(&self.path("messages"), &[("body", body), ("client_id", &client.to_string())]).await
    }

    /// Follows the feed like a page that shows everything up to entry `since`.
    pub async fn follow(self, who: &Browser, since: u64) -> Result<Feed> {
        Feed::open(who, &self.path(&format!("events?since={since}")), None).await
    }

    /// Reconnects like a page that last received entry `last`; its URL still names `since`.
    pub async fn resume(self, who: &Browser, since: u64, last: u64) -> Result<Feed> {
        Feed::open(who, &self.path(&format!("events?since={since}")), Some(last)).await
    }

    pub async fn remove(self, who: &Browser, seq: u64) -> Result<Reply> {
        who.post(&self.path(&format!("messages/{seq}/removal")), &[]).await
    }

    /// Undoes a removal.
    pub async fn restore(self, who: &Browser, seq: u64) -> Result<Reply> {
        who.post(&self.path(&format!("messages/{seq}/restoration")), &[]).await
    }

    /// `seconds`: empty means until lifted.
    pub async fn keep_out(
        self,
        who: &Browser,
        account: AccountId,
        kind: &str,
        seconds: &str,
    ) -> Result<Reply> {
        let fields = [("account", account.to_string()), ("kind", kind.into()), ("seconds", seconds.into())];
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        who.post(&self.path("bans"), &fields).await
    }

    pub async fn slow(self, who: &Browser, seconds: i64) -> Result<Reply> {
        who.post(&self.path("slow_mode"), &[("seconds", &seconds.to_string())]).await
    }
}
