//! What is done with rule and seats, for the rooms that ask for it.

pub mod division;
pub mod propose;
pub mod rule;
pub mod seat;
