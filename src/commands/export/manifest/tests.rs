//! The manifest after interruptions, with other options, and in two programs at once.

use super::*;

fn options() -> ExportOptions {
    ExportOptions {
        service: "https://a.example/".to_owned(),
        format: "text".to_owned(),
        time_zone: "Europe/Oslo".to_owned(),
        language: "en".to_owned(),
        bom: false,
        privacy: false,
    }
}

fn row(number: &str) -> RowChecksum {
    RowChecksum::try_from(number.to_owned()).unwrap()
}

fn entry(id: i64, number: &str) -> Entry {
    Entry {
        id,
        file: Some(format!("chat-{id}.txt")),
        row: Some(row(number)),
        bytes: Some(5),
        options: options(),
        ..Entry::default()
    }
}

fn open(folder: &Path, is_update: bool) -> Result<Manifest, ManifestError> {
    Manifest::open(folder, &options(), is_update)
}

/// A folder with a manifest of sessions 3, 1 and 3 again, and with their files.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut manifest = open(folder.path(), false).unwrap();
    for entry in [entry(3, "30"), entry(1, "10"), entry(3, "31")] {
        manifest.append(&entry).unwrap();
        fs::write(folder.path().join(entry.file.unwrap()), "Hello").unwrap();
    }
    folder
}

fn lines(folder: &Path) -> Vec<Entry> {
    let text = fs::read_to_string(folder.join(NAME)).unwrap();
    let lines = text.lines();
    lines.map(|it| serde_json::from_str(it).unwrap()).collect()
}

#[test]
fn the_last_line_of_a_session_counts_and_the_end_sorts_them() {
    let folder = folder();
    let folder = folder.path();
    let file = |id: i64| folder.join(format!("chat-{id}.txt"));
    let manifest = open(folder, true).unwrap();
    assert!(manifest.is_unchanged(3, row("31"), &file(3)));
    assert!(!manifest.is_unchanged(3, row("30"), &file(3)));
    assert!(!manifest.is_unchanged(2, row("31"), &file(3)));
    assert_eq!(manifest.entry(3).unwrap(), Some(entry(3, "31")));
    assert_eq!(manifest.entry(2).unwrap(), None);
    // A file that was removed is written again, and one of which a power failure left a part.
    assert!(manifest.is_unchanged(1, row("10"), &file(1)));
    fs::write(file(1), "Hell").unwrap();
    assert!(!manifest.is_unchanged(1, row("10"), &file(1)));
    fs::remove_file(file(1)).unwrap();
    assert!(!manifest.is_unchanged(1, row("10"), &file(1)));
    manifest.finish().unwrap();
    assert_eq!(lines(folder), [entry(1, "10"), entry(3, "31")]);
}

#[test]
fn wherever_a_write_was_interrupted_the_lines_before_it_count() {
    let whole = fs::read(folder().path().join(NAME)).unwrap();
    let ends = whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let ends: Vec<_> = ends.map(|(at, _)| at + 1).collect();
    let near_an_end = |cut: usize| ends.iter().any(|end| cut.abs_diff(*end) < 2);
    for cut in (0..=whole.len()).filter(|cut| cut % 50 == 0 || near_an_end(*cut)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        fs::write(&path, &whole[..cut]).unwrap();
        let mut manifest = open(folder.path(), true).unwrap();
        manifest.append(&entry(9, "90")).unwrap();
        let complete = ends.iter().filter(|end| **end <= cut).count();
        let mut wanted = [entry(3, "30"), entry(1, "10"), entry(3, "31")][..complete].to_vec();
        wanted.push(entry(9, "90"));
        assert_eq!(lines(folder.path()), wanted, "{cut}");
    }
}

#[test]
fn a_line_that_cannot_be_read_is_none() {
    let folder = folder();
    let path = folder.path().join(NAME);
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, format!("\u{0}\n{{\"id\":\n{text}")).unwrap();
    open(folder.path(), true).unwrap().finish().unwrap();
    assert_eq!(lines(folder.path()), [entry(1, "10"), entry(3, "31")]);
}

#[test]
fn a_session_with_an_error_is_fetched_again() {
    let folder = folder();
    let mut manifest = open(folder.path(), true).unwrap();
    let failed = Entry {
        error: Some("it broke".to_owned()),
        ..entry(1, "10")
    };
    manifest.append(&failed).unwrap();
    let file = folder.path().join("chat-1.txt");
    assert!(!manifest.is_unchanged(1, row("10"), &file));
}

#[test]
fn only_an_update_with_the_same_options_continues() {
    let folder = folder();
    let folder = folder.path();
    let why = |error: ManifestError| error.to_string().replace(folder.to_str().unwrap(), "DIR");
    assert_eq!(
        why(open(folder, false).unwrap_err()),
        "DIR has an export: continue it with --update, or choose another folder"
    );
    for (option, before, other) in [
        (
            "service",
            "https://a.example/",
            ExportOptions {
                service: "https://b.example/".to_owned(),
                ..options()
            },
        ),
        (
            "format",
            "text",
            ExportOptions {
                format: "csv".to_owned(),
                bom: true,
                ..options()
            },
        ),
        (
            "time zone",
            "Europe/Oslo",
            ExportOptions {
                time_zone: "UTC".to_owned(),
                ..options()
            },
        ),
        (
            "language",
            "en",
            ExportOptions {
                language: "no".to_owned(),
                ..options()
            },
        ),
        (
            "--bom",
            "false",
            ExportOptions {
                bom: true,
                ..options()
            },
        ),
        (
            "--privacy",
            "false",
            ExportOptions {
                privacy: true,
                ..options()
            },
        ),
    ] {
        assert_eq!(
            why(Manifest::open(folder, &other, true).unwrap_err()),
            format!(
                "DIR was exported with another {option} ({before}): use the same, or another folder"
            )
        );
    }
    assert!(open(folder, true).is_ok());
}

#[test]
fn two_programs_do_not_write_one_manifest() {
    let folder = folder();
    let first = open(folder.path(), true).unwrap();
    let second = open(folder.path(), true);
    assert!(matches!(second, Err(ManifestError::Locked(_))));
    drop(first);
    assert!(open(folder.path(), true).is_ok());
}

#[test]
fn an_update_removes_what_a_killed_export_was_writing() {
    let folder = folder();
    for name in ["chat-7.txt.partial", "notes.partial", "chat-7.txt"] {
        fs::write(folder.path().join(name), "").unwrap();
    }
    drop(open(folder.path(), true).unwrap());
    let is_there = |name| folder.path().join(name).exists();
    let names = ["chat-7.txt.partial", "notes.partial", "chat-7.txt"];
    assert_eq!(names.map(is_there), [false, true, true]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_created_is_private_and_another_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let outer = tempfile::tempdir().unwrap();
    fs::set_permissions(outer.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let folder = outer.path().join("a/b");
    drop(open(&folder, false).unwrap());
    assert_eq!([mode(outer.path()), mode(&folder)], [0o755, 0o700]);
    assert_eq!(mode(&folder.join(NAME)), 0o600);
}
