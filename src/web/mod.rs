//! Between HTTP and the rooms: the page shell, forms, JSON, errors, headers, paging and the public cache.

mod app;
pub mod ask;
pub mod assets;
pub mod cache;
pub mod call;
pub mod credentials;
pub mod doc;
pub mod entry;
pub mod errors;
pub mod forms;
mod house;
pub mod middleware;
pub mod nav;
pub mod once;
pub mod packed;
pub mod paging;
mod ready;
pub mod respond;
pub mod route;
pub mod sending;
mod serde_path;
pub mod shell;
mod strict;
pub mod system;
pub mod templates;

pub use app::{App, Asked, Todos};
pub use ask::{Again, Ask};
pub use call::{Call, Empty, IfMatch};
pub use doc::Doc;
pub use forms::{Form, Kept, Values};
pub use house::{Check, Room};
pub use nav::Nav;
pub use paging::{Cursor, Listing, PageQuery, Query};
pub use respond::{Reply, see_other};
pub use route::{Access, Route};
pub use shell::Page;
