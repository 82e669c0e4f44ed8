//! A session of a list, which is masked when it is looked at: of thousands of rows only a few are shown.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use super::Masker;
use crate::chat::{Original, Session, SessionId, Stage, stored_session_bytes};

/// A session as it is shown, shared by the lists that it is in. While privacy is on, nothing but its masked form can
/// be reached through it, except by [`Self::unmasked`].
#[derive(Clone)]
pub struct ListedSession(MaybeMasked);

#[derive(Clone)]
enum MaybeMasked {
    Plain(Arc<Session>),
    Masked(Arc<MaskedSession>),
}

struct MaskedSession {
    original: Arc<Session>,
    masker: Masker,
    shown: OnceLock<Session>,
}

impl MaskedSession {
    fn shown(&self) -> &Session {
        self.shown.get_or_init(|| Session {
            original: Original::new(Arc::clone(&self.original)),
            ..self.masker.mask_row(&self.original)
        })
    }
}

impl ListedSession {
    /// The masked form of a session.
    pub(crate) fn masked(original: Arc<Session>, masker: &Masker) -> Self {
        Self(MaybeMasked::Masked(Arc::new(MaskedSession {
            original,
            masker: masker.clone(),
            shown: OnceLock::new(),
        })))
    }

    /// The session as it was received, for ids, times and states, which are not masked, and to mask others.
    pub(crate) fn unmasked(&self) -> &Arc<Session> {
        match &self.0 {
            MaybeMasked::Plain(session) => session,
            MaybeMasked::Masked(masked) => &masked.original,
        }
    }

    /// Returns `true` if it is still to be masked.
    pub(crate) fn is_pending(&self) -> bool {
        match &self.0 {
            MaybeMasked::Plain(_) => false,
            MaybeMasked::Masked(masked) => masked.shown.get().is_none(),
        }
    }

    /// Makes the masked form, if there is to be one.
    pub(crate) fn mask(&self) {
        if let MaybeMasked::Masked(masked) = &self.0 {
            masked.shown();
        }
    }

    pub(crate) fn id(&self) -> SessionId {
        self.unmasked().id
    }

    pub(crate) fn stage(&self) -> Stage {
        self.unmasked().stage()
    }

    /// See [`Session::is_same_row`]; a masked row and another one are not the same.
    pub(crate) fn is_same_row(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (MaybeMasked::Plain(one), MaybeMasked::Plain(other)) => {
                Arc::ptr_eq(one, other) || one.is_same_row(other)
            }
            _ => self == other,
        }
    }

    /// Copies the customer of another row.
    pub(crate) fn copy_customer_of(&mut self, known: &Session) {
        match &mut self.0 {
            MaybeMasked::Plain(session) => Arc::make_mut(session).copy_customer_of(known),
            MaybeMasked::Masked(masked) => {
                let known = known.original.get().map_or(known, |original| original);
                let mut original = Session::clone(&masked.original);
                original.copy_customer_of(known);
                *self = Self::masked(Arc::new(original), &masked.masker);
            }
        }
    }

    /// See [`Session::stored_bytes`]; the masked form counts whether it is made or not.
    pub(crate) fn stored_bytes(&self) -> usize {
        let masked = match self.0 {
            MaybeMasked::Plain(_) => 0,
            MaybeMasked::Masked(_) => stored_session_bytes(0),
        };
        masked + self.unmasked().stored_bytes()
    }
}

impl Deref for ListedSession {
    type Target = Session;

    fn deref(&self) -> &Session {
        match &self.0 {
            MaybeMasked::Plain(session) => session,
            MaybeMasked::Masked(masked) => masked.shown(),
        }
    }
}

/// As it is shown.
impl fmt::Debug for ListedSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

impl PartialEq for ListedSession {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (MaybeMasked::Plain(one), MaybeMasked::Plain(other)) => {
                Arc::ptr_eq(one, other) || one == other
            }
            (MaybeMasked::Masked(one), MaybeMasked::Masked(other)) => {
                Arc::ptr_eq(&one.original, &other.original) || one.original == other.original
            }
            _ => false,
        }
    }
}

impl Eq for ListedSession {}

impl From<Arc<Session>> for ListedSession {
    fn from(session: Arc<Session>) -> Self {
        Self(MaybeMasked::Plain(session))
    }
}

impl From<Session> for ListedSession {
    fn from(session: Session) -> Self {
        Arc::new(session).into()
    }
}

impl Default for ListedSession {
    fn default() -> Self {
        Session::default().into()
    }
}
