//! The connections: real HTTP over loopback, one task each.
//!
//! Requests go to [`Shared::answer`] and come back as an [`Answer`]; here its bytes are delivered,
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
    Shared,
    answer::{Answer, End},
};

/// What is written before an answer breaks off needs a moment to leave.
const BEFORE_CUT: Duration = Duration::from_millis(30);

/// Accepts connections for ever; dropped, it ends them all.
pub(super) async fn serve(listener: TcpListener, port: usize, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    connections.spawn(converse(stream, peer, port, Arc::clone(&shared)));
                }
                // Too many open files, or a client that is gone already: both pass.
                Err(_) => sleep(BEFORE_CUT).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn converse(stream: TcpStream, peer: SocketAddr, port: usize, shared: Arc<Shared>) {
    let reset = AtomicBool::new(false);
    let service = service_fn(|request: Request<Incoming>| {
        let answer = shared.answer(port, peer, &request);
        let reset = &reset;
        // The connection is taken apart below, for which its parts must be free to move.
        Box::pin(async move {
            sleep_unless_zero(answer.delivery.delay).await;
            if answer.delivery.end == End::Reset {
                reset.store(true, Ordering::Relaxed);
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok(response(answer))
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
fn response(answer: Answer) -> Response<Pieces> {
    let whole = answer.body.len();
    let pieces = Pieces::new(answer.body, answer.delivery.pieces, answer.delivery.end);
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
    if answer.delivery.end == End::Cut {
        response
            .headers_mut()
            .insert("content-length", whole.into());
    }
    response
}

/// A body in pieces, with pauses, and with an end that may not come.
struct Pieces {
    rest: Bytes,
    again: Bytes,
    size: usize,
    pause: Duration,
    end: End,
    sleeping: Option<Pin<Box<Sleep>>>,
}

impl Pieces {
    fn new(body: Bytes, pieces: Option<(usize, Duration)>, end: End) -> Self {
        let (size, pause) = pieces.unwrap_or((usize::MAX, Duration::ZERO));
        let rest = match end {
            End::Cut => body.slice(..body.len() / 2),
            End::Whole | End::Never | End::Reset => body.clone(),
        };
        Self {
            rest,
            again: body,
            size: size.max(1),
            pause,
            end,
            sleeping: None,
        }
    }

    /// Waits once for this long.
    fn poll_pause(&mut self, context: &mut Context<'_>, pause: Duration) -> Poll<()> {
        let sleeping = self.sleeping.get_or_insert_with(|| Box::pin(sleep(pause)));
        ready!(sleeping.as_mut().poll(context));
        self.sleeping = None;
        Poll::Ready(())
    }
}

impl Body for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if self.rest.is_empty() && self.end == End::Never {
            self.rest = self.again.clone();
        }
        if self.rest.is_empty() {
            if self.end != End::Cut {
                return Poll::Ready(None);
            }
            ready!(self.poll_pause(context, BEFORE_CUT));
            return Poll::Ready(Some(Err(io::ErrorKind::UnexpectedEof.into())));
        }
        if !self.pause.is_zero() {
            let pause = self.pause;
            ready!(self.poll_pause(context, pause));
        }
        let size = self.size.min(self.rest.len());
        let piece = self.rest.split_to(size);
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn is_end_stream(&self) -> bool {
        self.end == End::Whole && self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.end {
            End::Whole => SizeHint::with_exact(self.rest.len() as u64),
            End::Cut | End::Never | End::Reset => SizeHint::default(),
        }
    }
}
