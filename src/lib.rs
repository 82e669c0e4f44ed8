//! A terminal viewer for SuperOffice Service chats.

pub mod chat;
pub mod config;
pub mod superoffice;
pub mod sync;
