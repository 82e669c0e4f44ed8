//! TLS with real servers: `ca_file`, and the errors for certificates that are not trusted.

use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::*;

pub(super) type TlsStream = StreamOwned<ServerConnection, TcpStream>;

/// A certificate or key of the tests; all certificates have the same key.
pub(super) fn fixture(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/superoffice/tests/tls");
    std::path::Path::new(folder).join(name)
}

/// Starts a service over TLS that presents the certificate of this name at the moment, and offers one
/// protocol (ALPN). `serve` gets the number of a connection.
pub(super) fn start_tls_service(
    certificate: &Arc<Mutex<&'static str>>,
    protocol: &str,
    serve: impl Fn(usize, &mut TlsStream) + Send + Sync + 'static,
) -> (Url, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://{}/api/v1/", listener.local_addr().unwrap());
    let connections = Arc::<AtomicUsize>::default();
    let (counter, certificate) = (Arc::clone(&connections), Arc::clone(certificate));
    let (serve, protocol) = (Arc::new(serve), protocol.as_bytes().to_vec());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let name = *certificate.lock().unwrap();
            let chain = vec![CertificateDer::from_pem_file(fixture(name)).unwrap()];
            let key = PrivateKeyDer::from_pem_file(fixture("key.pem")).unwrap();
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let mut config = ServerConfig::builder_with_provider(provider)
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_no_client_auth()
                .with_single_cert(chain, key)
                .unwrap();
            config.alpn_protocols = vec![protocol.clone()];
            let connection = ServerConnection::new(Arc::new(config)).unwrap();
            let (counter, serve) = (Arc::clone(&counter), Arc::clone(&serve));
            std::thread::spawn(move || {
                let mut stream = StreamOwned::new(connection, stream);
                while stream.conn.is_handshaking() {
                    if stream.conn.complete_io(&mut stream.sock).is_err() {
                        return;
                    }
                }
                let number = counter.fetch_add(1, Ordering::SeqCst);
                serve(number, &mut stream);
            });
        }
    });
    (Url::parse(&base).unwrap(), connections)
}

