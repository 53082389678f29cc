//! The navigation, entry by entry: each room says its own.

use crate::who::{Actor, policy};

/// An entry of the navigation.
pub struct Nav {
    /// Small numbers come first.
    pub place: u8,
    pub label: &'static str,
    pub href: &'static str,
    pub shown: fn(&Actor) -> bool,
}

impl Nav {
    pub const fn new(
        place: u8,
        label: &'static str,
        href: &'static str,
        shown: fn(&Actor) -> bool,
    ) -> Self {
        Self {
            place,
            label,
            href,
            shown,
        }
    }
}

/// Whoever is not logged in.
pub fn visitors(actor: &Actor) -> bool {
    !people(actor)
}

/// Whoever is logged in.
pub fn people(actor: &Actor) -> bool {
    matches!(actor, Actor::Person(_))
}

/// Whoever reads business.
pub fn business(actor: &Actor) -> bool {
    policy::business_person(actor).is_ok()
}
