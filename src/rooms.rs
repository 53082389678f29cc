//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::web::Room;
use crate::{contracts, panel, scoring, showcase};

pub const ALL: &[&Room] = &[
    &panel::room::ROOM,
    &scoring::room::ROOM,
    &contracts::room::ROOM,
    &showcase::room::ROOM,
];
