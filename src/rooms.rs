//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::room::Room;
use crate::{acceptance, contracts, joint, projects, shares, showcase, similar};

pub const ALL: &[&Room] = &[
    &similar::room::ROOM,
    &joint::room::ROOM,
    &shares::room::ROOM,
    &contracts::room::ROOM,
    &projects::room::ROOM,
    &acceptance::room::ROOM,
    &showcase::room::ROOM,
];
