//! Scoring, with what is done about it once it is over: the panel's work with the lock, one sheet with its sending back.

pub mod room;
mod sheet;
mod work;
