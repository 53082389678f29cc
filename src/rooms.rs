//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::room::Room;
use crate::{contracts, people, showcase};

/// In the order of the table of routes.
pub const ALL: &[&Room] = &[
    &people::room::ROOM,
    &contracts::room::ROOM,
    &showcase::room::ROOM,
];
