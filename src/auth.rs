//! Earlier names of what [`crate::who`] and [`crate::session`] hold.

pub use crate::session::{
    self, Keys, Who, check_named_password, check_password, login, logout, revoke_all,
};
pub use crate::who::{Actor, Grant, Person, Role, password, policy};
