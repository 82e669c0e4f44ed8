//! A terminal viewer for SuperOffice Service chats.

pub mod app;
pub mod chat;
pub mod cli;
pub mod config;
pub mod demo;
pub mod exit;
pub mod print;
pub mod runtime;
pub mod superoffice;
pub mod sync;
pub mod text;
pub mod view;
