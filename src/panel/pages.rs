//! Pages of the panel.

mod draw;
mod interests;
mod panel;
mod work;

pub use draw::{draw, presentation};
pub use interests::{ended, interests};
pub use panel::{conflicts, panel};
pub use work::{assignment, of_recusal, recusals};
