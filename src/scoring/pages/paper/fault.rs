//! What was wrong with a form that carries a scan.

use crate::error::{Error, FieldErrors, Refusal, Result};

/// What was wrong with a form: field by field, or on the whole.
#[derive(Default)]
pub(super) struct Fault {
    pub(super) errors: FieldErrors,
    pub(super) refusal: Option<Refusal>,
    pub(super) status: u16,
}

impl Fault {
    /// What can be shown beside what was typed; anything else is an error page.
    pub(super) fn of(error: Error) -> Result<Self> {
        let status = error.status().as_u16();
        match error {
            Error::Invalid(errors) => Ok(Self {
                errors,
                refusal: None,
                status,
            }),
            Error::UnsupportedMedia(refusal) | Error::TooLarge(refusal) => {
                let text = format!("{}{}", refusal.reason, refusal.remedy);
                Ok(Self {
                    errors: FieldErrors::from([("file".to_owned(), vec![text])]),
                    refusal: None,
                    status,
                })
            }
            Error::Conflict(refusal) => Ok(Self {
                errors: FieldErrors::new(),
                refusal: Some(refusal),
                status,
            }),
            Error::NotFound
            | Error::Unauthorized(_)
            | Error::BadRequest(_)
            | Error::Forbidden(_)
            | Error::PreconditionRequired
            | Error::TooMany(_)
            | Error::Busy
            | Error::Internal(_) => Err(error),
        }
    }

    pub(super) fn status(&self) -> u16 {
        if self.status == 0 { 200 } else { self.status }
    }
}
