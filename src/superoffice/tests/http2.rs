//! HTTP/2 with a real server, frame by frame: connections that break without notice, and requests refused
//! before they were processed.

use std::io::{Read, Write};

use super::tls::{TlsStream, fixture, start_tls_service};
use super::*;

const PREFACE: usize = 24;
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

const TIMEOUT: Duration = Duration::from_millis(600);

fn write_frame(stream: &mut TlsStream, kind: u8, flags: u8, id: u32, payload: &[u8]) {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &id.to_be_bytes()].concat();
    // The client may have closed the connection.
    drop(stream.write_all(&[&head, payload].concat()));
}

fn accept(stream: &mut TlsStream) {
    drop(stream.read_exact(&mut [0; PREFACE]));
    write_frame(stream, SETTINGS, 0, 0, &[]);
}

/// The stream of the next request; pings before it are answered.
fn next_request(stream: &mut TlsStream) -> Option<u32> {
    loop {
        let mut head = [0; 9];
        stream.read_exact(&mut head).ok()?;
        let [l0, l1, l2, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, l0, l1, l2]) as usize];
        stream.read_exact(&mut payload).ok()?;
        match kind {
            HEADERS => return Some(u32::from_be_bytes(id)),
            SETTINGS if flags & ACK == 0 => write_frame(stream, SETTINGS, ACK, 0, &[]),
            PING if flags & ACK == 0 => write_frame(stream, PING, ACK, 0, &payload),
            _ => {}
        }
    }
}

/// Sends a list without sessions.
fn respond(stream: &mut TlsStream, id: u32) {
    // `:status: 200`, the eighth of the static table.
    write_frame(stream, HEADERS, END_HEADERS, id, &[0x88]);
    write_frame(stream, DATA, END_STREAM, id, b"[]");
}

fn respond_to_all(stream: &mut TlsStream) {
    while let Some(id) = next_request(stream) {
        respond(stream, id);
    }
}

fn start(
    serve: impl Fn(usize, &mut TlsStream) + Send + Sync + 'static,
) -> (Client, Arc<AtomicUsize>) {
    let certificate = Arc::new(Mutex::new("service.pem"));
    let (base, connections) = start_tls_service(&certificate, "h2", move |number, stream| {
        accept(stream);
        serve(number, stream);
    });
    let client = Client::new(Settings {
        ca_file: Some(fixture("authority.pem")),
        timeout: TIMEOUT,
        ..settings(&base)
    });
    (client.unwrap(), connections)
}

async fn list(client: &Client) -> Result<usize, ApiError> {
    let page = client.sessions(Scope::Channels, None).await?;
    Ok(page.sessions.len())
}

#[tokio::test]
async fn a_request_refused_before_it_was_processed_is_sent_once_more_at_once() {
    const NO_ERROR: [u8; 8] = [0; 8];
    const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];
    for refuse in [
        |stream: &mut TlsStream, _: u32| write_frame(stream, GOAWAY, 0, 0, &NO_ERROR),
        |stream: &mut TlsStream, id: u32| write_frame(stream, RST_STREAM, 0, id, &REFUSED_STREAM),
        // Closed without a GOAWAY frame.
        |_: &mut TlsStream, _: u32| {},
    ] {
        let (client, connections) = start(move |number, stream| {
            if number > 0 {
                return respond_to_all(stream);
            }
            let id = next_request(stream).unwrap();
            respond(stream, id);
            let id = next_request(stream).unwrap();
            refuse(stream, id);
        });
        for _ in 0..2 {
            assert_eq!(list(&client).await, Ok(0));
        }
        assert_eq!(connections.load(Ordering::SeqCst), 2);
    }
}

#[tokio::test]
async fn a_connection_that_broke_without_notice_is_found_by_a_ping_and_replaced() {
    let (client, connections) = start(|number, stream| {
        if number > 0 {
            return respond_to_all(stream);
        }
        let id = next_request(stream).unwrap();
        respond(stream, id);
        // Nothing is read any more, and nothing is closed.
        std::thread::park();
    });
    for _ in 0..2 {
        assert_eq!(list(&client).await, Ok(0));
    }
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn after_a_timeout_or_on_request_the_next_request_has_a_new_connection() {
    for is_refreshed in [false, true] {
        let (client, connections) = start(|number, stream| {
            if number > 0 {
                return respond_to_all(stream);
            }
            let id = next_request(stream).unwrap();
            respond(stream, id);
            // Pings are answered, requests are not.
            while next_request(stream).is_some() {}
        });
        assert_eq!(list(&client).await, Ok(0));
        if is_refreshed {
            client.reconnect();
        } else {
            let error = list(&client).await.unwrap_err();
            assert!(error.why.starts_with("Timed out waiting for"), "{error}");
        }
        assert_eq!(list(&client).await, Ok(0));
        assert_eq!(connections.load(Ordering::SeqCst), 2);
    }
}
