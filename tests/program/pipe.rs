//! The program without a terminal, as scripts run it, and a service for it to ask.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use super::SPAWNING;

/// Our program with these arguments, nothing of our environment and nothing to read.
pub fn sochat(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sochat"));
    command
        .args(arguments)
        .env_clear()
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A command under way; killed when dropped.
pub struct RunningCommand(pub Child);

impl RunningCommand {
    pub fn start(command: &mut Command) -> Self {
        let _spawning = SPAWNING.lock().unwrap();
        Self(command.spawn().unwrap())
    }

    /// What it prints, line by line.
    pub fn lines(&mut self) -> BufReader<ChildStdout> {
        BufReader::new(self.0.stdout.take().unwrap())
    }

    /// What it says besides results, once it has ended, and its exit code.
    pub fn wait(mut self) -> (String, Option<i32>) {
        let mut said = String::new();
        let mut stderr = self.0.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        (said, self.0.wait().unwrap().code())
    }
}

impl Drop for RunningCommand {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

/// What it printed and said, and how it ended.
pub struct CommandOutput {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> CommandOutput {
    let mut running = RunningCommand::start(command);
    let (mut printed, mut out) = (String::new(), running.lines());
    let said = running.0.stderr.take().unwrap();
    let said = std::thread::spawn(move || std::io::read_to_string(said).unwrap());
    out.read_to_string(&mut printed).unwrap();
    CommandOutput {
        stdout: printed,
        stderr: said.join().unwrap(),
        code: running.0.wait().unwrap().code(),
    }
}

/// `sochat demo --serve`, running as long as this is kept.
pub struct DemoProcess {
    running: RunningCommand,
    pub base_url: String,
}

impl DemoProcess {
    /// Starts it at this speed.
    pub fn start(rate: &str) -> Self {
        let mut running = RunningCommand::start(&mut sochat(&["demo", "--serve", "--rate", rate]));
        let mut base_url = String::new();
        running.lines().read_line(&mut base_url).unwrap();
        Self {
            running,
            base_url: base_url.trim_end().to_owned(),
        }
    }

    /// Our program with these arguments on this service.
    pub fn sochat(&self, arguments: &[&str]) -> Command {
        let mut command = sochat(arguments);
        command.args(["--base-url", &self.base_url]);
        command
    }

    /// What the service itself answers, its times in the zone of the demo's user.
    pub fn fetch_json(&self, path: &str) -> serde_json::Value {
        let client = reqwest::Client::builder().tls_certs_only([]).no_proxy();
        let request = client
            .build()
            .unwrap()
            .get(format!("{}{path}", self.base_url))
            .header("Accept", "application/json")
            .header("SO-Language", "en")
            .header("SO-TimeZone", "NO, includeTZOffset");
        let tokio = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let body = tokio.block_on(async { request.send().await.unwrap().bytes().await.unwrap() });
        serde_json::from_slice(&body).unwrap()
    }

    /// Sends it a signal and waits for its end.
    pub fn kill_and_wait(mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.running.0), signal).unwrap();
        self.running.0.wait().unwrap().code()
    }
}

/// The address of a service that has one answer to everything.
pub fn start_fixed_response_server(status: &'static str, headers: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = BufReader::new(stream.try_clone().unwrap()).lines();
            // Up to the empty line at the end of the headers.
            while request
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let answer = format!(
                "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\n\
                 Content-Length: 2\r\nConnection: close\r\n\r\n{{}}"
            );
            // A client that has seen enough hangs up: no concern of ours.
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    format!("http://{address}/Cust1/")
}
