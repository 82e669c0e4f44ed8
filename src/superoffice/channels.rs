//! Channels of the user: their list, and the names and thresholds that sessions lack.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;

use super::client::Client;
use super::decode::Decoder;
use crate::chat::{Channel, ChannelId, Session};
use crate::sync::{ApiError, ErrorKind};

/// After a failure, the channels are not requested for this long.
const CHANNELS_RETRY_INTERVAL: Duration = Duration::from_mins(1);

impl Client {
    pub(super) async fn list_channels(&self) -> Result<Vec<Channel>, ApiError> {
        let list = self.request_channels().await?;
        list.collect(Decoder::decode_channel).await
    }

    /// Fills in the thresholds of channels, and names where a session only has the id. A list is useful
    /// without them, so the only errors returned are those that concern every request (a pause, a new
    /// address).
    pub(super) async fn fill_channels(&self, sessions: &mut [Session]) -> Result<(), ApiError> {
        let unnamed: HashSet<_> = sessions
            .iter()
            .filter(|session| session.channel.name.is_empty() && session.channel.id.0 > 0)
            .map(|session| session.channel.id)
            .collect();
        let is_known = |id| self.lock_state().channels.contains_key(id);
        let failed_at = self.lock_state().channels_failed_at;
        let may_retry = failed_at.is_none_or(|at| at.elapsed() >= CHANNELS_RETRY_INTERVAL);
        if may_retry && !unnamed.iter().all(is_known) {
            self.fetch_channels(unnamed).await?;
        }
        let state = self.lock_state();
        for session in sessions {
            let Some(known) = state.channels.get(&session.channel.id) else {
                continue;
            };
            session.channel.thresholds = known.thresholds;
            if session.channel.name.is_empty() {
                session.channel.name.clone_from(&known.name);
            }
        }
        Ok(())
    }

    async fn fetch_channels(&self, unnamed: HashSet<ChannelId>) -> Result<(), ApiError> {
        match self.request_channels().await {
            Ok(mut elements) => {
                // A truncated list still has the channels before its end.
                while let Ok(Some(batch)) = elements.next_objects(Decoder::decode_channel).await {
                    let channels = batch.into_iter().map(|channel| (channel.id, channel));
                    self.lock_state().channels.extend(channels);
                }
            }
            Err(error) => match error.kind {
                ErrorKind::Moved
                | ErrorKind::Busy {
                    retry_after: Some(_),
                } => return Err(error),
                kind => {
                    tracing::debug!(?kind, "the channels are not available");
                    self.lock_state().channels_failed_at = Some(Instant::now());
                    return Ok(());
                }
            },
        }
        let mut state = self.lock_state();
        for id in unnamed {
            // Otherwise every listing would request them again.
            state.channels.entry(id).or_default();
        }
        Ok(())
    }
}
