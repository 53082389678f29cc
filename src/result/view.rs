//! How the result's matters are shown.

pub mod lots;
