//! What is told to a committee, and what it answers.

mod answer;
mod lodge;

pub use answer::Answer;
pub use lodge::Lodge;
