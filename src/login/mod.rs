//! The way in and out, for people and programs: what a [`crate::session`] is, stands below.

mod api;
mod pages;
pub mod room;
mod todo;
mod tried;
mod verbs;
