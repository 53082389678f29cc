//! What a room hands to the house: one value, `ROOM`, in its own folder. Routes, the API's document, to-dos and invariants
//! are folded from the list in `rooms`.

use super::{Route, Todos};

pub struct Room {
    /// Its noun, and the tag of its calls in the API's document.
    pub name: &'static str,
    /// What it is called in Chinese.
    pub title: &'static str,
    pub routes: fn() -> Vec<Route>,
    pub todos: Option<Todos>,
}
