//! The build script: packs the relative relocations of the program (`DT_RELR`) where the system can load
//! packed ones.
//!
//! There are 47,600, of which chrono-tz has 41,000: 1.1 MiB that the loader reads at every start, and 20 kB when
//! packed. glibc loads them from version 2.36 on. Nothing is packed for an older or unknown one, for another
//! C library, in a cross build, or where a linker is chosen, which may not know the option or may link for an older
//! system.
#![expect(
    clippy::disallowed_methods,
    reason = "Cargo passes its settings in the environment"
)]

use std::env;
use std::process::Command;

const FIRST_GLIBC: (u32, u32) = (2, 36);

fn main() {
    println!("cargo::rerun-if-changed=src/build.rs");
    let is_gnu = cfg!(all(target_os = "linux", target_env = "gnu"));
    let is_native = env::var_os("HOST") == env::var_os("TARGET");
    let flags = env::var("CARGO_ENCODED_RUSTFLAGS").unwrap_or_default();
    let is_usual_linker = env::var_os("RUSTC_LINKER").is_none() && !flags.contains("link");
    let can_load = || glibc_version().is_some_and(|version| version >= FIRST_GLIBC);
    if is_gnu && is_native && is_usual_linker && can_load() {
        println!("cargo::rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
    }
}

/// The version of the C library of this system.
fn glibc_version() -> Option<(u32, u32)> {
    let output = Command::new("getconf").arg("GNU_LIBC_VERSION").output();
    let text = String::from_utf8(output.ok()?.stdout).ok()?;
    let (major, minor) = text.trim().strip_prefix("glibc ")?.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
