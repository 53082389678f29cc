//! What a room hands to the house: one value, `ROOM`, in its own folder. Routes, the API's document, to-dos, invariants and
//! the navigation are folded from the list in `rooms`.
//!
//! Three things stay whole, for each tells one story that leads through many rooms: the manual a role's (`help`), the seed
//! and the demo a company's (`seed`, `demo`).

use super::{Nav, Route, Todos};
use crate::db::Conn;
use crate::error::Result;

/// Looks for what must never be; each finding is one line.
pub type Check = fn(&mut Conn) -> Result<Vec<String>>;

pub struct Room {
    /// Its noun, and the tag of its calls in the API's document.
    pub name: &'static str,
    /// What it is called in Chinese.
    pub title: &'static str,
    pub routes: fn() -> Vec<Route>,
    pub todos: Option<Todos>,
    /// What always holds of its rows, with the heading that findings are told under.
    pub checks: &'static [(&'static str, &'static [Check])],
    pub nav: &'static [Nav],
}

impl Room {
    /// Hands over nothing yet.
    pub const EMPTY: Self = Self {
        name: "",
        title: "",
        routes: Vec::new,
        todos: None,
        checks: &[],
        nav: &[],
    };
}
