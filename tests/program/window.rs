//! A program in a pseudo-terminal: keys go in, a screen comes out. Every wait is for something
//! visible, with a deadline; a program that still runs when its test ends is killed.

use std::ffi::OsString;
use std::io::Write;
use std::num::NonZeroU16;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex};

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use rustix::process::{Pid, Signal, kill_process, test_kill_process_group};
use tempfile::TempDir;
use vt100::{Parser, Screen};

use super::SPAWNING;
use super::exited_window::{ExitedWindow, contains};
use super::output::{OutputState, ProgramOutput};
use super::pipe::wait_until;

/// The answer to the query for the attributes of the terminal.
pub const ATTRIBUTES: &str = "\x1b[?62;22c";
/// A line of the help.
pub const HELP: &str = "next session or message";

pub struct WindowBuilder {
    program: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(&'static str, String)>,
    size: (u16, u16),
    home: TempDir,
}

impl WindowBuilder {
    pub fn sochat(arguments: &[&str]) -> Self {
        Self::program(Path::new(env!("CARGO_BIN_EXE_sochat")), arguments)
    }

    /// Any program, with a fixed environment.
    pub fn program(program: &Path, arguments: &[&str]) -> Self {
        Self {
            program: program.to_owned(),
            arguments: arguments.iter().map(OsString::from).collect(),
            variables: Vec::new(),
            size: (100, 30),
            home: tempfile::tempdir().unwrap(),
        }
    }

    pub fn size(mut self, columns: u16, rows: u16) -> Self {
        self.size = (columns, rows);
        self
    }

