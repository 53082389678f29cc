//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::room::Room;
use crate::{award, contracts, showcase};

pub const ALL: &[&Room] = &[
    &award::room::ROOM,
    &contracts::room::ROOM,
    &showcase::room::ROOM,
];
