//! Decides.
pub mod event;