/// A service whose user is Ola.
fn service_with(certificate: &Arc<Mutex<&'static str>>) -> Url {
    let serve = |_: usize, stream: &mut TlsStream| {
        use std::io::{Read, Write};
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
            head.extend(byte);
        }
        drop(stream.write_all(&json_response(r#"{"AssociateId":5,"FullName":"Ola"}"#)));
    };
    start_tls_service(certificate, "http/1.1", serve).0
}

fn client_with(base: &Url, ca_file: impl Into<PathBuf>) -> Client {
    Client::new(Settings {
        ca_file: Some(ca_file.into()),
        ..settings(base)
    })
    .unwrap()
}

#[tokio::test]
async fn certificates_are_trusted_or_what_is_wrong_with_them_is_reported() {
    let unknown = "is from an unknown authority: set ca_file if it is your own";
    for (certificate, ca_file, wanted) in [
        ("service.pem", "authority.pem", Ok(())),
        ("service.pem", "other-authority.pem", Err(unknown)),
        // Marked as an authority, as is usual on premises.
        ("self-signed.pem", "self-signed.pem", Ok(())),
        ("self-signed.pem", "authority.pem", Err(unknown)),
        (
            "self-signed-other-name.pem",
            "self-signed-other-name.pem",
            Err("is for another name: check base_url"),
        ),
        (
            "other-name.pem",
            "authority.pem",
            Err("is for another name: check base_url"),
        ),
        (
            "expired.pem",
            "authority.pem",
            Err("is expired or not yet valid: check this machine's clock"),
        ),
        // The file names the certificate itself, but not permanently.
        (
            "expired.pem",
            "expired.pem",
            Err("is expired or not yet valid: check this machine's clock"),
        ),
    ] {
        let base = service_with(&Arc::new(Mutex::new(certificate)));
        let result = client_with(&base, fixture(ca_file)).me().await;
        match wanted {
            Ok(()) => assert_eq!(result.unwrap().name, "Ola", "{certificate}"),
            Err(words) => {
                let error = result.unwrap_err();
                assert_eq!(error.kind, ErrorKind::Network);
                assert!(error.why.starts_with("TLS error: "), "{error}");
                assert!(error.why.contains(words), "{certificate}: {error}");
            }
        }
    }
}

#[tokio::test]
async fn a_renewed_ca_file_is_read_after_a_failure() {
    let certificate = Arc::new(Mutex::new("service.pem"));
    let base = service_with(&certificate);
    let ca_file = tempfile::NamedTempFile::new().unwrap();
    let trust = |name| std::fs::copy(fixture(name), ca_file.path()).unwrap();
    trust("authority.pem");
    let client = client_with(&base, ca_file.path());
    client.sessions(Scope::All, None).await.unwrap_err();
    assert_eq!(client.me().await.unwrap().name, "Ola");
    *certificate.lock().unwrap() = "other-service.pem";
    let failed = async || client.user_zone().await.unwrap_err().why;
    assert!(failed().await.contains("unknown authority"));
    // While the file is being written it may hold nothing usable.
    std::fs::write(ca_file.path(), "").unwrap();
    assert!(failed().await.contains("unknown authority"));
    trust("other-authority.pem");
    assert!(failed().await.contains("other than the time zone"));
}

#[tokio::test]
async fn a_renewed_ca_file_is_read_on_request() {
    let certificate = Arc::new(Mutex::new("service.pem"));
    let base = service_with(&certificate);
    let ca_file = tempfile::NamedTempFile::new().unwrap();
    std::fs::copy(fixture("authority.pem"), ca_file.path()).unwrap();
    let client = client_with(&base, ca_file.path());
    assert_eq!(client.me().await.unwrap().name, "Ola");
    *certificate.lock().unwrap() = "other-service.pem";
    std::fs::copy(fixture("other-authority.pem"), ca_file.path()).unwrap();
    client.reconnect();
    let error = client.user_zone().await.unwrap_err();
    assert!(error.why.contains("other than the time zone"), "{error}");
}

#[test]
fn a_ca_file_is_read_in_many_forms_and_a_broken_one_is_described() {
    let base = Url::parse("https://crm.example.com/api/v1/").unwrap();
    let pem = std::fs::read_to_string(fixture("authority.pem")).unwrap();
    let der = CertificateDer::from_pem_file(fixture("authority.pem")).unwrap();
    let utf16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(pem.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let broken = pem.replacen("MII", "AAA", 1);
    assert_ne!(broken, pem);
    let trusted = pem.replace("CERTIFICATE", "TRUSTED CERTIFICATE");
    let key = std::fs::read_to_string(fixture("key.pem")).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    for (bytes, wanted) in [
        (pem.clone().into_bytes(), None),
        (format!("\u{feff}{pem}").into_bytes(), None),
        (pem.replace('\n', "\r\n").into_bytes(), None),
        (format!("Our authority\n{pem}{key}{pem}").into_bytes(), None),
        (der.to_vec(), None),
        (
            utf16.clone(),
            Some("it is UTF-16 text; save it as PEM in ASCII or UTF-8"),
        ),
        (utf16[2..].to_vec(), Some("it is UTF-16 text")),
        (
            format!("{pem}{trusted}").into_bytes(),
            Some(
                "certificate 2 begins with \"BEGIN TRUSTED CERTIFICATE\"; write it in the form \"BEGIN CERTIFICATE\"",
            ),
        ),
        (
            format!("{pem}{broken}").into_bytes(),
            Some("certificate 2 is damaged ("),
        ),
        (
            pem.replace("-----END", "---END").into_bytes(),
            Some("certificate 1 is damaged ("),
        ),
        (der[..100].to_vec(), Some("it is damaged (BadEncoding)")),
        (
            key.clone().into_bytes(),
            Some("no PEM certificate found; it must have \"BEGIN CERTIFICATE\""),
        ),
        (Vec::new(), Some("no PEM certificate found")),
    ] {
        std::fs::write(file.path(), &bytes).unwrap();
        let client = Client::new(Settings {
            ca_file: Some(file.path().to_owned()),
            ..settings(&base)
        });
        let shown = String::from_utf8_lossy(&bytes);
        match (client, wanted) {
            (Ok(_), None) => {}
            (Err(error), Some(words)) => {
                let start = format!("Cannot use ca_file {}: ", file.path().display());
                assert_eq!(error.kind, ErrorKind::Config);
                assert!(error.why.starts_with(&start), "{error}");
                assert!(error.why.contains(words), "{error}\n{shown}");
            }
            (Ok(_), Some(words)) => panic!("{words} expected\n{shown}"),
            (Err(error), None) => panic!("{error}\n{shown}"),
        }
    }
}
