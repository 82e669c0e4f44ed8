//! HTTP connections: one task each.
//!
//! The bytes of a [`Response`] are delivered or withheld here according to its fields.

use std::{
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::{
    body::{Body, Bytes, Frame, Incoming, SizeHint},
    ext::ReasonPhrase,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use parking_lot::Mutex;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::JoinSet,
    time::sleep,
};

use super::{
    response::{BodyEnd, Response},
    state::{ServiceState, lock},
};

/// The time for written bytes to be sent before a body breaks off.
const TRUNCATION_DELAY: Duration = Duration::from_millis(30);

/// Accepts connections until it is dropped, which ends them all.
pub(super) async fn serve(listener: TcpListener, origin: usize, state: Arc<Mutex<ServiceState>>) {
    let mut connections = JoinSet::new();
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                connections.spawn(serve_connection(stream, peer, origin, Arc::clone(&state)));
            }
            // Too many open files, or a client that has disconnected: tried again soon.
            Err(_) => sleep(Duration::from_millis(30)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    origin: usize,
    state: Arc<Mutex<ServiceState>>,
) {
    let reset = AtomicBool::new(false);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let response = lock(&state).respond(origin, peer, &request);
        let reset = &reset;
        // Boxed because `into_parts` below needs a connection that can be moved.
        Box::pin(async move {
            if !response.delay.is_zero() {
                sleep(response.delay).await;
            }
            if response.end == BodyEnd::Reset {
                reset.store(true, Ordering::Relaxed);
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(build_response(response))
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that disconnects early is no error of the service.
    let _result = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    if reset.load(Ordering::Relaxed) {
        // If the option cannot be set, the connection is closed without a reset.
        let _result = stream.set_zero_linger();
    }
}

/// Leaves out what hyper does not accept, such as a header value with a control character.
fn build_response(mut response: Response) -> hyper::Response<ChannelBody> {
    let (sender, chunks) = mpsc::channel(1);
    let length = match response.end {
        BodyEnd::Endless => SizeHint::default(),
        _ => SizeHint::with_exact(response.body.len() as u64),
    };
    let mut built = hyper::Response::new(ChannelBody { chunks, length });
    if let Ok(status) = response.status.try_into() {
        *built.status_mut() = status;
    }
    if let Some(Ok(reason)) = response.reason.take().map(ReasonPhrase::try_from) {
        built.extensions_mut().insert(reason);
    }
    for (name, value) in response.headers.drain(..) {
        if let Ok(value) = value.try_into() {
            built.headers_mut().insert(name, value);
        }
    }
    tokio::spawn(send_body(response, sender));
    built
}

/// Sends a body in its chunks, until its end or until the connection is closed.
async fn send_body(response: Response, sender: mpsc::Sender<io::Result<Bytes>>) {
    let (size, pause) = response.chunks.unwrap_or((usize::MAX, Duration::ZERO));
    let mut body = response.body;
    if response.end == BodyEnd::Truncated {
        body.truncate(body.len() / 2);
    }
    loop {
        for chunk in body.chunks(size.max(1)) {
            if !pause.is_zero() {
                sleep(pause).await;
            }
            let chunk = Bytes::copy_from_slice(chunk);
            if sender.send(Ok(chunk)).await.is_err() {
                return;
            }
        }
        if response.end != BodyEnd::Endless || body.is_empty() {
            break;
        }
    }
    if response.end == BodyEnd::Truncated {
        sleep(TRUNCATION_DELAY).await;
        let broken = Err(io::ErrorKind::UnexpectedEof.into());
        // Fails only if the connection is closed already.
        let _result = sender.send(broken).await;
    }
}

/// A body whose chunks are sent by a task.
struct ChannelBody {
    chunks: mpsc::Receiver<io::Result<Bytes>>,
    /// The length to declare.
    length: SizeHint,
}

impl Body for ChannelBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let chunk = ready!(self.chunks.poll_recv(context));
        Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        self.length
    }
}
