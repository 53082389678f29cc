//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::room::Room;
use crate::{award, contracts, result, showcase};

pub const ALL: &[&Room] = &[
    &result::room::ROOM,
    &award::room::ROOM,
    &contracts::room::ROOM,
    &showcase::room::ROOM,
];
