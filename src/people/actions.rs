//! What is done with organizations and people.

use std::collections::HashMap;

use super::store;
use crate::db::Conn;
use crate::error::Result;
use crate::ids::OrganizationId;

/// Path of every organization.
pub fn organization_paths(c: &mut Conn) -> Result<HashMap<OrganizationId, String>> {
    Ok(store::organization_paths(c)?.into_iter().collect())
}
