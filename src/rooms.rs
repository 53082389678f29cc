//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::web::Room;
use crate::{contracts, showcase};

pub const ALL: &[&Room] = &[&contracts::room::ROOM, &showcase::room::ROOM];
