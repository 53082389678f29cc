//! Organizations, people and the roles they hold.
//!
//! Organizations form a tree of any depth; each belongs to the nearest committee above it (or is one). People are
//! keyed by staff number; an account is a person with a username. The three administrators are kept apart.

pub mod actions;
pub mod api;
pub mod store;

pub use actions::organization_paths;

crate::text_enum! {
    /// Kind of organization.
    OrganizationKind {
        Committee = "committee" "党委",
        GeneralBranch = "general_branch" "党总支",
        Branch = "branch" "党支部",
        Group = "group" "党小组",
    }
}
