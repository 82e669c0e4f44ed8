//! Searches of a scripted service: which requests are sent, what is found, what is reported.

mod fake_service;
mod lists;
mod server;

use fake_service::{FakeService, Outcome, message, request, run, session};
