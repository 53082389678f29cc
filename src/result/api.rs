//! JSON API of the result.

pub mod lots;
pub mod result;
