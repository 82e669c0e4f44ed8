//! Copying with the clipboard programs of the desktop, and through tmux.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::SPAWNING;
use super::window::WindowBuilder;

/// Replaces a program: stores its arguments and its input in the folder.
const STORES_ITS_INPUT: &str = "#!/bin/sh
cd \"$(dirname \"$0\")\"
echo \"$(basename \"$0\") $*\" > arguments
cat > copied
";
const FAILS: &str = "#!/bin/sh\nexit 1\n";

#[test]
fn the_program_of_the_desktop_gets_the_text() {
    for (variable, programs, arguments) in [
        (
            "WAYLAND_DISPLAY",
            vec![("wl-copy", STORES_ITS_INPUT)],
            "wl-copy \n",
        ),
        (
            "DISPLAY",
            vec![("xclip", STORES_ITS_INPUT)],
            "xclip -selection clipboard\n",
        ),
        (
            "DISPLAY",
            vec![("xclip", FAILS), ("xsel", STORES_ITS_INPUT)],
            "xsel --clipboard --input\n",
        ),
        // Without -w, tmux does not pass it on to the terminal.
        (
            "TMUX",
            vec![("tmux", STORES_ITS_INPUT)],
            "tmux load-buffer -w -\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        // A program that is open for writing cannot be started.
        let spawning = SPAWNING.lock().unwrap();
        for (name, script) in &programs {
            let path = folder.path().join(name);
            fs::write(&path, script).unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        drop(spawning);
        let path = format!("{}:/usr/bin:/bin", folder.path().display());
        let window = WindowBuilder::sochat(&["demo", "--rate", "0.001"]);
        let window = window.env("PATH", path).env(variable, "x");
        let mut window = window.open_demo();
        window.press_for("\r", "f pause");
        let (program, _) = programs.last().unwrap();
        window.press("y");
        window.wait_for(&format!("Copied the message with {program}"));
        let stored = |name| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(stored("arguments"), arguments);
        let copied = stored("copied");
        assert!(!copied.is_empty());
        assert!(window.screen().contents().contains(&copied), "{copied}");
        window.quit("\x03");
    }
}
