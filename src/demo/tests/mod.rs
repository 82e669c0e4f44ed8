//! Tests of the demo service over real HTTP, with a plain socket instead of a client.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, timeout},
};

use super::*;

mod archive;
mod faults;
mod responses;
mod simulation;

/// A response as received.
#[derive(Debug)]
struct Reply {
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn status(&self) -> u16 {
        self.head.split(' ').nth(1).unwrap().parse().unwrap()
    }

    fn reason(&self) -> &str {
        let line = self.head.lines().next().unwrap();
        line.splitn(3, ' ').nth(2).unwrap()
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    fn ids(&self, name: &str) -> Vec<i64> {
        let rows = self.json();
        let rows = rows.get("value").unwrap_or(&rows).as_array().unwrap();
        rows.iter().map(|row| row[name].as_i64().unwrap()).collect()
    }
}

/// A service whose clock does not run.
async fn start_frozen() -> DemoServer {
    start_with_faults(false).await
}

async fn start_with_faults(faults: bool) -> DemoServer {
    let options = DemoOptions {
        rate: 0.0,
        faults,
        ..DemoOptions::default()
    };
    DemoServer::start(options).await.unwrap()
}

/// Sends a request and reads to the end of the connection, however it ends.
async fn send(method: &str, url: &str, headers: &[(&str, &str)]) -> io::Result<Reply> {
    let (host, path) = url.trim_start_matches("http://").split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).await?;
    let mut request = format!("{method} /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for &(name, value) in headers {
        request.extend([name, ": ", value, "\r\n"]);
    }
    request += "\r\n";
    stream.write_all(request.as_bytes()).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let mut windows = bytes.windows(4);
    let end = windows.position(|four| four == b"\r\n\r\n").unwrap();
    let body = bytes.split_off(end + 4);
    let head = String::from_utf8(bytes).unwrap();
    Ok(Reply { head, body })
}

async fn get_url(url: &str) -> Reply {
    send("GET", url, &[]).await.unwrap()
}

/// Requests a path below the base address; spaces and quotes are encoded here.
async fn get(service: &DemoServer, path: &str) -> Reply {
    get_with(service, path, &[]).await
}

async fn status(service: &DemoServer, path: &str, headers: &[(&str, &str)]) -> u16 {
    get_with(service, path, headers).await.status()
}

async fn get_with(service: &DemoServer, path: &str, headers: &[(&str, &str)]) -> Reply {
    let path = path.replace(' ', "%20").replace('\'', "%27");
    send("GET", &format!("{}{path}", service.base_url()), headers)
        .await
        .unwrap()
}

fn change_quirks(service: &DemoServer, change: impl FnOnce(&mut Quirks)) {
    let mut quirks = service.quirks();
    change(&mut quirks);
    service.set_quirks(quirks);
}
