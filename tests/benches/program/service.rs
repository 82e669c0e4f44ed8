//! A service on loopback that answers at once: ready slices of a file, sent by the kernel, so that
//! its own work does not blur what the programs take. It counts requests and bytes.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

use super::messages::{Messages, SESSION};

/// Bytes of an answer that is sent at once.
const MAX_UNCHUNKED: u64 = 64 << 10;

/// How many sessions the list has.
const SESSIONS: i64 = 20;

/// The service, up to the end of the bench.
pub struct Service {
    address: SocketAddr,
    state: Arc<ServerState>,
}

struct ServerState {
    messages: Arc<Messages>,
    /// What was posted, in order.
    posted: Mutex<Vec<String>>,
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl Service {
    /// Starts a service for these messages, with nothing posted yet.
    pub fn start(messages: &Arc<Messages>) -> Self {
        messages.forget_posted();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(ServerState {
            messages: Arc::clone(messages),
            posted: Mutex::default(),
            requests: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        });
        let serving = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = Arc::clone(&serving);
                // A client that hangs up has seen enough: no concern of ours.
                thread::spawn(move || drop(serving.serve(&stream)));
            }
        });
        Self {
            address,
            state: shared,
        }
    }

    /// Where it is.
    pub fn base_url(&self) -> String {
        format!("http://{}/api/v1/", self.address)
    }

    /// Adds a message, in the transcript too.
    pub fn post(&self, text: &str) {
        let mut posted = self.state.posted.lock().unwrap();
        let object = self.state.messages.post(posted.len(), text);
        posted.push(object);
    }

    /// How many requests it has answered.
    pub fn requests(&self) -> u64 {
        self.state.requests.load(Ordering::Relaxed)
    }

    /// How many bytes of body it has sent.
    pub fn bytes_sent(&self) -> u64 {
        self.state.bytes.load(Ordering::Relaxed)
    }
}

impl ServerState {
    /// Answers one connection until it is closed.
    fn serve(&self, stream: &TcpStream) -> io::Result<()> {
        stream.set_nodelay(true)?;
        let mut lines = BufReader::new(stream).lines();
        while let Some(request) = lines.next().transpose()? {
            for header in lines.by_ref() {
                if header?.is_empty() {
                    break;
                }
            }
            let target = request.split(' ').nth(1).unwrap_or_default();
            self.requests.fetch_add(1, Ordering::Relaxed);
            self.respond(target.trim_start_matches("/api/v1/"), stream)?;
        }
        Ok(())
    }

    fn respond(&self, target: &str, stream: &TcpStream) -> io::Result<()> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let body = match path.split('/').collect::<Vec<_>>()[..] {
            ["ChatSession", id, "Messages"] if id == SESSION.to_string() => {
                let after = query.strip_prefix("after=").unwrap_or_default();
                return self.send_messages(after.parse().unwrap_or_default(), stream);
            }
            ["ChatSession", "ForCurrentUser"] => {
                let all = SESSION..SESSION + SESSIONS;
                Some(all.map(session).collect())
            }
            ["ChatSession", id] => id.parse().ok().map(session),
            ["ChatTopic", "ForCurrentUser"] => Some(json!([{"ChatTopicId": 1, "Name": "Support"}])),
            ["User", "currentPrincipal"] => {
                Some(json!({"AssociateId": 5, "FullName": "Kari Nordmann"}))
            }
            ["TimeZone"] => Some(json!({"value": [{"id": 261, "timeZone": "NO"}]})),
            ["TimeZone", "current"] => {
                Some(json!({"TZLocationID": 261, "TZLocationCode": "NO", "Name": "Norway"}))
            }
            _ => None,
        };
        let status = if body.is_some() {
            "200 OK"
        } else {
            "404 Not Found"
        };
        let body = body
            .unwrap_or(json!({"Message": "no such address"}))
            .to_string();
        let head = self.head(status, body.len() as u64);
        let mut stream = stream;
        stream.write_all((head + &body).as_bytes())
    }

    fn send_messages(&self, after: i64, mut stream: &TcpStream) -> io::Result<()> {
        let range = self.messages.byte_range_after(after);
        let mut rest = String::new();
        for object in self.posted_after(after) {
            let comma = if range.is_empty() && rest.is_empty() {
                ""
            } else {
                ","
            };
            rest.push_str(comma);
            rest.push_str(&object);
        }
        rest.push(']');
        let size = range.end - range.start;
        let head = self.head("200 OK", 1 + size + rest.len() as u64);
        let mut file = File::open(&self.messages.array)?;
        file.seek(SeekFrom::Start(range.start))?;
        if size < MAX_UNCHUNKED {
            // In one piece, as services send what is small.
            let mut body = head + "[";
            file.take(size).read_to_string(&mut body)?;
            return stream.write_all((body + &rest).as_bytes());
        }
        stream.write_all((head + "[").as_bytes())?;
        // From a file to a socket this copies nothing through this process.
        io::copy(&mut file.take(size), &mut stream)?;
        stream.write_all(rest.as_bytes())
    }

    fn posted_after(&self, after: i64) -> Vec<String> {
        let posted = self.posted.lock().unwrap();
        let known = self.messages.posted_up_to(after).min(posted.len());
        posted[known..].to_vec()
    }

    fn head(&self, status: &str, size: u64) -> String {
        self.bytes.fetch_add(size, Ordering::Relaxed);
        format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {size}\r\n\r\n"
        )
    }
}

fn session(id: i64) -> Value {
    let when = "2016-07-21T14:13:48+02:00";
    json!({
        "ChatSessionId": id,
        "TopicId": 1,
        "CustomerAlias": format!("customer{id}"),
        "CustomerName": format!("Customer {id}"),
        "CustomerEmail": format!("c{id}@example.com"),
        "Status": "CustomerLast",
        "FirstMessage": "Hello",
        "LastMessage": "thanks!",
        "WhenRequested": when,
        "WhenStarted": when,
        "WhenEnded": null,
        "WhenIdle": when,
        "Flags": "",
    })
}
