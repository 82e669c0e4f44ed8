//! A terminal viewer for SuperOffice Service chats.

pub mod app;
pub mod chat;
pub mod runtime;
pub mod superoffice;
pub mod sync;
pub mod text;
pub mod view;
