//! What is read and sent piece by piece: a body that comes too slowly is given up, an answer waits in small pieces, and
//! what is small is sent as it is.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::future::Future;
use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::header::{self, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, Sleep, sleep};

/// A body has this long, and as much longer as what has come takes at [`RATE`].
const GRACE: Duration = Duration::from_secs(30);
/// Bytes a second: below it, a body is given up once its grace is over.
const RATE: u64 = 8 * 1024;
/// Of an answer no more than this is handed on at once, whoever reads it.
const PIECE: usize = 16 * 1024;
/// Compressing less than this saves nothing.
const SMALL: u64 = 1024;

/// A body that ends with an error when it comes too slowly.
struct InTime {
    body: Payload,
    end: Pin<Box<Sleep>>,
    started: Instant,
    grace: Duration,
    come: u64,
}

impl InTime {
    fn new(body: Payload, grace: Duration) -> Self {
        Self {
            body,
            end: Box::pin(sleep(grace)),
            started: Instant::now(),
            grace,
            come: 0,
        }
    }
}

impl Stream for InTime {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = Pin::new(&mut self.body).poll_next(cx);
        match &polled {
            Poll::Pending => self.end.as_mut().poll(cx).map(|()| {
                let slow = io::Error::new(ErrorKind::TimedOut, "the body came too slowly");
                Some(Err(PayloadError::Io(slow)))
            }),
            Poll::Ready(Some(Ok(bytes))) => {
                self.come += bytes.len() as u64;
                let longer = Duration::from_millis(self.come.saturating_mul(1000) / RATE);
                let end = self.started + self.grace + longer;
                self.end.as_mut().reset(end);
                polled
            }
            Poll::Ready(_) => polled,
        }
    }
}

/// Gives the body of a request, if it has one, its time.
pub(super) fn in_time(req: &mut ServiceRequest) {
    let body = match req.take_payload() {
        Payload::None => return,
        body @ (Payload::H1 { .. } | Payload::Stream { .. }) => body,
    };
    req.set_payload(Payload::Stream {
        payload: Box::pin(InTime::new(body, GRACE)),
    });
}

/// An answer handed on piece by piece, so that no more than one waits for a slow reader.
struct Pieces {
    body: BoxBody,
    rest: Bytes,
}

impl MessageBody for Pieces {
    type Error = Box<dyn StdError>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        if self.rest.is_empty() {
            match Pin::new(&mut self.body).poll_next(cx) {
                Poll::Ready(Some(Ok(bytes))) => self.rest = bytes,
                other @ (Poll::Ready(_) | Poll::Pending) => return other,
            }
        }
        let piece = self.rest.len().min(PIECE);
        Poll::Ready(Some(Ok(self.rest.split_to(piece))))
    }
}

/// A body that is not sent: as long as the one it stands for.
struct Unsent(BodySize);

impl MessageBody for Unsent {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Poll::Ready(None)
    }
}

/// The headers of a `GET` without its body.
pub(super) fn without_body(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    response.map_body(|_, body| Unsent(body.size()).boxed())
}

pub(super) fn in_pieces(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    response.map_body(|_, body| match body.size() {
        BodySize::None | BodySize::Sized(0..SMALL) => body,
        BodySize::Sized(_) | BodySize::Stream => Pieces {
            body,
            rest: Bytes::new(),
        }
        .boxed(),
    })
}

const AS_IT_IS: HeaderValue = HeaderValue::from_static("identity");

/// Within the compression: says of a small answer that it is sent as it is.
pub async fn small_as_it_is(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, actix_web::Error> {
    let mut response = next.call(req).await?.map_into_boxed_body();
    if matches!(response.response().body().size(), BodySize::Sized(0..SMALL)) {
        let headers = response.headers_mut();
        if !headers.contains_key(header::CONTENT_ENCODING) {
            headers.insert(header::CONTENT_ENCODING, AS_IT_IS);
        }
    }
    Ok(response)
}

/// Outside of it: what nobody has to be told.
pub(super) fn untold(response: &mut ServiceResponse<BoxBody>) {
    let headers = response.headers_mut();
    if headers.get(header::CONTENT_ENCODING) == Some(&AS_IT_IS) {
        headers.remove(header::CONTENT_ENCODING);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt;
    use futures_util::stream;

    use super::*;

    fn slowly(pieces: usize) -> InTime {
        let body = stream::iter(0..pieces).then(|_| async {
            sleep(Duration::from_millis(30)).await;
            Ok(Bytes::from_static(&[0; 1024]))
        });
        let body: Payload = Payload::Stream {
            payload: Box::pin(body.chain(stream::pending())),
        };
        InTime::new(body, Duration::from_millis(100))
    }

    #[test]
    fn a_body_has_time_as_long_as_it_comes() {
        actix_web::rt::System::new().block_on(async {
            let mut body = slowly(8);
            for _ in 0..8 {
                assert_eq!(body.next().await.unwrap().unwrap().len(), 1024);
            }
            // 8 KiB are a second more.
            let waited = Instant::now();
            let end = body.next().await.unwrap().unwrap_err();
            assert!(matches!(end, PayloadError::Io(error) if error.kind() == ErrorKind::TimedOut));
            let waited = waited.elapsed();
            assert!(waited > Duration::from_millis(600) && waited < Duration::from_secs(5));
        });
    }

    #[test]
    fn an_answer_is_handed_on_in_pieces() {
        actix_web::rt::System::new().block_on(async {
            let mut body = Pieces {
                body: BoxBody::new(Bytes::from(vec![7; 40_000])),
                rest: Bytes::new(),
            };
            assert_eq!(body.size(), BodySize::Sized(40_000));
            let mut sizes = Vec::new();
            while let Some(piece) =
                std::future::poll_fn(|cx| Pin::new(&mut body).poll_next(cx)).await
            {
                sizes.push(piece.unwrap().len());
            }
            assert_eq!(sizes, [PIECE, PIECE, 40_000 - 2 * PIECE]);
        });
    }
}
