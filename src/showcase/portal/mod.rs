//! The public portal: published cases, named sites, announcements, open rounds, search and a feed. No login.
//!
//! Everything here goes through the public cache (`App::public`) and so depends on published data and the clock alone.
//! Of a round's bids it says "N 份申报" and nothing else. An announcement's body is plain text, one paragraph a line, or
//! a JSON object `{"intro", "tables": [{"caption", "columns", "rows"}], "outro"}` ([`body`]).

pub mod api;
pub mod body;
pub mod lists;
pub mod pages;
pub mod store;
pub mod views;
