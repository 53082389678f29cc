//! Queries of sheets, by subject.

mod papers;
mod share;
mod sheets;
mod versions;
mod waiting;

pub use papers::*;
pub use share::*;
pub use sheets::*;
pub use versions::*;
pub use waiting::*;
