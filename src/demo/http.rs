//! The connections: real HTTP over loopback, one task each.
//!
//! Requests go to [`AppState::respond`] and come back as a [`ResponseTemplate`]; here its bytes are delivered,
//! or withheld, as it says.

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
    Request, Response,
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
    response::{BodyEnd, ResponseTemplate},
};

/// What is written before an answer breaks off needs a moment to leave.
const TRUNCATION_DELAY: Duration = Duration::from_millis(30);

/// Accepts connections for ever; dropped, it ends them all.
pub(super) async fn serve(listener: TcpListener, port: usize, state: Arc<AppState>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(serve_connection(stream, peer, port, Arc::clone(&state)));
                }
                // Too many open files, or a client that is gone already: both pass.
                Err(_) => sleep(TRUNCATION_DELAY).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn serve_connection(stream: TcpStream, peer: SocketAddr, port: usize, state: Arc<AppState>) {
    let reset = AtomicBool::new(false);
    let service = service_fn(|request: Request<Incoming>| {
        let answer = state.respond(port, peer, &request);
        let reset = &reset;
        // The connection is taken apart below, for which its parts must be free to move.
        Box::pin(async move {
            sleep_unless_zero(answer.delivery.delay).await;
            if answer.delivery.end == BodyEnd::Reset {
                reset.store(true, Ordering::Relaxed);
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(build_response(answer))
        })
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A client that went away or broke off is not our concern.
    let _ended = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    if reset.load(Ordering::Relaxed) {
        // Without the option it would end in order, which is all that is lost.
        let _orderly = stream.set_zero_linger();
    }
}

async fn sleep_unless_zero(span: Duration) {
    if !span.is_zero() {
        sleep(span).await;
    }
}

/// The answer as a response; a header that cannot be written is left out.
fn build_response(answer: ResponseTemplate) -> Response<ChunkedBody> {
    let whole = answer.body.len();
    let pieces = ChunkedBody::new(answer.body, answer.delivery.chunks, answer.delivery.end);
    let mut response = Response::new(pieces);
    if let Ok(status) = answer.status.try_into() {
        *response.status_mut() = status;
    }
    if let Some(reason) = answer.reason.and_then(|it| ReasonPhrase::try_from(it).ok()) {
        response.extensions_mut().insert(reason);
    }
    for (name, value) in answer.headers {
        if let Ok(value) = value.try_into() {
            response.headers_mut().insert(name, value);
        }
    }
    if answer.delivery.end == BodyEnd::Truncated {
        response
            .headers_mut()
            .insert("content-length", whole.into());
    }
    response
}

/// A body in pieces, with pauses, and with an end that may not come.
struct ChunkedBody {
    remaining: Bytes,
    full_body: Bytes,
    chunk_size: usize,
    pause: Duration,
    end: BodyEnd,
    timer: Option<Pin<Box<Sleep>>>,
}

impl ChunkedBody {
    fn new(body: Bytes, pieces: Option<(usize, Duration)>, end: BodyEnd) -> Self {
        let (size, pause) = pieces.unwrap_or((usize::MAX, Duration::ZERO));
        let rest = match end {
            BodyEnd::Truncated => body.slice(..body.len() / 2),
            BodyEnd::Complete | BodyEnd::Endless | BodyEnd::Reset => body.clone(),
        };
        Self {
            remaining: rest,
            full_body: body,
            chunk_size: size.max(1),
            pause,
            end,
            timer: None,
        }
    }

    /// Waits once for this long.
    fn poll_pause(&mut self, context: &mut Context<'_>, pause: Duration) -> Poll<()> {
        let sleeping = self.timer.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(sleeping.as_mut().poll(context));
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
        let piece = self.remaining.split_to(size);
        Poll::Ready(Some(Ok(Frame::data(piece))))
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
