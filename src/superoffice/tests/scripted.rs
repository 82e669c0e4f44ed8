//! A service with scripted responses, over real HTTP on loopback. It records the requests.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use url::Url;

/// A request as received.
#[derive(Clone, Debug)]
pub(super) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub target: String,
    head: String,
}

impl Request {
    /// The value of a header; empty if absent.
    pub(super) fn header(&self, name: &str) -> String {
        self.head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map_or_else(String::new, |(_, value)| value.trim().to_owned())
    }

    /// The target below the base address.
    pub(super) fn path(&self) -> &str {
        self.target
            .strip_prefix("/Cust1/api/v1/")
            .unwrap_or(&self.target)
    }
}

pub(super) struct ScriptedService {
    pub base: Url,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl ScriptedService {
    /// Starts a service that sends these bytes for each request and closes the connection.
    pub(super) fn start(respond: impl Fn(&Request) -> Vec<u8> + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::<Mutex<Vec<Request>>>::default();
        let record = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Some(request) = read_request(&stream) {
                    record.lock().unwrap().push(request.clone());
                    // The client may have closed the connection.
                    drop((&stream).write_all(&respond(&request)));
                }
            }
        });
        Self {
            base: Url::parse(&format!("http://{address}/Cust1/api/v1/")).unwrap(),
            requests: seen,
        }
    }

    pub(super) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }

    /// The paths of the requests, below the base address.
    pub(super) fn paths(&self) -> Vec<String> {
        self.requests()
            .iter()
            .map(|request| request.path().to_owned())
            .collect()
    }
}

fn read_request(stream: &TcpStream) -> Option<Request> {
    let mut head = String::new();
    let mut reader = BufReader::new(stream);
    while !head.ends_with("\r\n\r\n") {
        if reader.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    let mut words = head.split_whitespace().map(str::to_owned);
    Some(Request {
        method: words.next()?,
        target: words.next()?,
        head,
    })
}

/// A response with a status line (`404 Contact Not Found`), more headers, and a body.
pub(super) fn http_response(status: &str, headers: &[(&str, &str)], body: &[u8]) -> Vec<u8> {
    let mut all = format!(
        "HTTP/1.1 {status}\r\nConnection: close\r\nContent-Length: {}\r\n",
        body.len()
    );
    for (name, value) in headers {
        write!(all, "{name}: {value}\r\n").unwrap();
    }
    all.push_str("\r\n");
    [all.as_bytes(), body].concat()
}

/// A successful JSON response.
pub(super) fn json_response(body: &str) -> Vec<u8> {
    http_response(
        "200 ChatSessionEntity found.",
        &[("Content-Type", "application/json; charset=utf-8")],
        body.as_bytes(),
    )
}

/// A refusal with an error object of the service.
pub(super) fn error_response(status: &str, message: &str) -> Vec<u8> {
    let body = format!(r#"{{"Error":true,"ErrorType":"SoException","ErrorMessage":"{message}"}}"#);
    http_response(
        status,
        &[("Content-Type", "application/json")],
        body.as_bytes(),
    )
}
