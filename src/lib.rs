//! A terminal viewer for SuperOffice Service chats.

pub mod chat;
pub mod demo;
pub mod superoffice;
pub mod sync;
pub mod text;
