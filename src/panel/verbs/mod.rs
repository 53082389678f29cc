//! What is done about a panel, one file a matter.

pub mod draw;
pub mod interests;
pub mod invite;
pub mod lift;
pub mod mode;
pub mod name;
pub mod present;
pub mod recuse;
pub mod replace;
pub mod substitutes;

use crate::error::Result;

/// What a page's form says in its own way, as programs say it.
pub trait Says<T> {
    fn says(&self) -> Result<T>;
}

impl<T: Clone> Says<T> for T {
    fn says(&self) -> Result<T> {
        Ok(self.clone())
    }
}
