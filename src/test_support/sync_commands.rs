//! What the core asks of the poller, for test programs that stand between the two.

use crate::app::effect::Effect;
use crate::sync::SyncCommand;

/// The question that an effect puts to the poller; an effect that goes elsewhere comes back.
pub fn sync_command_of(effect: Effect) -> Result<SyncCommand, Effect> {
    Ok(match effect {
        Effect::Open {
            session,
            from_start,
        } => SyncCommand::Open {
            session,
            from_start,
        },
        Effect::AlsoWatch(sessions) => SyncCommand::SetWatched(sessions),
        Effect::Describe(session) => SyncCommand::FetchSession(session),
        Effect::List(scope) => SyncCommand::SetScope(scope),
        Effect::More { below } => SyncCommand::FetchNextPage { below },
        Effect::Refresh => SyncCommand::Refresh,
        Effect::Attend(attended) => SyncCommand::SetFocused(attended),
        Effect::Resume(slept) => SyncCommand::Resume { slept },
        other => return Err(other),
    })
}
