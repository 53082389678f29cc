//! What a room hands to the house: one value, `ROOM`, in its own folder. Routes, the API's document, to-dos and invariants
//! are folded from the list in `rooms`.

use super::Route;
use crate::clock::Instant;
use crate::db::Conn;
use crate::error::Result;
use crate::todo::Todo;
use crate::who::Actor;

/// What waits for somebody in this room.
pub type Todos = fn(&mut Conn, &Actor, Instant) -> Result<Vec<Todo>>;

pub struct Room {
    /// Its noun, and the tag of its calls in the API's document.
    pub name: &'static str,
    /// What it is called in Chinese.
    pub title: &'static str,
    pub routes: fn() -> Vec<Route>,
    pub todos: Option<Todos>,
}
