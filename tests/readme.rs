//! What the README shows is what there is: its picture, its keys, its settings, its commands.
//!
//! `INSTA_UPDATE=always cargo test --test readme` makes the picture and the keys anew.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    unreachable_pub,
    reason = "a test may fail by panicking"
)]

#[path = "readme/picture.rs"]
mod picture;
#[path = "readme/svg.rs"]
mod svg;

use std::fs;
use std::path::Path;

/// Compares a file of the repository with what it should hold, or writes it when asked to.
fn keep(file: &str, wanted: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("INSTA_UPDATE").is_some_and(|wish| wish == "always") {
        fs::write(&path, wanted).unwrap();
    }
    assert!(
        fs::read_to_string(&path).is_ok_and(|held| held == wanted),
        "{file} is out of date; INSTA_UPDATE=always cargo test --test readme writes it anew"
    );
}

#[tokio::test]
async fn the_picture_is_what_the_demo_shows() {
    keep("assets/screen.svg", &svg::svg(&picture::demo().await));
}
