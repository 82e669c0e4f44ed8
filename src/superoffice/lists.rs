//! Lists of the service: the names of all channels, and of statuses that are not known here.

use std::time::Duration;

use tokio::time::Instant;

use super::array_stream::ArrayStream;
use super::client::Client;
use super::client_state::StatusList;
use super::decode::{Decoder, ListItem};
use super::resource::Resource;
use crate::chat::{Channel, ChannelId, Session, Status};
use crate::sync::ApiError;

/// After a failure, the statuses are not requested for this long.
const RETRY_INTERVAL: Duration = Duration::from_mins(1);

/// How the service sends a session.
#[derive(Clone, Copy)]
pub(super) enum SessionForm {
    /// With its status by the service's name or number.
    Entity,
    /// With its status in words, in the user's language.
    ArchiveRow,
}

impl Client {
    /// All channels, also those that the user does not belong to; where the service does not list them, those
    /// of the user.
    pub(super) async fn list_all_channels(&self) -> Result<Vec<Channel>, ApiError> {
        match self.fetch_list("chatchannel", Resource::ChannelNames).await {
            Ok(items) => {
                let channels = items.into_iter().map(|item| Channel {
                    id: ChannelId(item.id),
                    name: item.name,
                    ..Channel::default()
                });
                Ok(channels.collect())
            }
            Err(error) if error.kind.is_refusal() => self.list_channels().await,
            Err(error) => Err(error),
        }
    }

    /// Replaces statuses that are not known here. A list of sessions is useful without them.
    pub(super) async fn fill_statuses(&self, sessions: &mut [Session], form: SessionForm) {
        let is_unknown = |session: &Session| match (&session.status, form) {
            (Status::Other(sent), SessionForm::Entity) => sent.trim().parse::<i64>().is_ok(),
            (Status::Other(_), SessionForm::ArchiveRow) => true,
            _ => false,
        };
        if !sessions.iter().any(is_unknown) {
            return;
        }
        let is_known = self.lock_state().statuses.as_ref().is_some_and(|known| {
            !known.items.is_empty() || known.requested_at.elapsed() < RETRY_INTERVAL
        });
        if !is_known {
            let items = self
                .fetch_list("chatsessionstatus", Resource::StatusNames)
                .await;
            if let Err(error) = &items {
                tracing::debug!(kind = ?error.kind, "the names of statuses are not available");
            }
            self.lock_state().statuses = Some(StatusList {
                items: items.unwrap_or_default(),
                requested_at: Instant::now(),
            });
        }
        let state = self.lock_state();
        let statuses = state.statuses.iter().flat_map(|known| &known.items);
        let statuses: Vec<_> = statuses.collect();
        for session in sessions.iter_mut().filter(|session| is_unknown(session)) {
            if let Status::Other(sent) = &session.status
                && let Some(item) = statuses.iter().find(|item| item.is_status(sent))
            {
                session.status = item.status();
            }
        }
    }

    async fn fetch_list(&self, name: &str, resource: Resource) -> Result<Vec<ListItem>, ApiError> {
        let response = self.get(&format!("MDOList/{name}"), resource).await?;
        let list = ArrayStream::new(response);
        list.collect(Decoder::decode_list_item).await
    }
}
