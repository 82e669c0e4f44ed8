//! The program without a terminal, as scripts run it, and services for it.

use std::io::{self, BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::SPAWNING;

const DEADLINE: Duration = Duration::from_secs(40);

/// The program with an empty environment and empty standard input.
pub fn sochat(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sochat"));
    command
        .args(arguments)
        .env_clear()
        // It cannot be created: state stored for the next run would disturb other tests.
        .env("HOME", "/dev/null/home")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// A running command; killed when dropped.
pub struct RunningCommand(pub Child);

impl RunningCommand {
    pub fn start(command: &mut Command) -> Self {
        let _spawning = SPAWNING.lock().unwrap();
        Self(command.spawn().unwrap())
    }

    pub fn lines(&mut self) -> BufReader<ChildStdout> {
        BufReader::new(self.0.stdout.take().unwrap())
    }

    /// Waits for the end, up to a deadline; returns the exit code.
    pub fn wait_within_deadline(mut self) -> Option<i32> {
        let mut ended = None;
        wait_until("it ends", || {
            ended = self.0.try_wait().unwrap();
            ended.is_some()
        });
        ended.unwrap().code()
    }

    /// Waits for the end; returns stderr and the exit code.
    pub fn wait(mut self) -> (String, Option<i32>) {
        let stderr = io::read_to_string(self.0.stderr.take().unwrap()).unwrap();
        (stderr, self.0.wait().unwrap().code())
    }
}

impl Drop for RunningCommand {
    fn drop(&mut self) {
        // It may have ended already.
        let _ended = self.0.kill();
        let _ended = self.0.wait();
    }
}

pub struct CommandOutput {
    pub stdout: String,
    pub stderr: String,
    pub code: Option<i32>,
}

/// Checks repeatedly, because there is no event to wait for; panics after a time that is enough on any machine.
pub fn wait_until(what: &str, mut is_true: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_true() {
        assert!(start.elapsed() < DEADLINE, "waited in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> CommandOutput {
    let mut running = RunningCommand::start(command);
    let stdout = running.lines();
    let stdout = std::thread::spawn(move || io::read_to_string(stdout).unwrap());
    let (stderr, code) = running.wait();
    let stdout = stdout.join().unwrap();
    CommandOutput {
        stdout,
        stderr,
        code,
    }
}

/// `sochat demo --serve`; stops when dropped.
pub struct DemoProcess {
    running: RunningCommand,
    pub base_url: String,
}

impl DemoProcess {
    pub fn start(rate: &str) -> Self {
        let mut running = RunningCommand::start(&mut sochat(&["demo", "--serve", "--rate", rate]));
        let mut base_url = String::new();
        running.lines().read_line(&mut base_url).unwrap();
        Self {
            running,
            base_url: base_url.trim_end().to_owned(),
        }
    }

    /// The program on this service.
    pub fn sochat(&self, arguments: &[&str]) -> Command {
        let mut command = sochat(arguments);
        command.args(["--base-url", &self.base_url]);
        command
    }

    /// A response of the service, with times in the zone of the demo's user.
    pub fn fetch_json(&self, path: &str) -> serde_json::Value {
        let client = reqwest::Client::builder().tls_certs_only([]).no_proxy();
        let request = client.build().unwrap();
        let request = request
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

    pub fn kill_and_wait(mut self, signal: Signal) -> Option<i32> {
        kill_process(Pid::from_child(&self.running.0), signal).unwrap();
        self.running.0.wait().unwrap().code()
    }
}

/// The address of a service that sends the same response to every request.
pub fn start_fixed_response_server(status: &'static str, headers: &'static str) -> String {
    start_response_server(status, headers.to_owned(), "{}".to_owned())
}

/// As [`start_fixed_response_server`], with a JSON body.
pub fn start_response_server(status: &'static str, headers: String, body: String) -> String {
    start_server(move |_| (status, headers.clone(), body.clone()))
}

/// The address of a service that lists no sessions, and refuses those without this token.
pub fn start_token_server(token: &'static str) -> String {
    start_server(move |request| {
        let is_accepted = request.contains(&format!(": Bearer {token}\n"));
        let status = if is_accepted {
            "200 OK"
        } else {
            "401 Unauthorized"
        };
        (status, String::new(), "[]".to_owned())
    })
}

/// The address of a service that responds to a request by what its first line contains: that, status and body of the
/// first row that fits.
pub fn start_routed_server(
    routes: &'static [(&'static str, &'static str, &'static str)],
) -> String {
    start_server(move |request| {
        let line = request.lines().next().unwrap();
        let mut routes = routes.iter();
        let route = routes.find(|(part, ..)| line.contains(part));
        let (_, status, body) = route.unwrap_or(&("", "404 Not Found", "{}"));
        (status, String::new(), (*body).to_owned())
    })
}

/// Serves what `respond` returns for the head of a request: status, headers and body.
pub fn start_server(
    respond: impl Fn(&str) -> (&'static str, String, String) + Send + 'static,
) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let request = BufReader::new(stream.try_clone().unwrap()).lines();
            // Up to the empty line at the end of the headers.
            let head = request
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty());
            let head: String = head.map(|line| line + "\n").collect();
            let (status, headers, body) = respond(&head);
            let answer = format!(
                "HTTP/1.1 {status}\r\n{headers}Content-Type: application/json\r\n\
                 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            // The client may close the connection early.
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    format!("http://{address}/Cust1/")
}
