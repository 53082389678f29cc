//! The list of rooms: adding a room is its folder, its migrations and a line here.

use crate::web::{self, Room};
use crate::{
    attachments, audit, contracts, demo, help, holidays, home, openapi, people, session, showcase,
};

/// In the order of the table of routes.
pub const ALL: &[&Room] = &[
    &web::system::ROOM,
    &openapi::room::ROOM,
    &session::room::ROOM,
    &home::room::ROOM,
    &help::room::ROOM,
    &people::room::ROOM,
    &audit::room::ROOM,
    &holidays::room::ROOM,
    &attachments::room::ROOM,
    &demo::room::ROOM,
    &contracts::room::ROOM,
    &showcase::room::ROOM,
];
