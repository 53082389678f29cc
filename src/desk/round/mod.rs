//! A round: its page, who opens its bids, what is decided on its failed topics, and what waits in it.

mod failed;
mod glance;
mod openers;
mod page;
pub mod room;
mod shown;
mod todo;
