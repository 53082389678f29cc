//! What every verb's file speaks of; one line brings it in.

pub use serde::{Deserialize, Serialize};
pub use serde_json::json;
pub use utoipa::ToSchema;
pub use validator::Validate;

pub use super::{Done, Expects, Verb};
pub use crate::audit;
pub use crate::clock::Instant;
pub use crate::db::{Conn, Tx};
pub use crate::error::{Error, Refusal, Result};
pub use crate::web::Empty;
pub use crate::who::{Actor, Role, policy};
