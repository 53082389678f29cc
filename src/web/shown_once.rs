//! What is shown once and kept nowhere: it lies in memory for some minutes, for one person, under a code of its own. On
//! another node, or after a restart, it is gone.

use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::ids::{self, UserId};

/// How long it waits to be looked at.
const WAITS: Duration = Duration::from_secs(300);
/// Most of them at once.
const MOST: u64 = 1_000;

#[derive(Clone)]
pub struct ShownOnce(moka::sync::Cache<(UserId, String), Arc<Zeroizing<String>>>);

impl Default for ShownOnce {
    fn default() -> Self {
        Self(
            moka::sync::Cache::builder()
                .max_capacity(MOST)
                .time_to_live(WAITS)
                .build(),
        )
    }
}

impl ShownOnce {
    /// What it would give out.
    pub fn look(&self, to: UserId, code: &str) -> Option<Arc<Zeroizing<String>>> {
        self.0.get(&(to, code.to_owned()))
    }

    /// Gives it out, and knows nothing of it any more.
    pub fn take(&self, to: UserId, code: &str) -> Option<Arc<Zeroizing<String>>> {
        self.0.remove(&(to, code.to_owned()))
    }
}

/// Where a command lays down what it leaves to be shown; the same paper if the command is tried again.
#[derive(Clone)]
pub struct Paper {
    shown: ShownOnce,
    code: String,
}

impl Paper {
    pub fn new(shown: &ShownOnce) -> Self {
        Self {
            shown: shown.clone(),
            code: ids::random_hex(),
        }
    }

    /// The code it is found by.
    pub fn lay(&self, to: UserId, text: String) -> String {
        let text = Arc::new(Zeroizing::new(text));
        self.shown.0.insert((to, self.code.clone()), text);
        self.code.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_shown_once_and_to_nobody_else() {
        let shown = ShownOnce::default();
        let code = Paper::new(&shown).lay(UserId(1), "甲".to_owned());
        assert!(shown.take(UserId(2), &code).is_none());
        assert!(shown.take(UserId(1), "another").is_none());
        assert_eq!(shown.look(UserId(1), &code).unwrap().as_str(), "甲");
        assert!(shown.look(UserId(2), &code).is_none());
        let text = shown.take(UserId(1), &code).unwrap();
        assert_eq!(text.as_str(), "甲");
        assert!(shown.take(UserId(1), &code).is_none());
    }
}
