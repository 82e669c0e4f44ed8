//! Touches the machine: terminal, keyboard, clock, files. Decides nothing about meaning.

pub mod log;
pub mod prompt;
