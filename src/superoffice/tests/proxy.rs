//! Proxies that refuse a connection.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use super::*;

/// A proxy that answers every request with this status line, and the heads of the requests.
fn start_proxy(status: &'static str) -> (u16, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let heads = Arc::<Mutex<Vec<String>>>::default();
    let record = Arc::clone(&heads);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            record.lock().unwrap().push(head.join("\n"));
            drop((&stream).write_all(format!("{status}\r\nContent-Length: 0\r\n\r\n").as_bytes()));
        }
    });
    (port, heads)
}

#[tokio::test]
async fn the_refusal_of_a_proxy_is_reported_with_its_status() {
    for (status, user, wanted) in [
        (
            "HTTP/1.1 407 Authenticate",
            "",
            "The proxy 127.0.0.1:PORT requires a user and password (407): put them into the proxy address",
        ),
        (
            "HTTP/1.1 407 Authenticate",
            "ola:hunter2@",
            "The proxy 127.0.0.1:PORT refused user and password (407): check the proxy address",
        ),
        (
            "HTTP/1.1 403 Forbidden",
            "ola:hunter2@",
            "The proxy 127.0.0.1:PORT refused crm.example.com:443 (403): ask for the host to be allowed, or check the proxy",
        ),
        (
            "HTTP/1.1 451 Not here",
            "",
            "The proxy 127.0.0.1:PORT refused crm.example.com:443 (451): ask for the host to be allowed, or check the proxy",
        ),
        (
            "HTTP/1.0 502 Bad Gateway",
            "",
            "The proxy 127.0.0.1:PORT cannot reach crm.example.com:443 (502): check base_url and the proxy",
        ),
        (
            "HTTP/1.1 302 Found",
            "",
            "The proxy 127.0.0.1:PORT redirected the connection to crm.example.com:443 (302): sign in to the network, or check the proxy",
        ),
        (
            "SSH-2.0-OpenSSH",
            "",
            "The proxy refused crm.example.com: check the proxy",
        ),
    ] {
        let (port, heads) = start_proxy(status);
        let proxy = Url::parse(&format!("http://{user}127.0.0.1:{port}")).unwrap();
        let base = Url::parse("https://crm.example.com/api/v1/").unwrap();
        let client = Client::new(Settings {
            proxy: Some(proxy),
            ca_file: Some(super::tls::fixture("authority.pem")),
            ..settings(&base)
        });
        let error = client.unwrap().me().await.unwrap_err();
        assert_eq!(error.kind, ErrorKind::Network);
        assert_eq!(error.why, wanted.replace("PORT", &port.to_string()));
        for head in heads.lock().unwrap().iter() {
            assert!(head.starts_with("CONNECT crm.example.com:443 "), "{head}");
            let is_signed_in = head.to_lowercase().contains("proxy-authorization: basic ");
            assert_eq!(is_signed_in, !user.is_empty());
        }
    }
}
