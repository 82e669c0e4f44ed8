//! Proxies: whether an address is usable, and why a proxy refused a tunnel.
//!
//! The HTTP client reports only that it was refused, so its request is repeated to read the status of the proxy.

use std::time::Duration;

use hyper_util::client::proxy::matcher::Matcher;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use url::Url;

use super::error::{host_label, proxy_needs_user};
use super::settings::Settings;

/// More bytes than any status line has.
const MAX_STATUS_LINE: u64 = 4096;

/// Returns `true` if the HTTP client would use this address of a proxy instead of ignoring it.
pub(crate) fn is_proxy_address(address: &str) -> bool {
    let matcher = Matcher::builder().all(address).build();
    let any = hyper::Uri::from_static("https://example.com");
    matcher.intercept(&any).is_some_and(|proxy| {
        let authority = proxy.uri().authority();
        authority.is_some_and(|it| it.port_u16().is_some() || it.host() == it.as_str())
    })
}

/// Why the proxy refuses a tunnel to a host, and what to do; `None` if the proxy sends no reason.
pub(super) async fn explain_refusal(settings: &Settings, url: &Url) -> Option<String> {
    let matcher = match &settings.proxy {
        Some(proxy) => Matcher::builder().all(proxy.as_str()).build(),
        None => Matcher::from_system(),
    };
    let proxy = matcher.intercept(&url.as_str().parse().ok()?)?;
    if proxy.uri().scheme_str() != Some("http") {
        return None;
    }
    let address = (proxy.uri().host()?, proxy.uri().port_u16().unwrap_or(80));
    let target = format!("{}:{}", url.host_str()?, url.port_or_known_default()?);
    let authorization = proxy.basic_auth().and_then(|auth| auth.to_str().ok());
    let limit = settings.timeout.min(Duration::from_secs(10));
    let request_status = connect_status(address, &target, authorization);
    let status = tokio::time::timeout(limit, request_status).await.ok()??;
    let label = host_label(&Url::parse(&proxy.uri().to_string()).ok()?);
    Some(match status {
        407 if authorization.is_some() => {
            format!("The proxy {label} refused user and password (407): check the proxy address")
        }
        407 => proxy_needs_user(&format!("The proxy {label}")),
        300..400 => format!(
            "The proxy {label} redirected the connection to {target} ({status}): sign in to the \
             network, or check the proxy"
        ),
        500.. => format!(
            "The proxy {label} cannot reach {target} ({status}): check base_url and the proxy"
        ),
        _ => format!(
            "The proxy {label} refused {target} ({status}): ask for the host to be allowed, or \
             check the proxy"
        ),
    })
}

/// The status with which a proxy answers a CONNECT.
async fn connect_status(
    proxy: (&str, u16),
    target: &str,
    authorization: Option<&str>,
) -> Option<u16> {
    let mut stream = TcpStream::connect(proxy).await.ok()?;
    let authorization = authorization.map_or_else(String::new, |value| {
        format!("Proxy-Authorization: {value}\r\n")
    });
    let request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n{authorization}\r\n");
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut status_line = Vec::new();
    let mut stream = stream.take(MAX_STATUS_LINE);
    while !status_line.contains(&b'\n') && stream.read_buf(&mut status_line).await.ok()? > 0 {}
    let status_line = String::from_utf8_lossy(&status_line);
    status_line.split_whitespace().nth(1)?.parse().ok()
}
