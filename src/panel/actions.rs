//! What the panel's verbs, scoring and the result stand on: ties, who must leave what, who marks what.

pub mod assign;
pub mod conflicts;
pub mod declare;
pub mod draw;
pub mod interests;
pub mod known;
pub mod pool;
pub mod quorum;