    pub fn env(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    pub fn config_file(mut self, text: &str) -> Self {
        let path = self.home.path().join("given.toml");
        std::fs::write(&path, text).unwrap();
        self.arguments.extend(["--config".into(), path.into()]);
        self
    }

    /// Opens the window, waits until the demo's first transcript is shown, and answers the query for the attributes
    /// as every terminal does.
    pub fn open_demo(self) -> Window {
        let mut window = self.open_silent_demo();
        window.press(ATTRIBUTES);
        window
    }

    /// As [`Self::open_demo`], in a terminal that does not answer.
    pub fn open_silent_demo(self) -> Window {
        let window = self.open();
        window.wait_for("Hva gjør jeg med den gamle?");
        window
    }

    pub fn open(self) -> Window {
        let spawning = SPAWNING.lock().unwrap();
        let pair = native_pty_system().openpty(pty_size(self.size)).unwrap();
        let mut command = CommandBuilder::new(&self.program);
        command.args(&self.arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin");
        command.env("HOME", self.home.path());
        command.env("XDG_CONFIG_HOME", self.home.path());
        command.cwd(self.home.path());
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        let modes_before = modes(&*pair.master);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(spawning);
        let process = child.process_id().unwrap().cast_signed();
        let (columns, rows) = self.size;
        let output = Arc::new(ProgramOutput {
            state: Mutex::new(OutputState {
                parser: Parser::new(cells(rows), cells(columns), 0),
                bytes: Vec::new(),
                slave: Some(pair.slave),
                exit: None,
                read_to_end: false,
                stop_reading: false,
                is_blocked: false,
            }),
            changed: Condvar::new(),
        });
        let reader = pair.master.try_clone_reader().unwrap();
        let (read, exited) = (Arc::clone(&output), Arc::clone(&output));
        std::thread::spawn(move || read.read(reader));
        std::thread::spawn(move || exited.wait_for(child));
        Window {
            keys: Some(pair.master.take_writer().unwrap()),
            master: Some(pair.master),
            process: Pid::from_raw(process).unwrap(),
            modes_before,
            output,
            _home: self.home,
        }
    }
}

pub struct Window {
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    process: Pid,
    modes_before: String,
    output: Arc<ProgramOutput>,
    _home: TempDir,
}

impl Window {
    pub fn press(&mut self, keys: &str) {
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
    }

    pub fn wait_until(&self, what: &str, holds: impl Fn(&Screen) -> bool) {
        self.output.wait(what, |shown| holds(shown.parser.screen()));
    }

    pub fn wait_for(&self, text: &str) {
        self.wait_until(&format!("{text:?}"), |screen| {
            screen.contents().contains(text)
        });
    }

    /// Waits a moment for what may not come.
    pub fn wait_briefly_until(&self, holds: impl Fn(&Screen) -> bool) {
        self.output
            .wait_briefly(|shown| holds(shown.parser.screen()));
    }

    /// Waits until the last row of the window is the footer.
    pub fn wait_for_footer(&self) {
        self.wait_until("the footer in the last row", |screen| {
            let (_, columns) = screen.size();
            let last = screen.rows(0, columns.get()).last();
            last.is_some_and(|row| row.contains("? help"))
        });
    }

    pub fn wait_gone(&self, text: &str) {
        let what = format!("the end of {text:?}");
        self.wait_until(&what, |screen| !screen.contents().contains(text));
    }

    pub fn wait_for_bytes(&self, bytes: &str) {
        let what = format!("the bytes {bytes:?}");
        self.output
            .wait(&what, |shown| contains(&shown.bytes, bytes));
    }

    /// Waits until `bytes` are written after the first `before` bytes.
    pub fn wait_for_bytes_after(&self, before: usize, bytes: &str) {
        let what = format!("the bytes {bytes:?} once more");
        self.output
            .wait(&what, |shown| contains(&shown.bytes[before..], bytes));
    }

    /// Presses keys and waits for a text that was not on the screen before.
    pub fn press_for(&mut self, keys: &str, text: &str) {
        assert!(
            !self.screen().contents().contains(text),
            "{text:?} is there already"
        );
        self.press(keys);
        self.wait_for(text);
    }

    /// Opens and closes the help.
    pub fn show_help(&mut self) {
        self.press_for("?", HELP);
        self.press("?");
        self.wait_gone(HELP);
    }

    /// Presses keys that end the program without an error.
    pub fn quit(&mut self, keys: &str) -> ExitedWindow {
        self.press(keys);
        let exited = self.wait_for_exit();
        assert_eq!((exited.code, exited.killed_by.as_deref()), (0, None));
        exited
    }

    pub fn screen(&self) -> Screen {
        self.output.state.lock().unwrap().parser.screen().clone()
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.output.state.lock().unwrap().bytes.clone()
    }

    /// Resizes the window; the screen is empty until the program draws again.
    pub fn resize(&self, columns: u16, rows: u16) {
        self.output.update(|shown| {
            shown.parser = Parser::new(cells(rows), cells(columns), 0);
            let master = self.master.as_ref().unwrap();
            master.resize(pty_size((columns, rows))).unwrap();
        });
    }

    /// Stops reading what the program writes, and waits until keys that draw much are being answered.
    pub fn block_output(&mut self, keys: &str) {
        let mut before = 0;
        self.output.update(|shown| {
            shown.is_blocked = true;
            before = shown.bytes.len();
        });
        self.press(keys);
        self.output
            .wait("the first bytes", |shown| shown.bytes.len() > before);
    }

    /// Waits for the program to end, and reads its output again.
    pub fn wait_for_blocked_exit(&mut self) -> (u32, Option<String>) {
        let exit = self.exit();
        self.output.update(|shown| shown.is_blocked = false);
        exit
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.process, signal).unwrap();
    }

    /// The foreground job of the shell in this window.
    pub fn job(&self) -> Pid {
        let master = self.master.as_ref().unwrap();
        let job = master.process_group_leader().and_then(Pid::from_raw);
        job.unwrap()
    }

    pub fn signal_job(&self, signal: Signal) {
        kill_process(self.job(), signal).unwrap();
    }

    /// Closes the terminal, which sends SIGHUP, and waits for the program to end.
    pub fn close(&mut self) -> u32 {
        self.output.update(|shown| shown.stop_reading = true);
        // Forces output, so that the thread that reads it notices.
        self.press("\x0c");
        self.output
            .wait("the last bytes", |shown| shown.read_to_end);
        drop(self.keys.take());
        drop(self.master.take());
        self.exit().0
    }

    pub fn wait_for_exit(&mut self) -> ExitedWindow {
        let (code, killed_by) = self.exit();
        let after = modes(&**self.master.as_ref().unwrap());
        self.output.update(|shown| drop(shown.slave.take()));
        self.output
            .wait("the last bytes", |shown| shown.read_to_end);
        // A child that was ended is there until its new parent notices.
        wait_until("the end of its child processes", || {
            test_kill_process_group(self.process).is_err()
        });
        ExitedWindow {
            code,
            killed_by,
            bytes: self.bytes(),
            screen: self.screen(),
            modes: (self.modes_before.clone(), after),
        }
    }

    fn exit(&self) -> (u32, Option<String>) {
        self.output
            .wait("the end of the program", |shown| shown.exit.is_some());
        let shown = self.output.state.lock().unwrap();
        let exit = shown.exit.as_ref().unwrap();
        (exit.exit_code(), exit.signal().map(str::to_owned))
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        let state = self.output.state.lock();
        let shown = state.unwrap_or_else(std::sync::PoisonError::into_inner);
        if shown.exit.is_none() {
            // It may be ending at this moment.
            let _ended = kill_process(self.process, Signal::KILL);
        }
    }
}

fn modes(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios().unwrap())
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).unwrap()
}

fn pty_size((cols, rows): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}
