//! A small HTTP/1.1 server on loopback: one thread a connection, no work of its own beyond the answer.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::Range;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use serde_json::{Value, json};

const BASE_PATH: &str = "/api/v1/";

/// The largest file range that is sent in one write with its head.
const MAX_SINGLE_WRITE: u64 = 64 << 10;

/// Answers the GET requests of a server.
pub trait Responder: Send + Sync + 'static {
    /// Returns the answer for a path below the base address and the query after its `?`.
    fn respond(&self, path: &str, query: &str) -> Option<Body>;
}

pub enum Body {
    Text(String),
    /// A JSON array: the objects in a range of a file, then further ones, each with its comma.
    Array {
        file: PathBuf,
        range: Range<u64>,
        rest: String,
    },
}

impl From<Value> for Body {
    fn from(value: Value) -> Self {
        Self::Text(value.to_string())
    }
}

/// A running server; it ends with the process.
pub struct HttpServer {
    address: SocketAddr,
    traffic: Arc<Traffic>,
}

#[derive(Default)]
struct Traffic {
    requests: AtomicU64,
    bytes: AtomicU64,
}

impl HttpServer {
    pub fn start(responder: Arc<impl Responder>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let traffic = Arc::new(Traffic::default());
        let shared = Arc::clone(&traffic);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (responder, traffic) = (Arc::clone(&responder), Arc::clone(&shared));
                // A client may close its connection at any time.
                thread::spawn(move || drop(serve(&stream, &*responder, &traffic)));
            }
        });
        Self { address, traffic }
    }

    pub fn base_url(&self) -> String {
        format!("http://{}{BASE_PATH}", self.address)
    }

    /// Requests answered so far.
    pub fn requests(&self) -> u64 {
        self.traffic.requests.load(Ordering::Relaxed)
    }

    /// Bytes of response bodies sent so far.
    pub fn bytes_sent(&self) -> u64 {
        self.traffic.bytes.load(Ordering::Relaxed)
    }
}

fn serve(stream: &TcpStream, responder: &impl Responder, traffic: &Traffic) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(request) = lines.next().transpose()? {
        for header in lines.by_ref() {
            if header?.is_empty() {
                break;
            }
        }
        let target = request.split(' ').nth(1).unwrap_or_default();
        let target = target.strip_prefix(BASE_PATH).unwrap_or(target);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        traffic.requests.fetch_add(1, Ordering::Relaxed);
        let size = send(stream, responder.respond(path, query))?;
        traffic.bytes.fetch_add(size, Ordering::Relaxed);
    }
    Ok(())
}

/// Sends a response and returns the size of its body.
fn send(mut stream: &TcpStream, body: Option<Body>) -> io::Result<u64> {
    match body {
        None => {
            let body = json!({"Message": "no such address"}).to_string();
            let size = body.len() as u64;
            stream.write_all((head("404 Not Found", size) + &body).as_bytes())?;
            Ok(size)
        }
        Some(Body::Text(body)) => {
            let size = body.len() as u64;
            stream.write_all((head("200 OK", size) + &body).as_bytes())?;
            Ok(size)
        }
        Some(Body::Array { file, range, rest }) => {
            let from_file = range.end - range.start;
            let rest = rest + "]";
            let size = 1 + from_file + rest.len() as u64;
            let mut start = head("200 OK", size) + "[";
            let mut file = File::open(file)?;
            file.seek(SeekFrom::Start(range.start))?;
            let mut objects = file.take(from_file);
            if from_file < MAX_SINGLE_WRITE {
                objects.read_to_string(&mut start)?;
                stream.write_all((start + &rest).as_bytes())?;
            } else {
                stream.write_all(start.as_bytes())?;
                // The kernel copies from file to socket, so that large answers cost the bench
                // process no CPU.
                io::copy(&mut objects, &mut stream)?;
                stream.write_all(rest.as_bytes())?;
            }
            Ok(size)
        }
    }
}

fn head(status: &str, size: u64) -> String {
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: {size}\r\n\r\n"
    )
}
