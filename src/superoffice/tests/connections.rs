//! Connections over HTTP/1: idle ones that are dropped, and responses that arrive too slowly.

use std::fmt::Write as _;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use super::*;

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]";

/// A service that gets the number of a connection and the number of a request on it; the connection
/// stays open as long as this returns `true`.
fn keeping_service(
    respond: impl Fn(usize, usize, &mut TcpStream) -> bool + Send + Sync + 'static,
) -> (Url, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}/api/v1/", listener.local_addr().unwrap());
    let requests = Arc::<AtomicUsize>::default();
    let counter = Arc::clone(&requests);
    let respond = Arc::new(respond);
    std::thread::spawn(move || {
        for (connection, stream) in listener.incoming().flatten().enumerate() {
            let (counter, respond) = (Arc::clone(&counter), Arc::clone(&respond));
            std::thread::spawn(move || {
                let mut stream = stream;
                for number in 0.. {
                    let mut head = Vec::new();
                    while !head.ends_with(b"\r\n\r\n") {
                        let mut byte = [0];
                        if stream.read_exact(&mut byte).is_err() {
                            return;
                        }
                        head.extend(byte);
                    }
                    counter.fetch_add(1, Ordering::SeqCst);
                    if !respond(connection, number, &mut stream) {
                        return;
                    }
                }
            });
        }
    });
    (Url::parse(&base).unwrap(), requests)
}

#[tokio::test]
async fn a_request_dropped_on_an_idle_connection_is_sent_once_more_at_once() {
    let (base, requests) = keeping_service(|connection, request, stream| {
        let is_answered = connection > 0 || request == 0;
        is_answered && stream.write_all(OK.as_bytes()).is_ok()
    });
    let client = Client::new(settings(&base)).unwrap();
    for _ in 0..2 {
        let page = client.sessions(Scope::Channels, None).await;
        assert_eq!(page.unwrap().sessions.len(), 0);
    }
    assert_eq!(requests.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn a_service_that_drops_every_request_gets_each_of_them_twice() {
    let (base, requests) = keeping_service(|_, _, _| false);
    let client = Client::new(settings(&base)).unwrap();
    let error = client.me().await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Network);
    let host = format!("127.0.0.1:{}", base.port().unwrap());
    assert_eq!(
        error.why,
        format!("Connection closed by {host} without a response: it may be restarting")
    );
    assert_eq!(requests.load(Ordering::SeqCst), 2);
}

#[test]
fn each_runtime_has_connections_of_its_own() {
    let connections = Arc::<Mutex<Vec<usize>>>::default();
    let seen = Arc::clone(&connections);
    let (base, _) = keeping_service(move |connection, _, stream| {
        seen.lock().unwrap().push(connection);
        stream.write_all(OK.as_bytes()).is_ok()
    });
    let client = Client::new(settings(&base)).unwrap();
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().build().unwrap()
    };
    let (here, there) = (runtime(), runtime());
    let list = |runtime: &tokio::runtime::Runtime| {
        let page = runtime.block_on(client.sessions(Scope::Channels, None));
        assert_eq!(page.unwrap().sessions.len(), 0);
    };
    std::thread::scope(|threads| {
        let (turn, turns) = std::sync::mpsc::channel();
        let (done, ended) = std::sync::mpsc::channel();
        threads.spawn(move || {
            for () in turns {
                list(&there);
                done.send(()).unwrap();
            }
        });
        for _ in 0..2 {
            list(&here);
            turn.send(()).unwrap();
            ended.recv().unwrap();
        }
        // All are dropped, whichever runtime finds one unusable.
        client.http.reconnect();
        turn.send(()).unwrap();
        ended.recv().unwrap();
        list(&here);
        drop(turn);
    });
    assert_eq!(*connections.lock().unwrap(), [0, 1, 0, 1, 2, 3]);
}

#[tokio::test]
async fn a_response_that_trickles_in_is_given_up() {
    let (base, _) = keeping_service(|_, _, stream| {
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n[";
        let mut sent = stream.write_all(head.as_bytes());
        while sent.is_ok() {
            // As slow as a service that hangs and sends a byte now and then.
            std::thread::sleep(Duration::from_millis(10));
            sent = stream.write_all(b" ");
        }
        false
    });
    let client = Client::new(Settings {
        timeout: Duration::from_millis(300),
        ..settings(&base)
    })
    .unwrap();
    let (read, error) = messages(&client, 0).await;
    let error = error.unwrap();
    assert_eq!((read.len(), error.kind), (0, ErrorKind::Network));
    assert!(error.why.contains("under 1 kB/s"), "{error}");
}

#[tokio::test]
async fn many_headers_are_read_and_too_many_are_named() {
    let (base, _) = keeping_service(|connection, _, stream| {
        let count = if connection == 0 { 90 } else { 110 };
        let mut response = String::from("HTTP/1.1 200 OK\r\nConnection: close\r\n");
        for number in 0..count {
            write!(response, "X-Gateway-{number}: 1\r\n").unwrap();
        }
        response += "Content-Length: 2\r\n\r\n[]";
        drop(stream.write_all(response.as_bytes()));
        false
    });
    let client = Client::new(settings(&base)).unwrap();
    let page = client.sessions(Scope::Channels, None).await;
    assert_eq!(page.unwrap().sessions.len(), 0);
    let error = client.sessions(Scope::Channels, None).await.unwrap_err();
    assert_eq!(error.kind, ErrorKind::Network);
    assert!(error.why.contains("headers of the response"), "{error}");
}

#[tokio::test]
async fn what_is_not_http_is_named() {
    let (base, _) = keeping_service(|_, _, stream| {
        drop(stream.write_all(b"220 mail.example.com ESMTP\r\n"));
        false
    });
    let client = Client::new(settings(&base)).unwrap();
    let error = client.me().await.unwrap_err();
    assert!(error.why.contains("something other than HTTP"), "{error}");
}

#[tokio::test]
async fn redirects_have_a_small_limit() {
    let service = ScriptedService::start(|request| {
        let next = format!("{}x", request.target);
        http_response("302 Found", &[("Location", &next)], b"")
    });
    let error = client(&service).me().await.unwrap_err();
    assert!(error.why.starts_with("Redirect loop at 127"), "{error}");
    assert_eq!(service.requests().len(), 6);
}
