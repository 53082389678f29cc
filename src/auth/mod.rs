//! Who is asking, and what they may do.
//!
//! A session is a row; a JWT only names it. Pages carry it in an HttpOnly SameSite cookie together with a CSRF token
//! in each form, programs as a Bearer token. Both check the row on each request, so logging out ends it at once.
//!
//! Refused: a wrong or locked login, a password that is too weak, an expired, idle or revoked session, a form without
//! its CSRF token.

mod actions;
mod actor;
pub mod api;
pub mod pages;
pub mod password;
pub mod policy;
pub mod session;
mod store;

pub use actions::{check_named_password, check_password, keep_alive, login, logout, revoke_all};
pub use actor::{Actor, Grant, Role};
pub use session::{Keys, Who};
