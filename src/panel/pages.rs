//! Pages of the panel.

pub mod conflicts;
pub mod draw;
pub mod interests;
pub mod members;
pub mod panel;
pub mod present;
pub mod work;
