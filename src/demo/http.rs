//! HTTP connections: one task each.
//!
//! [`AppState::respond`] returns a [`Response`]; its bytes are delivered here, or withheld, as its
//! [`Delivery`](super::response::Delivery) demands.

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
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinSet,
    time::{Sleep, sleep},
};

use super::{
    AppState,
    response::{BodyEnd, Response},
};

/// The time that written bytes get to leave before a body breaks off.
const TRUNCATION_DELAY: Duration = Duration::from_millis(30);

/// Accepts connections until it is dropped, which ends them all.
pub(super) async fn serve(listener: TcpListener, origin: usize, state: Arc<AppState>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(serve_connection(stream, peer, origin, Arc::clone(&state)));
                }
                // Too many open files, or a client that is gone already: worth another try soon.
                Err(_) => sleep(Duration::from_millis(30)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve_connection(
    stream: TcpStream,
    peer: SocketAddr,
    origin: usize,
    state: Arc<AppState>,
) {
    let reset = AtomicBool::new(false);
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let response = state.respond(origin, peer, &request);
        let reset = &reset;
        // Boxed because `into_parts` below needs a connection that can be moved.
        Box::pin(async move {
            if !response.delivery.delay.is_zero() {
                sleep(response.delivery.delay).await;
            }
            if response.delivery.end == BodyEnd::Reset {
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
fn build_response(response: Response) -> hyper::Response<ChunkedBody> {
    let Response { delivery, body, .. } = response;
    let content_length = body.len();
    let body = ChunkedBody::new(body, delivery.chunks, delivery.end);
    let mut built = hyper::Response::new(body);
    if let Ok(status) = response.status.try_into() {
        *built.status_mut() = status;
    }
    let reason = response.reason.map(ReasonPhrase::try_from);
    if let Some(Ok(reason)) = reason {
        built.extensions_mut().insert(reason);
    }
    for (name, value) in response.headers {
        if let Ok(value) = value.try_into() {
            built.headers_mut().insert(name, value);
        }
    }
    if delivery.end == BodyEnd::Truncated {
        built
            .headers_mut()
            .insert("content-length", content_length.into());
    }
    built
}

/// A body in chunks, with pauses between them and an end that may not come.
struct ChunkedBody {
    remaining: Bytes,
    full_body: Bytes,
    chunk_size: usize,
    pause: Duration,
    end: BodyEnd,
    timer: Option<Pin<Box<Sleep>>>,
}

impl ChunkedBody {
    fn new(body: Bytes, chunks: Option<(usize, Duration)>, end: BodyEnd) -> Self {
        let (size, pause) = chunks.unwrap_or((usize::MAX, Duration::ZERO));
        let remaining = match end {
            BodyEnd::Truncated => body.slice(..body.len() / 2),
            BodyEnd::Complete | BodyEnd::Endless | BodyEnd::Reset => body.clone(),
        };
        Self {
            remaining,
            full_body: body,
            chunk_size: size.max(1),
            pause,
            end,
            timer: None,
        }
    }

    /// Ready once this time has passed; the next call starts anew.
    fn poll_pause(&mut self, context: &mut Context<'_>, pause: Duration) -> Poll<()> {
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(timer.as_mut().poll(context));
        self.timer = None;
        Poll::Ready(())
    }
}

impl Body for ChunkedBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.remaining.is_empty() && self.end == BodyEnd::Endless {
            self.remaining = self.full_body.clone();
        }
        if self.remaining.is_empty() {
            if self.end != BodyEnd::Truncated {
                return Poll::Ready(None);
            }
            ready!(self.poll_pause(context, TRUNCATION_DELAY));
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        if !self.pause.is_zero() {
            let pause = self.pause;
            ready!(self.poll_pause(context, pause));
        }
        let size = self.chunk_size.min(self.remaining.len());
        let chunk = self.remaining.split_to(size);
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.end == BodyEnd::Complete && self.remaining.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.end {
            BodyEnd::Complete => SizeHint::with_exact(self.remaining.len() as u64),
            BodyEnd::Truncated | BodyEnd::Endless | BodyEnd::Reset => SizeHint::default(),
        }
    }
}
