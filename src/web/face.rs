//! What a room's face is: a function of a question, and of what the address names.

use std::sync::Arc;

use actix_web::web::Path;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::ask::{Ask, Maker, Pages};
use crate::error::{Error, Result};

/// A function of a face: with what the address names, or without.
pub trait Face<P, R>: Copy + Send + Sync + 'static {
    fn maker(self) -> Maker<R>;
    /// To be asked several times.
    fn pages(self) -> Pages<R>;
}

/// The address names nothing.
pub struct Nothing;
/// The address names one thing, or a tuple of them.
pub struct Names<P>(P);

impl<R: 'static, F> Face<Nothing, R> for F
where
    F: Fn(&mut Ask) -> Result<R> + Copy + Send + Sync + 'static,
{
    fn maker(self) -> Maker<R> {
        Arc::new(move |_| Ok(Box::new(self)))
    }

    fn pages(self) -> Pages<R> {
        Arc::new(move |_| Ok(Box::new(self)))
    }
}

impl<R: 'static, P, F> Face<Names<P>, R> for F
where
    F: Fn(&mut Ask, P) -> Result<R> + Copy + Send + Sync + 'static,
    P: DeserializeOwned + Clone + Send + 'static,
{
    fn maker(self) -> Maker<R> {
        Arc::new(move |req| {
            let named = names(req)?;
            Ok(Box::new(move |ask| self(ask, named)))
        })
    }

    fn pages(self) -> Pages<R> {
        Arc::new(move |req| {
            let named: P = names(req)?;
            Ok(Box::new(move |ask| self(ask, named.clone())))
        })
    }
}

/// What the address names; what cannot be read names nothing there is. Of an address that says what its subject stands
/// under (`/rounds/{round_id}/questions/{id}/answer`), one thing is the `id`.
pub fn names<P: DeserializeOwned>(req: &HttpRequest) -> Result<P> {
    #[derive(serde::Deserialize)]
    struct One<P> {
        id: P,
    }
    let whole = Path::<P>::extract(req).into_inner().map(Path::into_inner);
    whole
        .or_else(|_| {
            let one = Path::<One<P>>::extract(req).into_inner();
            one.map(|one| one.into_inner().id)
        })
        .map_err(|_| Error::NotFound)
}
